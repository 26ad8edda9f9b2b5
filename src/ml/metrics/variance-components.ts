/** How much of the spread of scores comes from what is repeated, and how much from where: a balanced one-way layout with
 *  random effects (Searle, Casella and McCulloch 1992, chapter 3). */
import { chiSquaredQuantile } from '../quantiles.ts';

export interface VarianceComponents {
  readonly mean: number;
  /** Variance of repeats in one place; NaN without repeats. */
  readonly within: number;
  /** Ends of its 95% interval, by the chi-squared distribution of its sum of squares. */
  readonly withinLow: number;
  readonly withinHigh: number;
  /** Of which that interval has so many. */
  readonly freedom: number;
  /** Variance between places, beyond what repeats explain; never below 0. */
  readonly between: number;
}

/** By restricted maximum likelihood, which in a balanced layout is the analysis of variance, but for places that differ less
 *  than their repeats: then all scores estimate the variance within.
 *  @param scores one list for each repeat, one score for each place; all of one length. */
export function varianceComponents(scores: readonly (readonly number[])[]): VarianceComponents {
  const repeats = scores.length;
  const places = scores[0]?.length ?? 0;
  const all = scores.flat();
  const mean = average(all);
  const means = Array.from({ length: places }, (_, i) => average(scores.map((row) => row[i] as number)));
  const freedom = places * (repeats - 1);
  const squares = scores.reduce(
    (sum, row) => sum + row.reduce((part, value, i) => part + (value - (means[i] as number)) ** 2, 0),
    0,
  );
  const between = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (places - 1);
  const own = squares / freedom;
  const beyond = between - own / repeats;
  const total = all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (all.length - 1);
  return {
    mean,
    within: repeats > 1 && beyond < 0 ? total : own,
    withinLow: squares / chiSquaredQuantile(0.975, freedom),
    withinHigh: squares / chiSquaredQuantile(0.025, freedom),
    freedom,
    between: repeats > 1 ? Math.max(0, beyond) : between,
  };
}

/** Whether several estimates differ by more than their standard errors explain: Cochran's Q, and the variance of what they
 *  estimate by DerSimonian and Laird (1986).
 *  @param estimates with standard errors above 0. */
export function heterogeneity(estimates: readonly { readonly value: number; readonly error: number }[]): {
  readonly q: number;
  readonly freedom: number;
  readonly variance: number;
} {
  const weights = estimates.map(({ error }) => error ** -2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const middle = estimates.reduce((sum, { value }, i) => sum + (weights[i] as number) * value, 0) / total;
  const q = estimates.reduce((sum, { value }, i) => sum + (weights[i] as number) * (value - middle) ** 2, 0);
  const freedom = estimates.length - 1;
  const scale = total - weights.reduce((sum, weight) => sum + weight ** 2, 0) / total;
  return { q, freedom, variance: Math.max(0, (q - freedom) / scale) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
