/** Boosted trees against XGBoost, scikit-learn and LightGBM: time to fit and to predict, peak memory and AUC, on the same
 *  made-up rows, in turn, with the same number of threads. Settings of the peers: `peers/tabular_peer.py`.
 *
 *  `npm run bench -- tabular [--sizes 10k,100k,1M] [--threads 1,2] [--variants plain,full] [--repeats N] [--busy]`
 *
 *  Fit times include binning. Every contender is a warm process; the order turns from round to round, and medians are
 *  compared. Prediction is on one thread, so it is measured where `--threads` holds 1. Peak memory is that of a fresh
 *  process after one fit, its data and its language's own needs included. `BENCH_PYTHON` names an interpreter with
 *  further versions of the peers. */
import { readFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { score } from '../src/ml/metrics/score.ts';
import type { Bench } from './index.ts';
import { scratchFolder } from './scratch-folder.ts';
import { slowDowns } from './tabular/busy.ts';
import { Contender, type Engine } from './tabular/contender.ts';
import { type DataSet, VARIANTS, type Variant, writeDataSet } from './tabular/data-set.ts';
import { findEngines } from './tabular/engines.ts';
import { printFits, printPredictions, printSlowDowns } from './tabular/print.ts';
import { type FitRow, median, type PredictRow, type Tabular } from './tabular/rows.ts';
import { usage } from './usage.ts';

const TREES = 100;

export const bench: Bench = async (args) => {
  const { sizes, threadCounts, variants, repeats, busy } = readOptions(args);
  const { engines, skipped } = await findEngines();
  const measured: Tabular = { machine: machine(), fit: [], predict: [], slowDown: [], skipped };
  process.stdout.write(`${measured.machine.processor}, ${measured.machine.cores} cores, `);
  process.stdout.write(`load ${measured.machine.load.toFixed(1)}\n`);
  for (const { engine, reason } of skipped) process.stdout.write(`skipped ${engine}: ${reason}\n`);

  const dataSets = new DataSets(scratchFolder('tabular'));
  for (const threads of threadCounts) {
    const contenders = engines.map((engine) => new Contender(engine, threads));
    try {
      for (const variant of variants) {
        for (const size of sizes) {
          const data = await dataSets.get(size, variant);
          const round = { size, variant, threads, data, repeats: repeats ?? (data.nTrain > 100_000 ? 3 : 5) };
          const { fit, predict, failed } = await compare(contenders, round);
          measured.fit.push(...fit);
          measured.predict.push(...predict);
          measured.skipped.push(...failed);
          printFits(fit, data);
          printPredictions(predict);
          for (const { engine, reason } of failed) process.stdout.write(`failed ${engine}: ${reason}\n`);
        }
      }
      if (busy) {
        const data = await dataSets.get('100k', 'plain');
        const rows = await slowDowns(contenders, data.folder, TREES, repeats ?? 3);
        measured.slowDown.push(...rows.map((row) => ({ size: '100k', threads, ...row })));
        printSlowDowns(measured.slowDown.filter((row) => row.threads === threads));
      }
    } finally {
      for (const contender of contenders) contender.close();
    }
  }
  return measured;
};

interface Round {
  readonly size: string;
  readonly variant: Variant;
  readonly threads: number;
  readonly data: DataSet;
  readonly repeats: number;
}

/** Times and judges every contender on one data set. One that fails is left out and told about; the others go on. */
async function compare(
  contenders: readonly Contender[],
  { size, variant, threads, data, repeats }: Round,
): Promise<{ fit: FitRow[]; predict: PredictRow[]; failed: { engine: string; reason: string }[] }> {
  const out = join(data.folder, 'probabilities.f64');
  const runs = new Map(contenders.map((contender) => [contender, new Runs()]));
  const failed: { engine: string; reason: string }[] = [];
  async function each(order: readonly Contender[], act: (contender: Contender, run: Runs) => Promise<void>) {
    for (const contender of order) {
      const run = runs.get(contender);
      if (!run) continue;
      await act(contender, run).catch((error: Error) => {
        runs.delete(contender);
        const { name, version } = contender.engine;
        failed.push({ engine: name, reason: `${version}, ${size} ${variant}, ${error.message}` });
      });
    }
  }

  await each(contenders, async (contender, run) => {
    await contender.ask('load', { folder: data.folder, test: true });
    run.way = (await contender.ask('warm', {})).way;
  });
  for (let repeat = 0; repeat < repeats; repeat++) {
    await each(rotated(contenders, repeat), async (contender, run) => {
      const { seconds, threadsUsed } = await contender.ask('fit', { trees: TREES, way: run.way });
      run.fitSeconds.push(seconds);
      run.threadsUsed = threadsUsed;
      if (threads > 1 && repeat > 0) return;
      run.predictSeconds.push((await contender.ask('predict', { out })).seconds);
      if (repeat === 0) run.auc = await aucOf(out, data.testTarget);
    });
  }
  await each(contenders, async ({ engine }, run) => {
    run.peakMemoryMb = await peakMemoryMb(engine, threads, data.folder, run.way);
  });

  const kept = [...runs];
  const about = ({ name, version }: Engine) => ({ size, threads, variant, engine: name, version });
  const fit = kept.map(([{ engine }, run]): FitRow => ({ ...about(engine), ...run.fitRow() }));
  const predict = kept.map(([{ engine }, { predictSeconds }]): PredictRow => {
    const seconds = median(predictSeconds);
    return { ...about(engine), seconds, rowsPerSecond: data.nTest / seconds };
  });
  return { fit, predict: threads === 1 ? predict : [], failed };
}

/** What one contender did on one data set. */
class Runs {
  way = '';
  threadsUsed = 1;
  auc = Number.NaN;
  peakMemoryMb = Number.NaN;
  readonly fitSeconds: number[] = [];
  readonly predictSeconds: number[] = [];

  fitRow() {
    return {
      seconds: median(this.fitSeconds),
      auc: this.auc,
      peakMemoryMb: this.peakMemoryMb,
      allSeconds: this.fitSeconds,
      threadsUsed: this.threadsUsed,
      way: this.way,
    };
  }
}

/** In a fresh process, so that neither the test rows nor an earlier size is counted. */
async function peakMemoryMb(engine: Engine, threads: number, folder: string, way: string): Promise<number> {
  const contender = new Contender(engine, threads);
  try {
    await contender.ask('load', { folder, test: false });
    await contender.ask('fit', { trees: TREES, way });
    return (await contender.ask('memory', {})).peakMb;
  } finally {
    contender.close();
  }
}

async function aucOf(file: string, target: Float64Array): Promise<number> {
  const bytes = await readFile(file);
  const positive = new Float64Array(Uint8Array.from(bytes).buffer);
  const both = Float64Array.from({ length: 2 * positive.length }, (_, i) =>
    i % 2 === 0 ? 1 - positive[i >> 1] : positive[i >> 1],
  );
  return score('roc_auc', 'binary', target, both, 2);
}

function rotated<T>(values: readonly T[], by: number): T[] {
  const start = by % values.length;
  return [...values.slice(start), ...values.slice(0, start)];
}

/** Each data set is made when it is first wanted. */
class DataSets {
  readonly #folder: string;
  readonly #made = new Map<string, Promise<DataSet>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  get(size: string, variant: Variant): Promise<DataSet> {
    const name = `${size}-${variant}`;
    const made = this.#made.get(name) ?? writeDataSet(join(this.#folder, name), rowsOf(size), variant);
    this.#made.set(name, made);
    return made;
  }
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: 'string', default: '10k,100k,1M' },
      threads: { type: 'string', default: '1' },
      variants: { type: 'string', default: VARIANTS.join(',') },
      repeats: { type: 'string' },
      busy: { type: 'boolean', default: false },
    },
  });
  const sizes = values.sizes.split(',');
  for (const size of sizes) if (!(rowsOf(size) >= 100)) throw usage(`"${size}" is not a size like 10k or 1M`);
  const threadCounts = values.threads.split(',').map((text) => positive(text, '--threads'));
  const variants = values.variants.split(',').map((text) => {
    const variant = VARIANTS.find((known) => known === text);
    if (!variant) throw usage(`"${text}" is not a variant; there are ${VARIANTS.join(', ')}`);
    return variant;
  });
  const repeats = values.repeats === undefined ? undefined : positive(values.repeats, '--repeats');
  return { sizes, threadCounts, variants, repeats, busy: values.busy };
}

/** @returns NaN for what is not a number of rows. */
function rowsOf(size: string): number {
  const [, digits, unit] = /^(\d+)([kM]?)$/.exec(size) ?? [];
  return Number(digits) * (unit === 'M' ? 1e6 : unit === 'k' ? 1e3 : 1);
}

function positive(text: string, option: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw usage(`${option}: "${text}" is not a positive whole number`);
  return Number(text);
}

function machine() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: cpus().length,
    memoryGb: totalmem() / 2 ** 30,
    node: process.versions.node,
    load: loadavg()[0] ?? 0,
  };
}
