/** The losses that boosting minimises: value, gradient and hessian in the raw prediction, and the way back from raw
 *  predictions to probabilities or values.
 *
 *  Raw predictions lie output by output: Float64Array (nOutputs × nRows). Gradients of one output are interleaved
 *  with its hessians: Float64Array (nRows × 2). Everything here is O(nRows × nOutputs). */
import type { Task } from '../experiment.ts';
import { centredLogShares, logOdds, mean } from '../featureless.ts';
import type { GbdtParameters } from './parameters.ts';
import { weightedQuantile } from './weighted-quantile.ts';

export interface Loss {
  /** Raw predictions per row, and so trees per boosting step. */
  readonly nOutputs: number;
  /** The kernel that computes the same faster, where there is one. */
  readonly kernel: 'binaryLogLoss' | 'multinomialLogLoss' | null;
  /** The best constant raw prediction of each output (up to a shift common to all classes).
   *  @throws RangeError for a target that the loss is not defined on. */
  initial(target: Float64Array, weights: Float64Array | undefined): Float64Array;
  /** @returns the sum over rows of weight × loss.
   *  @param gradients one array per output, overwritten, weights included; without them the loss alone is computed. */
  evaluate(
    raw: Float64Array,
    target: Float64Array,
    weights: Float64Array | undefined,
    gradients?: readonly Float64Array[],
  ): number;
  /** Predictions as `FittedEstimator.predict` returns them, row-major. */
  toPredictions(raw: Float64Array, nRows: number): Float64Array;
  /** The best value of a leaf where a Newton step is not it (hessians that say nothing).
   *  @param residuals target - raw of the leaf's rows. */
  leafValue?(residuals: Float64Array, weights: Float64Array | undefined): number;
}

/** @param parameters `loss` chooses among those of regression; classification has one. */
export function lossOf(
  task: Task,
  nClasses: number,
  { loss, quantile, huberQuantile }: Pick<GbdtParameters, 'loss' | 'quantile' | 'huberQuantile'>,
): Loss {
  switch (task) {
    case 'binary':
      return binaryLogLoss;
    case 'multiclass':
      return multinomialLogLoss(nClasses);
    case 'regression':
      switch (loss) {
        case 'auto':
        case 'squared':
          return squaredError;
        case 'absolute':
          return quantileLoss(0.5, 2);
        case 'quantile':
          return quantileLoss(quantile, 1);
        case 'huber':
          return huberLoss(huberQuantile);
        case 'poisson':
          return poissonLoss;
      }
  }
}

/** y in {0, 1}, raw = log-odds: log(1 + exp(raw)) - y raw; gradient p - y, hessian p (1 - p). */
const binaryLogLoss: Loss = {
  nOutputs: 1,
  kernel: 'binaryLogLoss',
  initial: (target, weights) => Float64Array.of(logOdds(target, weights)),
  evaluate(raw, target, weights, gradients) {
    const out = gradients?.[0];
    let sum = 0;
    for (let i = 0; i < target.length; i++) {
      const z = raw[i];
      const w = weights ? weights[i] : 1;
      const small = Math.exp(-Math.abs(z)); // in (0, 1]: neither overflows
      sum += w * (Math.max(z, 0) - z * target[i] + Math.log1p(small));
      if (out) {
        out[2 * i] = w * ((z >= 0 ? 1 / (1 + small) : small / (1 + small)) - target[i]);
        out[2 * i + 1] = (w * small) / ((1 + small) * (1 + small));
      }
    }
    return sum;
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
  kernel: null,
  initial: (target, weights) => Float64Array.of(mean(target, weights)),
  evaluate(raw, target, weights, gradients) {
    const out = gradients?.[0];
    let sum = 0;
    for (let i = 0; i < target.length; i++) {
      const error = raw[i] - target[i];
      const w = weights ? weights[i] : 1;
      sum += w * error * error;
      if (out) {
        out[2 * i] = w * error;
        out[2 * i + 1] = w;
      }
    }
    return Math.min(sum, Number.MAX_VALUE); // squares of huge errors overflow; JSON knows no infinity
  },
  toPredictions: (raw) => raw,
};

/** Pinball loss: `scale` × (quantile × (y - raw) where y > raw, else (1 - quantile) × (raw - y)); a scale of 2 at the
 *  median is the absolute error. The leaf takes the quantile of its residuals (Friedman 2001, algorithm 3). */
function quantileLoss(quantile: number, scale: number): Loss {
  const below = scale * quantile;
  const above = scale * (1 - quantile);
  return {
    nOutputs: 1,
    kernel: null,
    initial: (target, weights) => Float64Array.of(weightedQuantile(target, weights, quantile)),
    evaluate(raw, target, weights, gradients) {
      const out = gradients?.[0];
      let sum = 0;
      for (let i = 0; i < target.length; i++) {
        const rest = target[i] - raw[i];
        const w = weights ? weights[i] : 1;
        sum += w * (rest > 0 ? below * rest : -above * rest);
        if (out) {
          out[2 * i] = w * (rest > 0 ? -below : above);
          out[2 * i + 1] = w;
        }
      }
      return sum;
    },
    toPredictions: (raw) => raw,
    leafValue: (residuals, weights) => weightedQuantile(residuals, weights, quantile),
  };
}

/** Huber 1964: rest² / 2 up to delta, beyond it delta × (|rest| - delta / 2). Delta is the given quantile of the
 *  absolute residuals of the starting median, and stays: a loss that changes from step to step could not be compared
 *  with itself. The leaf takes a median and a clipped mean around it (Friedman 2001, algorithm 4). */
function huberLoss(quantile: number): Loss {
  let delta = Number.POSITIVE_INFINITY;
  return {
    nOutputs: 1,
    kernel: null,
    initial(target, weights) {
      const median = weightedQuantile(target, weights, 0.5);
      const distances = target.map((y) => Math.abs(y - median));
      delta = weightedQuantile(distances, weights, quantile) || 1;
      return Float64Array.of(median);
    },
    evaluate(raw, target, weights, gradients) {
      const out = gradients?.[0];
      let sum = 0;
      for (let i = 0; i < target.length; i++) {
        const error = raw[i] - target[i];
        const size = Math.abs(error);
        const w = weights ? weights[i] : 1;
        sum += w * (size <= delta ? (error * error) / 2 : delta * (size - delta / 2));
        if (out) {
          out[2 * i] = w * Math.max(-delta, Math.min(delta, error));
          out[2 * i + 1] = w;
        }
      }
      return Math.min(sum, Number.MAX_VALUE);
    },
    toPredictions: (raw) => raw,
    leafValue(residuals, weights) {
      const median = weightedQuantile(residuals, weights, 0.5);
      let sum = 0;
      let total = 0;
      for (let i = 0; i < residuals.length; i++) {
        const w = weights ? weights[i] : 1;
        sum += w * Math.max(-delta, Math.min(delta, residuals[i] - median));
        total += w;
      }
      return median + (total > 0 ? sum / total : 0);
    },
  };
}

/** Keeps exp(raw) finite; no count is that large. */
const MAX_LOG_RATE = 300;

/** y >= 0, raw = log of the rate: exp(raw) - y raw; gradient exp(raw) - y, hessian exp(raw) (as scikit-learn's
 *  HalfPoissonLoss, without the constant that makes a perfect fit zero). */
const poissonLoss: Loss = {
  nOutputs: 1,
  kernel: null,
  initial(target, weights) {
    const negative = target.findIndex((y) => y < 0);
    if (negative >= 0)
      throw new RangeError(`Poisson loss needs counts; row ${negative} is ${target[negative]}`);
    return Float64Array.of(Math.log(Math.max(mean(target, weights), 1e-15)));
  },
  evaluate(raw, target, weights, gradients) {
    const out = gradients?.[0];
    let sum = 0;
    for (let i = 0; i < target.length; i++) {
      const z = Math.min(MAX_LOG_RATE, raw[i]);
      const rate = Math.exp(z);
      const w = weights ? weights[i] : 1;
      sum += w * (rate - target[i] * z);
      if (out) {
        out[2 * i] = w * (rate - target[i]);
        out[2 * i + 1] = w * rate;
      }
    }
    return Math.min(sum, Number.MAX_VALUE);
  },
  toPredictions: (raw) => raw.map((z) => Math.exp(Math.min(MAX_LOG_RATE, z))),
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
    kernel: 'multinomialLogLoss',
    initial: (target, weights) => centredLogShares(target, nClasses, weights),
    evaluate(raw, target, weights, gradients) {
      const nRows = target.length;
      let sum = 0;
      for (let i = 0; i < nRows; i++) {
        const y = target[i];
        const w = weights ? weights[i] : 1;
        sum += w * (softmax(raw, i, nRows) - raw[y * nRows + i]);
        if (!gradients) continue;
        for (let k = 0; k < nClasses; k++) {
          const p = probabilities[k];
          gradients[k][2 * i] = w * (k === y ? p - 1 : p);
          gradients[k][2 * i + 1] = w * p * (1 - p);
        }
      }
      return sum;
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
