/** A model over the members' predictions (Wolpert 1992), held close to the ensemble that it would replace. It learns from
 *  predictions that are themselves fitted, so it can learn their leaks: whoever uses it judges it on rows that it was
 *  not fitted on, and keeps the plain mean unless it is clearly better. */
import { z } from 'zod';
import { toShares } from '../to-shares.ts';
import { solvePositive } from './solve-positive.ts';

/** - `powers`, for classes: the members' probabilities, each to a power, multiplied and made to sum to 1. Powers that
 *    sum to more than 1 sharpen, less than 1 soften: calibration included.
 *  - `linear`, for values: `intercept` plus the sum of coefficient times prediction. */
export const Stacker = z.object({
  kind: z.enum(['powers', 'linear']),
  /** One per member, never negative: no member may be bet against. */
  coefficients: z.array(z.number().nonnegative()),
  /** 0 for `powers`. */
  intercept: z.number(),
});
export type Stacker = z.infer<typeof Stacker>;

export interface StackingRows {
  /** Of each member Float32Array (nRows × nOutputs), row-major, for rows that it was not trained on. */
  readonly predictions: readonly Float32Array[];
  /** Float64Array (nRows): the value in regression, else the class index. */
  readonly target: Float64Array;
  /** 1 in regression. */
  readonly nClasses: number;
}

/** Pull towards the ensemble's weights, in units of the loss per row: members that say nearly the same differ by less
 *  than this, and keep their weights. */
const RIDGE = 0.01;
const SMALLEST = 1e-7;
const MAX_ITERATIONS = 20;

/** @param weights of the ensemble, one per member: the coefficients of no opinion.
 *  Costs at most 20 × members × nRows × nOutputs. */
export function fitStacker(rows: StackingRows, weights: readonly number[]): Stacker {
  return rows.nClasses === 1 ? fitLinear(rows, weights) : fitPowers(rows, weights);
}

/** @param predictions of each member nRows × nOutputs numbers. @returns Float64Array of that length. */
export function applyStacker(
  { kind, coefficients, intercept }: Stacker,
  predictions: readonly (Float64Array | Float32Array)[],
  nClasses: number,
): Float64Array {
  const out = new Float64Array(predictions[0].length).fill(intercept);
  for (const [m, prediction] of predictions.entries()) {
    const coefficient = coefficients[m];
    if (coefficient === 0) continue;
    for (let j = 0; j < out.length; j++) {
      const value = prediction[j];
      out[j] += coefficient * (kind === 'linear' ? value : Math.log(Math.max(value, SMALLEST)));
    }
  }
  if (kind === 'powers') toShares(out, nClasses);
  return out;
}

/** Ridge regression towards the weights: the errors' scale is taken out, so that the pull means the same anywhere. */
function fitLinear({ predictions, target }: StackingRows, weights: readonly number[]): Stacker {
  const n = target.length;
  const m = predictions.length;
  const means = predictions.map((prediction) => mean(prediction));
  const middle = mean(target);
  const scale = target.reduce((sum, y) => sum + (y - middle) ** 2, 0) / n || 1;
  const gram = new Float64Array(m * m);
  const right = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    const pa = predictions[a];
    for (let b = 0; b <= a; b++) {
      const pb = predictions[b];
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (pa[i] - means[a]) * (pb[i] - means[b]);
      gram[a * m + b] = gram[b * m + a] = sum / n / scale;
    }
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (pa[i] - means[a]) * (target[i] - middle);
    right[a] = sum / n / scale + RIDGE * weights[a];
    gram[a * m + a] += RIDGE;
  }
  const coefficients = solvePositive(gram, right);
  const intercept = middle - coefficients.reduce((sum, c, a) => sum + c * means[a], 0);
  return { kind: 'linear', coefficients: [...coefficients], intercept };
}

/** Newton's method on the mean log loss: with few powers to find, its matrix is small. The loss is convex in them. */
function fitPowers({ predictions, target, nClasses }: StackingRows, weights: readonly number[]): Stacker {
  const n = target.length;
  const m = predictions.length;
  const logs = predictions.map((prediction) => {
    const values = new Float64Array(prediction.length);
    for (let j = 0; j < values.length; j++) values[j] = Math.log(Math.max(prediction[j], SMALLEST));
    return values;
  });
  let powers = Float64Array.from(weights);
  const shares = new Float64Array(nClasses);
  const expected = new Float64Array(m);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const gradient = new Float64Array(m);
    const hessian = new Float64Array(m * m);
    for (let row = 0; row < n; row++) {
      const start = row * nClasses;
      shares.fill(0);
      for (let a = 0; a < m; a++) {
        const values = logs[a];
        for (let k = 0; k < nClasses; k++) shares[k] += powers[a] * values[start + k];
      }
      toShares(shares, nClasses);
      expected.fill(0);
      for (let a = 0; a < m; a++) {
        const values = logs[a];
        for (let k = 0; k < nClasses; k++) expected[a] += shares[k] * values[start + k];
        gradient[a] += expected[a] - values[start + target[row]];
      }
      for (let a = 0; a < m; a++) {
        const va = logs[a];
        for (let b = 0; b <= a; b++) {
          const vb = logs[b];
          let product = 0;
          for (let k = 0; k < nClasses; k++) product += shares[k] * va[start + k] * vb[start + k];
          hessian[a * m + b] += product - expected[a] * expected[b];
        }
      }
    }
    // The minimum of the loss's quadratic near here, among powers that are not negative.
    const right = new Float64Array(m);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < a; b++) hessian[b * m + a] = hessian[a * m + b];
    }
    for (let a = 0; a < m; a++) {
      let curvature = 0;
      for (let b = 0; b < m; b++) {
        hessian[a * m + b] /= n;
        curvature += hessian[a * m + b] * powers[b];
      }
      right[a] = curvature - gradient[a] / n + RIDGE * weights[a];
    }
    for (let a = 0; a < m; a++) hessian[a * m + a] += RIDGE;
    const next = solvePositive(hessian, right);
    const moved = next.reduce((most, power, a) => Math.max(most, Math.abs(power - powers[a])), 0);
    powers = next;
    if (moved < 1e-6) break;
  }
  return { kind: 'powers', coefficients: [...powers], intercept: 0 };
}

function mean(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
