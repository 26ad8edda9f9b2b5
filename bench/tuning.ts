/** How good settings are found: standard test functions and scores of boosted trees beside Optuna's TPE, and epochs saved by
 *  ending weak trials. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { SamplerName } from '../src/ml/tuning/samplers/sampler.ts';
import { SAMPLERS } from '../src/ml/tuning/samplers/samplers.ts';
import { Study } from '../src/ml/tuning/study.ts';
import type { Bench } from './index.ts';
import { compareEpochs } from './tuning/epochs.ts';
import { TEST_FUNCTIONS, type TestFunction } from './tuning/functions.ts';
import { GRIDS, gridFunction, measureGrids, storedGrids } from './tuning/grid.ts';
import { measureOptuna, type OptunaResult, storedOptuna, storeOptuna } from './tuning/optuna.ts';
import { epochLine, functionHeader, functionLine, pruningLine } from './tuning/print.ts';
import { comparePruners } from './tuning/pruning.ts';
import { type EpochRow, type FunctionRow, median, type PruningRow } from './tuning/rows.ts';

const TRIALS = 50;
const SEEDS = 20;
const QUICK_SEEDS = 5;
/** A Gaussian process takes a hundred times as long to suggest as TPE. */
const PROCESS_SEEDS = 5;
const EPOCH_SEEDS = 3;
const PRUNING_TASKS = [
  { file: 'examples/data/telco_churn.csv', target: 'churn' },
  { file: '../shared/data/ames.csv', target: 'Sale_Price' },
];

/** `--quick`: fewer seeds, without the Gaussian process. `--peers`: runs Optuna again in place of its stored results.
 *  `--grids`: scores the grids of the data sets anew, which changes what is stored of Optuna too.
 *  `--pruners`: whether plans gain by ending weak trials, and nothing else. */
export const bench: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      pruners: { type: 'boolean', default: false },
      grids: { type: 'boolean', default: false },
    },
  });
  if (values.pruners) return { pruners: await measurePruners() };
  if (values.grids) {
    const grids = await measureGrids((name) => process.stdout.write(`${name} is scored\n`));
    await writeFile(GRIDS, `${JSON.stringify(grids)}\n`);
  }
  const seeds = values.quick ? QUICK_SEEDS : SEEDS;
  const optuna = values.peers || values.grids ? await measureOptuna(TRIALS, SEEDS) : await storedOptuna();
  if (values.grids) await storeOptuna(optuna);
  process.stdout.write(functionHeader(optuna.map(({ optuna: version }) => version)));
  const compare = (all: readonly TestFunction[]) =>
    all.map((one) => {
      const row = measure(one, seeds, optuna, !values.quick);
      process.stdout.write(functionLine(row));
      return row;
    });
  const functions = compare(TEST_FUNCTIONS);
  const dataSets = compare((await storedGrids()).map(gridFunction));
  for (const [what, rows] of Object.entries({ functions, 'data sets': dataSets })) {
    for (const { optuna: version } of optuna) {
      const wins = rows.filter((row) => row.tpe <= (row.optunaTpe[version] as number)).length;
      const best = `TPE at least as good as that of Optuna ${version}`;
      process.stdout.write(`${best} on ${wins} of ${rows.length} ${what}\n`);
    }
  }
  const epochs: EpochRow[] = [];
  for (let seed = 1; seed <= (values.quick ? 1 : EPOCH_SEEDS); seed++) {
    const row = await compareEpochs(seed);
    if (!row) break;
    epochs.push(row);
    process.stdout.write(epochLine(row));
  }
  return { trials: TRIALS, seeds, functions, dataSets, epochs };
};

async function measurePruners(): Promise<PruningRow[]> {
  const rows: PruningRow[] = [];
  for (const task of PRUNING_TASKS) {
    for (const row of await comparePruners(task, 1)) {
      rows.push(row);
      process.stdout.write(pruningLine(row));
    }
  }
  return rows;
}

function measure(
  one: TestFunction,
  seeds: number,
  optuna: readonly OptunaResult[],
  withProcess: boolean,
): FunctionRow {
  const medianOf = (sampler: SamplerName, nSeeds = seeds) =>
    median(Array.from({ length: nSeeds }, (_, seed) => bestValue(one, sampler, seed)));
  return {
    name: one.name,
    minimum: one.minimum,
    tpe: medianOf('tpe'),
    optunaTpe: Object.fromEntries(
      optuna.map(({ optuna: version, best }) => [version, median((best[one.name] ?? []).slice(0, seeds))]),
    ),
    random: medianOf('random'),
    quasiRandom: medianOf('quasi-random'),
    gaussianProcess: withProcess ? medianOf('gaussian-process', PROCESS_SEEDS) : null,
  };
}

function bestValue({ space, value }: TestFunction, sampler: SamplerName, seed: number): number {
  const study = new Study({ space, sampler: SAMPLERS[sampler], seed, planned: TRIALS });
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIALS; i++) {
    const { number, parameters } = study.ask();
    const reached = value(parameters);
    study.tell(number, reached);
    best = Math.min(best, reached);
  }
  return best;
}
