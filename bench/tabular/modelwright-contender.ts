/** Our side of the tabular bench: a process that speaks the protocol of `contender.ts`. */
import { openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createTreeHelpers } from '../../jobs/tree-helpers.ts';
import type { FeatureMatrix, FitOptions, TrainingSet } from '../../src/ml/estimator.ts';
import { type FittedGbdt, gbdt } from '../../src/ml/gbdt/boosting.ts';
import type { Requests } from './contender.ts';
import type { DataDescription } from './data-set.ts';

type Handlers = {
  [Name in keyof Requests]: (request: Requests[Name]['request']) => Promise<Requests[Name]['reply']>;
};

const THREADS = Number(process.argv[2]);
const SEED = 1;
const WARM_TREES = 10;

/** How a column of the files is handed to the engine. */
const asColumn = (values: Float32Array): Float64Array => Float64Array.from(values);

function optionsFor(threads: number): { options: FitOptions; threadsUsed: number } {
  const helpers = threads > 1 ? { helpers: createTreeHelpers(threads - 1) } : {};
  return { options: { seed: SEED, ...helpers }, threadsUsed: threads };
}

let training: TrainingSet;
let test: FeatureMatrix | null = null;
let model: FittedGbdt;

const handlers: Handlers = {
  async load({ folder, test: withTest }) {
    const description: DataDescription = JSON.parse(readFileSync(join(folder, 'description.json'), 'utf8'));
    training = {
      task: 'binary',
      nClasses: 2,
      features: matrix(join(folder, 'train.f32'), description.nTrain, description),
      target: Float64Array.from(readFloats(join(folder, 'train-target.f32'))),
      ...(description.weighted && {
        weights: Float64Array.from(readFloats(join(folder, 'train-weights.f32'))),
      }),
    };
    test = withTest ? matrix(join(folder, 'test.f32'), description.nTest, description) : null;
    return {};
  },
  async warm() {
    await handlers.fit({ trees: WARM_TREES, way: '' });
    return { way: '' };
  },
  async fit({ trees }) {
    const parameters = {
      maxSteps: trees,
      learningRate: 0.1,
      maxLeaves: 31,
      minSamplesLeaf: 20,
      l2: 0,
    };
    const { options, threadsUsed } = optionsFor(THREADS);
    const start = performance.now();
    model = await gbdt.fit(training, parameters, options);
    return { seconds: (performance.now() - start) / 1000, threadsUsed };
  },
  async predict({ out }) {
    if (!test) throw new Error('the test rows are not loaded');
    const start = performance.now();
    const probabilities = model.predict(test);
    const seconds = (performance.now() - start) / 1000;
    writeFileSync(
      out,
      Float64Array.from({ length: test.nRows }, (_, row) => probabilities[2 * row + 1]),
    );
    return { seconds };
  },
  async memory() {
    return { peakMb: peakResidentMb() };
  },
};

/** Column by column: the whole file beside the columns would count as memory of the fit. */
function matrix(file: string, nRows: number, { nCategories }: DataDescription): FeatureMatrix {
  const from = openSync(file, 'r');
  const part = new Float32Array(nRows);
  const column = (j: number) => {
    readSync(from, part, 0, part.byteLength, j * part.byteLength);
    return asColumn(part);
  };
  return {
    nRows,
    features: nCategories.map((count, j) => {
      const name = `x${j}`;
      return count > 0
        ? { name, source: name, kind: 'categorical', nCategories: count }
        : { name, source: name, kind: 'numeric' };
    }),
    columns: nCategories.map((_, j) => column(j)),
  };
}

function readFloats(file: string): Float32Array {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** The most that this process ever had in memory, by the system's own count. */
function peakResidentMb(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes) return Number(kilobytes) / 1024;
  } catch {
    // not Linux
  }
  return process.resourceUsage().maxRSS / 1024;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...request } = JSON.parse(line);
  const reply = await handlers[name as keyof Handlers](request).catch((error: Error) => ({
    error: error.stack ?? error.message,
  }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
