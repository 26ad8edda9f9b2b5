/** Metrics of class decisions, each a function of the confusion matrix, and of probabilities, row by row.
 *
 *  Definitions follow scikit-learn: precision, recall and F1 speak of class 1 in binary tasks and are the plain
 *  mean over classes ("macro") in multiclass ones, over the classes that occur among outcomes or decisions; a
 *  ratio without a denominator counts as 0. */
import type { CountedMetric, JudgedRows } from './judged-rows.ts';
import { rowMean } from './row-mean.ts';

/** @param matrix Float64Array (nClasses × nClasses): `matrix[actual * nClasses + decided]`, see `confusionMatrix`. */
export type ConfusionMetric = (matrix: Float64Array, nClasses: number) => number;

export const accuracy: ConfusionMetric = (matrix, nClasses) => {
  let right = 0;
  let all = 0;
  for (let k = 0; k < nClasses; k++) right += matrix[k * nClasses + k];
  for (const count of matrix) all += count;
  return right / all;
};

/** The mean of the recalls of the classes that occur. */
export const balancedAccuracy: ConfusionMetric = (matrix, nClasses) => {
  let sum = 0;
  let present = 0;
  for (let k = 0; k < nClasses; k++) {
    const { right, actual } = classTotals(matrix, nClasses, k);
    if (actual === 0) continue;
    sum += right / actual;
    present++;
  }
  return sum / present;
};

export const precision: ConfusionMetric = (matrix, nClasses) =>
  overClasses(matrix, nClasses, ({ right, decided }) => ratio(right, decided));

export const recall: ConfusionMetric = (matrix, nClasses) =>
  overClasses(matrix, nClasses, ({ right, actual }) => ratio(right, actual));

export const f1: ConfusionMetric = (matrix, nClasses) =>
  overClasses(matrix, nClasses, ({ right, decided, actual }) => ratio(2 * right, decided + actual));

/** Matthews' correlation in Gorodkin's form for any number of classes; 0 when either side has a single class. */
export const mcc: ConfusionMetric = (matrix, nClasses) => {
  let all = 0;
  let right = 0;
  let agreementByChance = 0;
  let decidedSquares = 0;
  let actualSquares = 0;
  for (let k = 0; k < nClasses; k++) {
    const totals = classTotals(matrix, nClasses, k);
    all += totals.actual;
    right += totals.right;
    agreementByChance += totals.decided * totals.actual;
    decidedSquares += totals.decided * totals.decided;
    actualSquares += totals.actual * totals.actual;
  }
  const spread = (all * all - decidedSquares) * (all * all - actualSquares);
  return spread === 0 ? 0 : (right * all - agreementByChance) / Math.sqrt(spread);
};

/** Cohen's kappa: the agreement of decided and actual classes beyond what their shares alone would give, as a part of
 *  what is possible beyond it. 0 when both sides have the same single class, where nothing can be told from chance. */
export const cohenKappa: ConfusionMetric = (matrix, nClasses) => {
  let all = 0;
  let right = 0;
  let byChance = 0;
  for (let k = 0; k < nClasses; k++) {
    const totals = classTotals(matrix, nClasses, k);
    all += totals.actual;
    right += totals.right;
    byChance += totals.decided * totals.actual;
  }
  const possible = all * all - byChance;
  return possible === 0 ? 0 : (right * all - byChance) / possible;
};

/** Clip of probabilities in the log loss, so that one confident mistake costs 34.5 and not infinity. */
const SMALLEST_PROBABILITY = 1e-15;

/** Mean of -log(probability of the class that came true), natural logarithm. */
export function logLoss({ nRows, nClasses, target, prediction }: JudgedRows): CountedMetric {
  const losses = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) {
    const p = prediction[row * nClasses + target[row]];
    losses[row] = -Math.log(Math.min(Math.max(p, SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY));
  }
  return rowMean(losses);
}

/** Mean squared distance between probabilities and what came true. Binary: (p₁ - y)², in 0..1. Multiclass: summed
 *  over the classes, in 0..2 (Brier's own form; scikit-learn 1.7 has the same pair of conventions). */
export function brierScore({ nRows, nClasses, target, prediction }: JudgedRows): CountedMetric {
  const losses = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) {
    for (let k = nClasses === 2 ? 1 : 0; k < nClasses; k++) {
      losses[row] += (prediction[row * nClasses + k] - (target[row] === k ? 1 : 0)) ** 2;
    }
  }
  return rowMean(losses);
}

/** How many rows of class k there are, how many were taken for it, and how many of those rightly. */
interface ClassTotals {
  readonly right: number;
  readonly decided: number;
  readonly actual: number;
}

function classTotals(matrix: Float64Array, nClasses: number, k: number): ClassTotals {
  let decided = 0;
  let actual = 0;
  for (let other = 0; other < nClasses; other++) {
    decided += matrix[other * nClasses + k];
    actual += matrix[k * nClasses + other];
  }
  return { right: matrix[k * nClasses + k], decided, actual };
}

function overClasses(matrix: Float64Array, nClasses: number, of: (totals: ClassTotals) => number): number {
  if (nClasses === 2) return of(classTotals(matrix, nClasses, 1));
  let sum = 0;
  let present = 0;
  for (let k = 0; k < nClasses; k++) {
    const totals = classTotals(matrix, nClasses, k);
    if (totals.decided + totals.actual === 0) continue;
    sum += of(totals);
    present++;
  }
  return sum / present;
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}
