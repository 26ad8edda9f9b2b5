/** Scores as good as those of scikit-learn's forests on the same data (values in test/oracles/forest). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TrainingSet } from '../../../src/ml/estimator.ts';
import type { Task } from '../../../src/ml/experiment.ts';
import { forest } from '../../../src/ml/forest/forest.ts';

interface Case {
  seed: number;
  randomThresholds: boolean;
  scores: Record<
    'binaryAuc' | 'binaryLogLoss' | 'multiclassLogLoss' | 'regressionR2' | 'regressionR2Third',
    number
  >;
}

const url = new URL('../../oracles/forest/scores.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { cases: Case[] };

const N_FEATURES = 10;
const N_TRAINING = 1000;
const N_NEW = 1500;
const CLASS_LIMITS = { binary: [14], multiclass: [11.5, 17] };

/** Five random states of scikit-learn spread over 0.008 at most. */
const TOLERANCE = 0.01;

/** The data of test/oracles/generate/forest.py. */
function draw(seed: number): { columns: Float64Array[]; y: Float64Array } {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const nRows = N_TRAINING + N_NEW;
  const columns = Array.from({ length: N_FEATURES }, () => new Float64Array(nRows));
  const y = new Float64Array(nRows);
  for (let i = 0; i < nRows; i++) {
    for (const column of columns) column[i] = uniform();
    let noise = -6;
    for (let k = 0; k < 12; k++) noise += uniform();
    const [a, b, c, d, e] = columns.map((column) => column[i]);
    y[i] = 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + 2 * noise;
  }
  return { columns, y };
}

function setsOf(seed: number, task: Task): { training: TrainingSet; unseen: TrainingSet } {
  const { columns, y } = draw(seed);
  const limits = task === 'regression' ? [] : CLASS_LIMITS[task];
  const target = task === 'regression' ? y : y.map((value) => limits.filter((limit) => value > limit).length);
  const part = (start: number, end: number): TrainingSet => ({
    task,
    nClasses: limits.length + 1,
    target: target.slice(start, end),
    features: {
      nRows: end - start,
      columns: columns.map((column) => column.slice(start, end)),
      features: columns.map((_, j) => ({ name: `x${j}`, source: `x${j}`, kind: 'numeric' })),
    },
  });
  return { training: part(0, N_TRAINING), unseen: part(N_TRAINING, N_TRAINING + N_NEW) };
}

function auc(target: Float64Array, scores: Float64Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    for (let i = start; i < end; i++) rankSum += target[order[i]] * ((start + end + 1) / 2);
    start = end;
  }
  const nPositive = target.reduce((sum, y) => sum + y, 0);
  return (rankSum - (nPositive * (nPositive + 1)) / 2) / (nPositive * (target.length - nPositive));
}

function meanLogLoss({ target, nClasses }: TrainingSet, p: Float64Array): number {
  return target.reduce((sum, y, i) => sum - Math.log(p[i * nClasses + y]), 0) / target.length;
}

function r2({ target }: TrainingSet, predictions: Float64Array): number {
  const mean = target.reduce((sum, y) => sum + y, 0) / target.length;
  const residual = target.reduce((sum, y, i) => sum + (y - predictions[i]) ** 2, 0);
  return 1 - residual / target.reduce((sum, y) => sum + (y - mean) ** 2, 0);
}

describe.each(cases)(
  'data $seed, random thresholds $randomThresholds',
  ({ seed, randomThresholds, scores }) => {
    const shared = { maxSteps: 300, randomThresholds, bootstrap: !randomThresholds, smoothing: 1e-6 };

    it('ranks two classes as well, and says how likely they are', async () => {
      const { training, unseen } = setsOf(seed, 'binary');
      const ranked = await forest.fit(training, shared, { seed: 1 });
      const ofOne = ranked.predict(unseen.features).filter((_, i) => i % 2 === 1);
      expect(Math.abs(auc(unseen.target, ofOne) - scores.binaryAuc)).toBeLessThan(TOLERANCE);
      const smooth = await forest.fit(training, { ...shared, minSamplesLeaf: 5 }, { seed: 1 });
      const loss = meanLogLoss(unseen, smooth.predict(unseen.features));
      expect(Math.abs(loss - scores.binaryLogLoss)).toBeLessThan(TOLERANCE);
    });

    it('says how likely three classes are', async () => {
      const { training, unseen } = setsOf(seed, 'multiclass');
      const fitted = await forest.fit(training, { ...shared, minSamplesLeaf: 5 }, { seed: 1 });
      const loss = meanLogLoss(unseen, fitted.predict(unseen.features));
      expect(Math.abs(loss - scores.multiclassLogLoss)).toBeLessThan(TOLERANCE);
    });

    it.each([
      [1, 'regressionR2'],
      [1 / 3, 'regressionR2Third'],
    ] as const)('explains as much variance with %d of the features', async (maxFeatures, name) => {
      const { training, unseen } = setsOf(seed, 'regression');
      const fitted = await forest.fit(training, { ...shared, maxFeatures }, { seed: 1 });
      expect(Math.abs(r2(unseen, fitted.predict(unseen.features)) - scores[name])).toBeLessThan(TOLERANCE);
    });
  },
);
