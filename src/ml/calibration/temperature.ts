/** One power for all probabilities (temperature scaling: Guo et al. 2017): above 1 it sharpens, below 1 it softens, and no
 *  class ever overtakes another. The power is 1 / temperature. */
import { toShares } from '../to-shares.ts';

/** Beyond it rows are separated, and say nothing of how sure is too sure. */
const MOST = 20;
const MAX_ITERATIONS = 100;

/** The power of the least mean log loss, between 1/20 and 20; the loss is convex in it.
 *  @param logs Float64Array (nRows × nClasses): logarithms of probabilities. @param target Float64Array (nRows): classes. */
export function fitPower(logs: Float64Array, target: Float64Array, nClasses: number): number {
  let low = 1 / MOST;
  let high = MOST;
  let power = 1;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const { slope, curvature } = slopesAt(power, logs, target, nClasses);
    if (slope > 0) high = power;
    else low = power;
    const newton = power - slope / curvature;
    // Newton's step, or the middle of what is left where that leads out of it.
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - power) < 1e-10 * power) return next;
    power = next;
  }
  return power;
}

/** First and second derivative of the mean log loss. */
function slopesAt(power: number, logs: Float64Array, target: Float64Array, nClasses: number) {
  const shares = new Float64Array(nClasses);
  let slope = 0;
  let curvature = 0;
  for (let row = 0; row < target.length; row++) {
    const start = row * nClasses;
    for (let k = 0; k < nClasses; k++) shares[k] = power * logs[start + k];
    toShares(shares, nClasses);
    let mean = 0;
    let square = 0;
    for (let k = 0; k < nClasses; k++) {
      const log = logs[start + k];
      mean += shares[k] * log;
      square += shares[k] * log * log;
    }
    slope += mean - logs[start + target[row]];
    curvature += square - mean * mean;
  }
  return { slope: slope / target.length, curvature: curvature / target.length };
}

/** @returns Float64Array (nRows × nClasses): probabilities. */
export function applyPower(power: number, logs: Float64Array, nClasses: number): Float64Array {
  const out = logs.map((log) => power * log);
  toShares(out, nClasses);
  return out;
}
