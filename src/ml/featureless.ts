/** The best raw outputs of a model that sees no feature: where boosting starts and where linear intercepts begin. */

/** Log-odds of the second class. @param target Float64Array (nRows) of 0 and 1. */
export function logOdds(target: Float64Array): number {
  const p = clipProbability(mean(target));
  return Math.log(p / (1 - p));
}

/** Logarithms of the class shares, shifted to sum to zero: softmax gives the shares back.
 *  @param target Float64Array (nRows): class indices. @returns Float64Array (nClasses). */
export function centredLogShares(target: Float64Array, nClasses: number): Float64Array {
  const counts = new Float64Array(nClasses);
  for (let i = 0; i < target.length; i++) counts[target[i]]++;
  const logs = counts.map((count) => Math.log(clipProbability(count / target.length)));
  const centre = mean(logs);
  return logs.map((log) => log - centre);
}

export function mean(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Keeps the log-odds of a class without rows finite. */
function clipProbability(p: number): number {
  return Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p));
}
