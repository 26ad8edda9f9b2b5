/** A small mixed table with something to learn, and experiments on it. */
import type { Column, Table } from '../../../src/ml/data/table.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { Random } from '../../../src/ml/random.ts';
import type { Clock } from '../../../src/ml/search/clock.ts';
import type { Family, TrialSpec } from '../../../src/ml/tuning/trial.ts';

/** Few steps, so that the suite is quick. */
const QUICK_PARAMETERS: Readonly<Record<Family, TrialSpec['parameters']>> = {
  baseline: {},
  linear: {},
  gbdt: { maxSteps: 40, learningRate: 0.2, maxLeaves: 6, minSamplesLeaf: 5, patience: 8 },
  ordered: { maxSteps: 40, learningRate: 0.2, depth: 3, patience: 8 },
  extra_trees: { maxSteps: 30, randomThresholds: true, bootstrap: false, minSamplesLeaf: 2 },
  random_forest: { maxSteps: 30, minSamplesLeaf: 2 },
  neighbours: { k: 9 },
  naive_bayes: {},
  seasonal_naive: {},
  ets: {},
  cnn: { maxSteps: 2, filters: 4, height: 2, width: 2, numericTransform: 'common' },
  resnet: { maxSteps: 2, filters: 4, height: 2, width: 2, numericTransform: 'common' },
  backbone: { maxSteps: 2, hiddenLayers: 0, patience: 0 },
  backbone_tuned: { maxSteps: 1, height: 2, width: 2, pictures: 'whole' },
  tcn: {
    ...{ maxSteps: 4, filters: 8, hiddenLayers: 1, hiddenUnits: 16, learningRate: 0.01, ending: 'moments' },
    ...{ sequences: 'moments', length: 56, signals: 2 },
  },
  mlp: { maxSteps: 8, hiddenUnits: 8, hiddenLayers: 1, batchSize: 32, learningRate: 0.02, patience: 3 },
  realmlp: { maxSteps: 8, hiddenUnits: 8, hiddenLayers: 2, batchSize: 32, numericTransform: 'smoothClip' },
  tabm: { maxSteps: 8, members: 3, hiddenUnits: 8, hiddenLayers: 1, batchSize: 32, learningRate: 0.02 },
};

export function quickSpec(family: Family, more: Partial<TrialSpec> = {}): TrialSpec {
  return { number: 3, family, parameters: QUICK_PARAMETERS[family], origin: 'default', seed: 5, ...more };
}

/** Counts calls: results must not depend on time. */
export function countingClock(): Clock {
  let ms = 0;
  return { now: () => ms++, cpuSeconds: () => ms / 1000 };
}

/** @returns rows with gaps, a category, a date and a text; `leaves` (yes/no) and `spend` (a number) depend on them,
 *  `segment` has three classes. Every tenth target is missing. */
export function shopTable(nRows = 260, seed = 1): Table {
  const random = new Random(seed);
  const rows = Array.from({ length: nRows }, (_, i) => {
    const age = 20 + random.integer(50);
    const plan = ['basic', 'plus', 'pro'][random.integer(3)];
    const signal =
      (age - 45) / 12 + (plan === 'pro' ? 1.5 : plan === 'plus' ? 0 : -1.5) + random.normal() * 0.4;
    return {
      age: random.uniform() < 0.1 ? null : age,
      plan: random.uniform() < 0.05 ? null : plan,
      since: Date.UTC(2020, 0, 1 + random.integer(900)),
      note: random.uniform() < 0.5 ? 'called twice, very angry!' : 'no news',
      customer: `c${i % 60}`,
      leaves: i % 10 === 9 ? null : signal > 0 ? 'yes' : 'no',
      segment: signal > 1 ? 'high' : signal > -1 ? 'middle' : 'low',
      spend: 100 + 20 * signal,
    };
  });
  const valid = (values: readonly unknown[]) => Uint8Array.from(values, (value) => (value === null ? 0 : 1));
  const numeric = (name: 'age' | 'spend' | 'since', type: 'numeric' | 'datetime' = 'numeric'): Column => {
    const values = rows.map((row) => row[name]);
    return { name, type, valid: valid(values), values: Float64Array.from(values, (v) => v ?? Number.NaN) };
  };
  const category = (name: 'plan' | 'customer' | 'leaves' | 'segment'): Column => {
    const values = rows.map((row) => row[name]);
    const categories = [...new Set(values.filter((value) => value !== null))].sort();
    const codes = Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value)));
    return { name, type: 'categorical', valid: valid(values), codes, categories };
  };
  const notes = rows.map((row) => row.note);
  return {
    nRows,
    columns: [
      numeric('age'),
      category('plan'),
      numeric('since', 'datetime'),
      { name: 'note', type: 'text', valid: valid(notes), values: notes },
      category('customer'),
      category('leaves'),
      category('segment'),
      numeric('spend'),
    ],
  };
}

const FEATURES = ['age', 'plan', 'since', 'note'];

export function shopExperiment(task: Experiment['task'], more: Partial<Experiment> = {}): Experiment {
  const byTask = {
    binary: { target: 'leaves', classes: ['no', 'yes'], positiveClass: 'yes', metric: 'roc_auc' },
    multiclass: {
      target: 'segment',
      classes: ['high', 'low', 'middle'],
      positiveClass: null,
      metric: 'log_loss',
    },
    regression: { target: 'spend', classes: [], positiveClass: null, metric: 'rmse' },
  } as const;
  return {
    ...byTask[task],
    classes: [...byTask[task].classes],
    task,
    features: FEATURES,
    split: { kind: 'stratified' },
    holdoutFraction: 0.25,
    folds: 3,
    finish: 'ensemble',
    members: 8,
    refit: 'all',
    seed: 11,
    ...more,
  };
}
