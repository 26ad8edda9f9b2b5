/** The best raw outputs of a model that sees no feature: where boosting starts and where linear intercepts begin. */

/** Log-odds of the second class. @param target Float64Array (nRows) of 0 and 1. */
export function logOdds(target: Float64Array, weights?: Float64Array): number {
  const p = clipProbability(mean(target, weights));
  return Math.log(p / (1 - p));
}

/** Logarithms of the class shares, shifted to sum to zero: softmax gives the shares back.
 *  @param target Float64Array (nRows): class indices. @returns Float64Array (nClasses). */
export function centredLogShares(
  target: Float64Array,
  nClasses: number,
  weights?: Float64Array,
): Float64Array {
  const counts = new Float64Array(nClasses);
  let total = 0;
  for (let i = 0; i < target.length; i++) {
    const weight = weights ? weights[i] : 1;
    counts[target[i]] += weight;
    total += weight;
  }
  const logs = counts.map((count) => Math.log(clipProbability(count / total)));
  const centre = mean(logs);
  return logs.map((log) => log - centre);
}

/** @param weights Float64Array (as long), not all 0; without them all count alike. */
export function mean(values: Float64Array, weights?: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights ? weights[i] : 1;
    sum += weight * values[i];
    total += weight;
  }
  return sum / total;
}

/** Keeps the log-odds of a class without rows finite. */
function clipProbability(p: number): number {
  return Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p));
}
