/** The losses of linear models, over blocks of rows: the sum of losses and its derivative in the linear predictor.
 *  Weights are Float64Array (nRows) with a mean of 1, undefined where all rows count alike.
 *
 *  The predictors of a block lie output by output: Float64Array (nOutputs × block). O(rows × nOutputs). */
import type { Task } from '../experiment.ts';
import { centredLogShares, logOdds, mean } from '../featureless.ts';

export interface LinearLoss {
  readonly nOutputs: number;
  /** The best intercepts without any feature (for classes: of the outputs that sum to zero). */
  initial(target: Float64Array, weights?: Float64Array): Float64Array;
  /** Replaces the predictors of rows start..start+n by the derivative of their weighted loss in them.
   *  @param stride distance between two outputs in `predictors`.
   *  @returns the weighted sum of the rows' losses. */
  differentiate(
    predictors: Float64Array,
    stride: number,
    target: Float64Array,
    start: number,
    n: number,
    weights?: Float64Array,
  ): number;
  /** Writes the n rows' probabilities or values to `out` from index `at` on, row by row. Spoils `predictors`. */
  respond(predictors: Float64Array, stride: number, n: number, out: Float64Array, at: number): void;
}

export function lossOf(task: Task, nClasses: number): LinearLoss {
  switch (task) {
    case 'binary':
      return logistic;
    case 'multiclass':
      return multinomial(nClasses);
    case 'regression':
      return halfSquaredError;
  }
}

/** y in {0, 1}, predictor = log-odds z: log(1 + exp(z)) - y z, derivative p - y. */
const logistic: LinearLoss = {
  nOutputs: 1,
  initial: (target, weights) => Float64Array.of(logOdds(target, weights)),
  differentiate(predictors, _stride, target, start, n, weights) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const z = predictors[i];
      const y = target[start + i];
      const weight = weights ? weights[start + i] : 1;
      const small = Math.exp(-Math.abs(z)); // in (0, 1]: neither this nor its use overflows
      sum += weight * (Math.max(z, 0) - z * y + Math.log1p(small));
      predictors[i] = weight * ((z >= 0 ? 1 / (1 + small) : small / (1 + small)) - y);
    }
    return sum;
  },
  respond(predictors, _stride, n, out, at) {
    for (let i = 0; i < n; i++) {
      const small = Math.exp(-Math.abs(predictors[i]));
      const p = predictors[i] >= 0 ? 1 / (1 + small) : small / (1 + small);
      out[at + 2 * i] = 1 - p;
      out[at + 2 * i + 1] = p;
    }
  },
};

/** (z - y)² / 2, derivative z - y. */
const halfSquaredError: LinearLoss = {
  nOutputs: 1,
  initial: (target, weights) => Float64Array.of(mean(target, weights)),
  differentiate(predictors, _stride, target, start, n, weights) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const weight = weights ? weights[start + i] : 1;
      const error = predictors[i] - target[start + i];
      sum += weight * error * error;
      predictors[i] = weight * error;
    }
    return sum / 2;
  },
  respond(predictors, _stride, n, out, at) {
    for (let i = 0; i < n; i++) out[at + i] = predictors[i];
  },
};

/** y in 0..K-1, probabilities = softmax of the predictors: -log p_y, derivative p_k - [y = k]. */
function multinomial(nClasses: number): LinearLoss {
  /** Replaces row i's predictors by its probabilities; returns the log of their normaliser. */
  function softmax(predictors: Float64Array, stride: number, i: number): number {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < nClasses; k++) largest = Math.max(largest, predictors[k * stride + i]);
    let sum = 0;
    for (let k = 0; k < nClasses; k++) {
      const weight = Math.exp(predictors[k * stride + i] - largest);
      predictors[k * stride + i] = weight;
      sum += weight;
    }
    for (let k = 0; k < nClasses; k++) predictors[k * stride + i] /= sum;
    return largest + Math.log(sum);
  }

  return {
    nOutputs: nClasses,
    initial: (target, weights) => centredLogShares(target, nClasses, weights),
    differentiate(predictors, stride, target, start, n, weights) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const own = target[start + i] * stride + i;
        const z = predictors[own];
        const weight = weights ? weights[start + i] : 1;
        sum += weight * (softmax(predictors, stride, i) - z);
        predictors[own] -= 1;
        if (weights) for (let k = 0; k < nClasses; k++) predictors[k * stride + i] *= weight;
      }
      return sum;
    },
    respond(predictors, stride, n, out, at) {
      for (let i = 0; i < n; i++) {
        softmax(predictors, stride, i);
        for (let k = 0; k < nClasses; k++) out[at + i * nClasses + k] = predictors[k * stride + i];
      }
    },
  };
}
