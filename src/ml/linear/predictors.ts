/** Linear predictors, intercept + Σ weight × feature, and what passes over them: losses, derivatives, predictions.
 *  Rows are taken in blocks that fit the processor's nearest cache, column by column within a block. */
import type { LinearLoss } from './losses.ts';

const BLOCK = 512;

export interface Coefficients {
  /** Float64Array (nOutputs × nFeatures), output by output. */
  readonly weights: Float64Array;
  /** Float64Array (nOutputs). */
  readonly intercepts: Float64Array;
}

/** Rows with known outcomes, as the losses take them.
 *  @property columns finite; each Float64Array (nRows).
 *  @property target  Float64Array (nRows).
 *  @property weights Float64Array (nRows) with a mean of 1; left out where all rows count alike. */
export interface KnownRows {
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
  readonly weights?: Float64Array | undefined;
}

export function zeroCoefficients(nOutputs: number, nFeatures: number): Coefficients {
  return { weights: new Float64Array(nOutputs * nFeatures), intercepts: new Float64Array(nOutputs) };
}

/** @param derivative overwritten with the derivative of the mean loss in each coefficient; may be left out.
 *  @returns the weighted mean loss. O(nRows × nFeatures × nOutputs). */
export function meanLoss(
  loss: LinearLoss,
  { columns, target, weights }: KnownRows,
  coefficients: Coefficients,
  derivative?: Coefficients,
): number {
  const nRows = target.length;
  const nFeatures = columns.length;
  const predictors = new Float64Array(loss.nOutputs * BLOCK);
  derivative?.weights.fill(0);
  derivative?.intercepts.fill(0);
  let sum = 0;
  for (let start = 0; start < nRows; start += BLOCK) {
    const n = Math.min(BLOCK, nRows - start);
    fillPredictors(columns, coefficients, start, n, predictors);
    sum += loss.differentiate(predictors, BLOCK, target, start, n, weights);
    if (!derivative) continue;
    for (let j = 0; j < nFeatures; j++) {
      for (let k = 0; k < loss.nOutputs; k++) {
        derivative.weights[k * nFeatures + j] += dot(columns[j], start, predictors, k * BLOCK, n) / nRows;
      }
    }
    for (let k = 0; k < loss.nOutputs; k++) {
      for (let i = 0; i < n; i++) derivative.intercepts[k] += predictors[k * BLOCK + i] / nRows;
    }
  }
  return sum / nRows;
}

/** @returns Float64Array (nRows × outputs), row-major: probabilities or values. */
export function predictRows(
  loss: LinearLoss,
  columns: readonly Float64Array[],
  nRows: number,
  coefficients: Coefficients,
  valuesPerRow: number,
): Float64Array {
  const out = new Float64Array(nRows * valuesPerRow);
  const predictors = new Float64Array(loss.nOutputs * BLOCK);
  for (let start = 0; start < nRows; start += BLOCK) {
    const n = Math.min(BLOCK, nRows - start);
    fillPredictors(columns, coefficients, start, n, predictors);
    loss.respond(predictors, BLOCK, n, out, start * valuesPerRow);
  }
  return out;
}

function fillPredictors(
  columns: readonly Float64Array[],
  { weights, intercepts }: Coefficients,
  start: number,
  n: number,
  predictors: Float64Array,
): void {
  const nFeatures = columns.length;
  for (let k = 0; k < intercepts.length; k++) predictors.fill(intercepts[k], k * BLOCK, k * BLOCK + n);
  for (let j = 0; j < nFeatures; j++) {
    for (let k = 0; k < intercepts.length; k++) {
      const weight = weights[k * nFeatures + j];
      if (weight !== 0) addScaled(weight, columns[j], start, predictors, k * BLOCK, n);
    }
  }
}

/** out[outStart + i] += factor × column[start + i] for i in 0..n-1. */
function addScaled(
  factor: number,
  column: Float64Array,
  start: number,
  out: Float64Array,
  outStart: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[outStart + i] += factor * column[start + i];
}

/** Four sums side by side, since one alone would wait for each addition's result before the next. */
function dot(a: Float64Array, aStart: number, b: Float64Array, bStart: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += a[aStart + i] * b[bStart + i];
    s1 += a[aStart + i + 1] * b[bStart + i + 1];
    s2 += a[aStart + i + 2] * b[bStart + i + 2];
    s3 += a[aStart + i + 3] * b[bStart + i + 3];
  }
  for (; i < n; i++) s0 += a[aStart + i] * b[bStart + i];
  return s0 + s1 + (s2 + s3);
}
