/** The losses that boosting minimises: value, gradient and hessian in the raw prediction, and the way back from raw
 *  predictions to probabilities or values.
 *
 *  Raw predictions lie output by output: Float64Array (nOutputs × nRows). Gradients of one output are interleaved
 *  with its hessians: Float64Array (nRows × 2). Everything here is O(nRows × nOutputs). */
import type { Task } from '../experiment.ts';
import { centredLogShares, logOdds, mean } from '../featureless.ts';

export interface Loss {
  /** Raw predictions per row, and so trees per boosting step. */
  readonly nOutputs: number;
  /** The best constant raw prediction of each output (up to a shift common to all classes). */
  initial(target: Float64Array): Float64Array;
  /** @returns the mean loss.
   *  @param gradients one array per output, overwritten; without them only the loss is computed. */
  evaluate(raw: Float64Array, target: Float64Array, gradients?: readonly Float64Array[]): number;
  /** Predictions as `FittedEstimator.predict` returns them, row-major. */
  toPredictions(raw: Float64Array, nRows: number): Float64Array;
}

export function lossOf(task: Task, nClasses: number): Loss {
  switch (task) {
    case 'binary':
      return binaryLogLoss;
    case 'multiclass':
      return multinomialLogLoss(nClasses);
    case 'regression':
      return squaredError;
  }
}

/** y in {0, 1}, raw = log-odds: log(1 + exp(raw)) - y raw; gradient p - y, hessian p (1 - p). */
const binaryLogLoss: Loss = {
  nOutputs: 1,
  initial: (target) => Float64Array.of(logOdds(target)),
  evaluate(raw, target, gradients) {
    const out = gradients?.[0];
    let sum = 0;
    for (let i = 0; i < target.length; i++) {
      const z = raw[i];
      const small = Math.exp(-Math.abs(z)); // in (0, 1]: neither overflows
      sum += Math.max(z, 0) - z * target[i] + Math.log1p(small);
      if (out) {
        out[2 * i] = (z >= 0 ? 1 / (1 + small) : small / (1 + small)) - target[i];
        out[2 * i + 1] = small / ((1 + small) * (1 + small));
      }
    }
    return sum / target.length;
  },
  toPredictions(raw, nRows) {
    const out = new Float64Array(nRows * 2);
    for (let i = 0; i < nRows; i++) {
      const small = Math.exp(-Math.abs(raw[i]));
      const p = raw[i] >= 0 ? 1 / (1 + small) : small / (1 + small);
      out[2 * i] = 1 - p;
      out[2 * i + 1] = p;
    }
    return out;
  },
};

/** raw - y; gradient raw - y, hessian 1. The loss is reported as (raw - y)², without the half that the gradient
 *  implies, so that its root is the RMSE. */
const squaredError: Loss = {
  nOutputs: 1,
  initial: (target) => Float64Array.of(mean(target)),
  evaluate(raw, target, gradients) {
    const out = gradients?.[0];
    let sum = 0;
    for (let i = 0; i < target.length; i++) {
      const error = raw[i] - target[i];
      sum += error * error;
      if (out) {
        out[2 * i] = error;
        out[2 * i + 1] = 1;
      }
    }
    return Math.min(sum / target.length, Number.MAX_VALUE); // squares of huge errors overflow; JSON knows no infinity
  },
  toPredictions: (raw) => raw,
};

/** y in 0..K-1, probabilities = softmax(raw): -log p_y; gradient p_k - [y = k], hessian p_k (1 - p_k) (its
 *  diagonal, as in scikit-learn's HalfMultinomialLoss). */
function multinomialLogLoss(nClasses: number): Loss {
  const probabilities = new Float64Array(nClasses);

  /** Fills `probabilities` with row i's softmax and returns the log of its normaliser. */
  function softmax(raw: Float64Array, i: number, nRows: number): number {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < nClasses; k++) largest = Math.max(largest, raw[k * nRows + i]);
    let sum = 0;
    for (let k = 0; k < nClasses; k++) {
      probabilities[k] = Math.exp(raw[k * nRows + i] - largest);
      sum += probabilities[k];
    }
    for (let k = 0; k < nClasses; k++) probabilities[k] /= sum;
    return largest + Math.log(sum);
  }

  return {
    nOutputs: nClasses,
    initial: (target) => centredLogShares(target, nClasses),
    evaluate(raw, target, gradients) {
      const nRows = target.length;
      let sum = 0;
      for (let i = 0; i < nRows; i++) {
        const y = target[i];
        sum += softmax(raw, i, nRows) - raw[y * nRows + i];
        if (!gradients) continue;
        for (let k = 0; k < nClasses; k++) {
          const p = probabilities[k];
          gradients[k][2 * i] = k === y ? p - 1 : p;
          gradients[k][2 * i + 1] = p * (1 - p);
        }
      }
      return sum / nRows;
    },
    toPredictions(raw, nRows) {
      const out = new Float64Array(nRows * nClasses);
      for (let i = 0; i < nRows; i++) {
        softmax(raw, i, nRows);
        out.set(probabilities, i * nClasses);
      }
      return out;
    },
  };
}
