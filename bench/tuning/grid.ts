/** Boosted trees on four of the development data sets, over a fixed space whose every cell was scored once: what a sampler
 *  finds there costs a look instead of a training, so that twenty seeds are a matter of seconds and every sampler, also
 *  one in another language, meets the same values. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { evaluateTrial } from '../../src/ml/search/evaluate-trial.ts';
import { type Parameters, SearchSpace } from '../../src/ml/tuning/distributions.ts';
import { fromUnit, toUnit } from '../../src/ml/tuning/unit-interval.ts';
import type { TestFunction } from './functions.ts';
import { openTask, type Task } from './task.ts';

const TASKS: readonly Task[] = [
  { file: 'examples/data/telco_churn.csv', target: 'churn' },
  { file: '../shared/data/ames.csv', target: 'Sale_Price' },
  { file: '../shared/data/diamonds.csv', target: 'price' },
  { file: '../shared/data/hmda.csv', target: 'deny' },
];
const ROWS = 1200;
const SEED = 1;
const FOLDS = 3;

const SPACE = SearchSpace.parse({
  learningRate: { kind: 'float', low: 0.02, high: 0.3, log: true },
  maxLeaves: { kind: 'int', low: 4, high: 64, log: true },
  minSamplesLeaf: { kind: 'int', low: 2, high: 64, log: true },
  l2: { kind: 'float', low: 0.01, high: 30, log: true },
});
/** Cells of each parameter, equally wide in the unit interval. */
const CELLS = { learningRate: 6, maxLeaves: 5, minSamplesLeaf: 4, l2: 4 };
const FIXED = { maxSteps: 60, patience: 60, rowFraction: 1, columnFraction: 1 };

const Grid = z.object({
  name: z.string(),
  rows: z.number().int(),
  metric: z.enum(['log_loss', 'rmse']),
  space: SearchSpace,
  cells: z.record(z.string(), z.number().int()),
  /** The mean over the folds, of the cells in order; the last parameter's cell changes first. */
  values: z.array(z.number()),
});
export type Grid = z.infer<typeof Grid>;

export const GRIDS = new URL('./grids.json', import.meta.url);

export async function storedGrids(): Promise<Grid[]> {
  return z.array(Grid).parse(JSON.parse(await readFile(GRIDS, 'utf8')));
}

/** The mean score of every cell's middle. Some minutes. */
export async function measureGrids(onGrid: (name: string) => void): Promise<Grid[]> {
  const grids: Grid[] = [];
  for (const task of TASKS) {
    const { name, table, experiment, rows } = await openTask(task, SEED, ROWS);
    const metric = experiment.task === 'regression' ? 'rmse' : 'log_loss';
    const judged = { ...experiment, metric, folds: FOLDS } as const;
    const values: number[] = [];
    for (const [number, parameters] of settings().entries()) {
      const spec = { number, family: 'gbdt', origin: 'sampled', seed: SEED } as const;
      const { score } = await evaluateTrial(
        table,
        judged,
        { ...spec, parameters: { ...FIXED, ...parameters } },
        {
          clock: { now: () => 0, cpuSeconds: () => 0 },
          rows,
        },
      );
      if (score === null) throw new Error(`${name} has no score at ${JSON.stringify(parameters)}`);
      values.push(Number(score.toPrecision(7)));
    }
    grids.push({ name, rows: table.nRows, metric, space: SPACE, cells: CELLS, values });
    onGrid(name);
  }
  return grids;
}

function settings(): Parameters[] {
  let all: Parameters[] = [{}];
  for (const [name, distribution] of Object.entries(SPACE)) {
    const n = CELLS[name as keyof typeof CELLS];
    const middles = Array.from({ length: n }, (_, i) => fromUnit(distribution, (i + 0.5) / n));
    all = all.flatMap((setting) => middles.map((value) => ({ ...setting, [name]: value })));
  }
  return all;
}

/** The grid as a function of its space: constant in each cell. */
export function gridFunction({ name, space, cells, values }: Grid): TestFunction {
  return {
    name,
    space,
    minimum: Math.min(...values),
    value: (parameters) => {
      let index = 0;
      for (const [parameter, distribution] of Object.entries(space)) {
        const n = cells[parameter] as number;
        const unit = toUnit(distribution, parameters[parameter] as number);
        index = index * n + Math.min(n - 1, Math.floor(unit * n));
      }
      return values[index] as number;
    },
  };
}
