/** How many epochs asynchronous successive halving needs to be where random search ends: a network's space on the customers
 *  of a telephone company, the loss on rows set aside after each epoch. */
import { existsSync } from 'node:fs';
import { readDataset } from '../../src/datasets/read-dataset.ts';
import type { Table } from '../../src/ml/data/table.ts';
import type { Experiment } from '../../src/ml/experiment.ts';
import { evaluateTrial } from '../../src/ml/search/evaluate-trial.ts';
import { type SplitTable, splitTable } from '../../src/ml/search/split-table.ts';
import type { Parameters } from '../../src/ml/tuning/distributions.ts';
import { PORTFOLIO } from '../../src/ml/tuning/portfolio.ts';
import { type LearningCurve, noPruner, type Pruner } from '../../src/ml/tuning/pruners/pruner.ts';
import { successiveHalvingPruner } from '../../src/ml/tuning/pruners/successive-halving.ts';
import { SAMPLERS } from '../../src/ml/tuning/samplers/samplers.ts';
import { Study } from '../../src/ml/tuning/study.ts';
import type { EpochRow } from './rows.ts';

const FILE = 'examples/data/telco_churn.csv';
const TARGET = 'churn';
const RANDOM_TRIALS = 24;
const MOST_EPOCHS = 32;
/** The first rung. */
const LEAST_EPOCHS = 2;

interface Material {
  readonly table: Table;
  readonly experiment: Experiment;
  readonly rows: SplitTable;
}

/** @returns null where the data is not there. */
export async function compareEpochs(seed: number): Promise<EpochRow | null> {
  if (!existsSync(FILE)) return null;
  const { table } = await readDataset(FILE, { name: 'telco_churn.csv' });
  const experiment = experimentOn(table, seed);
  const material = { table, experiment, rows: splitTable(table, experiment) };

  const random = await search(material, noPruner, ({ trials }) => trials < RANDOM_TRIALS);
  let epochsToRandom: number | null = null;
  const pruner = successiveHalvingPruner({ minResource: LEAST_EPOCHS });
  const asha = await search(material, pruner, ({ score, epochs }) => {
    if (score <= random.score) epochsToRandom ??= epochs;
    return epochs < random.epochs / 3;
  });
  return { seed, random, asha: { ...asha, epochsToRandom } };
}

interface Progress {
  readonly trials: number;
  /** The lowest loss so far. */
  readonly score: number;
  readonly epochs: number;
}

/** Random settings, the same for every pruner. @param goesOn asked before each trial and after the last. */
async function search(
  material: Material,
  pruner: Pruner,
  goesOn: (progress: Progress) => boolean,
): Promise<{ score: number; epochs: number }> {
  const { space } = PORTFOLIO.mlp;
  const { seed } = material.experiment;
  const study = new Study({ space, sampler: SAMPLERS.random, seed, planned: RANDOM_TRIALS });
  const told: LearningCurve[] = [];
  let score = Number.POSITIVE_INFINITY;
  let epochs = 0;
  while (goesOn({ trials: told.length, score, epochs })) {
    const { number, parameters } = study.ask();
    const curve = await train(material, parameters, number, (values) =>
      pruner.shouldPrune({ number, values, isComplete: false }, told),
    );
    told.push({ number, ...curve });
    const reached = curve.values.at(-1) ?? Number.NaN;
    study.tell(number, reached);
    score = Math.min(score, reached);
    epochs += curve.values.length;
  }
  return { score, epochs };
}

/** One fit. @param prunes asked after each epoch. @returns the lowest loss up to each epoch. */
async function train(
  { table, experiment, rows }: Material,
  drawn: Parameters,
  number: number,
  prunes: (values: readonly number[]) => boolean,
): Promise<Pick<LearningCurve, 'values' | 'isComplete'>> {
  const values: number[] = [];
  let isPruned = false;
  let isScored = false;
  const parameters = { ...PORTFOLIO.mlp.defaults[0], ...drawn, maxSteps: MOST_EPOCHS, patience: MOST_EPOCHS };
  const spec = { number, family: 'mlp', parameters, origin: 'sampled', seed: experiment.seed } as const;
  await evaluateTrial(table, experiment, spec, {
    clock: { now: () => 0, cpuSeconds: () => 0 },
    rows,
    onStep: (_, { validationLoss = Number.NaN }) => {
      values.push(Math.min(values.at(-1) ?? Number.POSITIVE_INFINITY, validationLoss));
      isPruned ||= values.length < MOST_EPOCHS && prunes(values);
    },
    onFold: () => {
      isScored = true;
    },
    // The first fold is enough: what is compared is how the time of fits is spent.
    shouldStop: () => isPruned || isScored,
  });
  return { values, isComplete: !isPruned };
}

function experimentOn(table: Table, seed: number): Experiment {
  const target = table.columns.find(({ name }) => name === TARGET);
  return {
    target: TARGET,
    task: 'binary',
    classes: target && 'labels' in target ? [...target.labels] : [],
    positiveClass: 'Yes',
    features: table.columns.map(({ name }) => name).filter((name) => name !== TARGET),
    metric: 'log_loss',
    split: { kind: 'stratified' },
    holdoutFraction: 0.2,
    folds: 3,
    finish: 'single',
    members: 1,
    refit: 'training',
    seed,
  };
}
