/** How much each feature speaks for each class: the weights of naive Bayes, and the scores that rows get by them. */
import type { FeatureMatrix } from '../estimator.ts';
import type { NaiveBayesParameters } from './parameters.ts';

/** Cells beyond this are cut, so that sums of products stay finite. */
const LARGEST = 1e100;

/** Rows that are scored together, column by column, so that their scores stay in the processor's nearest cache. */
const BLOCK = 512;

export interface Evidence {
  /** Float64Array (nClasses × nFeatures), class by class. */
  readonly weights: Float64Array;
  /** Float64Array (nClasses). */
  readonly intercepts: Float64Array;
}

/** Sums over the training rows of each class.
 *  @property features Float64Array (nClasses × nFeatures). @property rows Float64Array (nClasses). */
export interface ClassTotals {
  readonly features: Float64Array;
  readonly rows: Float64Array;
}

/** @param target  Float64Array (nRows): class indices.
 *  @param weights Float64Array (nRows); undefined where all rows count alike. O(nRows × nFeatures). */
export function classTotals(
  { columns }: FeatureMatrix,
  target: Float64Array,
  nClasses: number,
  weights: Float64Array | undefined,
): ClassTotals {
  const nFeatures = columns.length;
  const features = new Float64Array(nClasses * nFeatures);
  const rows = new Float64Array(nClasses);
  for (let i = 0; i < target.length; i++) rows[target[i]] += weights ? weights[i] : 1;
  columns.forEach((column, j) => {
    for (let i = 0; i < column.length; i++) {
      const x = amount(column[i]);
      if (x > 0) features[target[i] * nFeatures + j] += (weights ? weights[i] : 1) * x;
    }
  });
  return { features, rows };
}

/** The weights are log shares, of the feature among all amounts of the class (multinomial), or minus those among all
 *  amounts of the other classes (complement: Rennie, Shih, Teevan and Karger 2003, without their weight
 *  normalisation, as scikit-learn does by default). The intercepts are the log shares of the classes (multinomial) or
 *  0. A class without rows gets the mean of what all others have, less a constant: so whatever a row holds, that class
 *  is never more than 2.2e-16 times as likely as the likeliest. */
export function evidenceOf(
  { features, rows }: ClassTotals,
  { variant, alpha }: NaiveBayesParameters,
): Evidence {
  const nClasses = rows.length;
  const nFeatures = features.length / nClasses;
  const weights = new Float64Array(features.length);
  const nRows = rows.reduce((sum, count) => sum + count, 0);
  const ofAll = new Float64Array(nFeatures);
  for (let i = 0; i < features.length; i++) ofAll[i % nFeatures] += features[i];
  for (let c = 0; c < nClasses; c++) {
    const own = features.subarray(c * nFeatures, (c + 1) * nFeatures);
    if (rows[c] === 0) continue;
    // A difference that rounding left below 0 is one of nothing.
    const told = variant === 'multinomial' ? own : ofAll.map((all, j) => Math.max(0, all - own[j]));
    const logTotal = Math.log(told.reduce((sum, amountOfFeature) => sum + amountOfFeature + alpha, 0));
    const sign = variant === 'multinomial' ? 1 : -1;
    for (let j = 0; j < nFeatures; j++) {
      weights[c * nFeatures + j] = sign * (Math.log(told[j] + alpha) - logTotal);
    }
  }
  const intercepts = rows.map((count) =>
    variant === 'multinomial' && count > 0 ? Math.log(count / nRows) : 0,
  );
  const present = [...rows.keys()].filter((c) => rows[c] > 0);
  for (let c = 0; c < nClasses; c++) {
    if (rows[c] > 0) continue;
    const meanOfPresent = (of: (c: number) => number) =>
      present.reduce((sum, other) => sum + of(other), 0) / present.length;
    intercepts[c] = Math.log(Number.EPSILON) + meanOfPresent((other) => intercepts[other]);
    for (let j = 0; j < nFeatures; j++) {
      weights[c * nFeatures + j] = meanOfPresent((other) => weights[other * nFeatures + j]);
    }
  }
  return { weights, intercepts };
}

/** Calls `score` for each row, in order, with its score in every class: Float64Array (nClasses), finite, overwritten
 *  for the next row. O(nRows × nFeatures × nClasses) at most; cells of 0 cost nothing. */
export function scoreRows(
  { columns, nRows }: FeatureMatrix,
  { weights, intercepts }: Evidence,
  score: (row: number, scores: Float64Array) => void,
): void {
  const nClasses = intercepts.length;
  const nFeatures = columns.length;
  const block = new Float64Array(BLOCK * nClasses);
  for (let start = 0; start < nRows; start += BLOCK) {
    const end = Math.min(nRows, start + BLOCK);
    for (let at = 0; at < block.length; at += nClasses) block.set(intercepts, at);
    for (let j = 0; j < nFeatures; j++) {
      for (let row = start; row < end; row++) {
        const x = amount(columns[j][row]);
        if (x === 0) continue;
        const at = (row - start) * nClasses;
        for (let c = 0; c < nClasses; c++) block[at + c] += x * weights[c * nFeatures + j];
      }
    }
    for (let row = start; row < end; row++) {
      score(row, block.subarray((row - start) * nClasses, (row - start + 1) * nClasses));
    }
  }
}

/** Turns scores into probabilities, in place. @returns the log of their normaliser. */
export function softmax(scores: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < scores.length; c++) largest = Math.max(largest, scores[c]);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) {
    scores[c] = Math.exp(scores[c] - largest);
    sum += scores[c];
  }
  for (let c = 0; c < scores.length; c++) scores[c] /= sum;
  return largest + Math.log(sum);
}

/** A cell as an amount: NaN and negative ones are 0, very large ones 1e100. */
function amount(x: number): number {
  return x > 0 ? Math.min(x, LARGEST) : 0;
}
