/** Quantiles for fitting imputers and scalers. */

/** Sorting every row of thousands of columns would dominate a fit, and a quantile needs no more rows than this. */
const MAX_SAMPLED = 20_000;

/** The values that are not NaN, ascending; evenly thinned to at most 20,000. A new array. */
export function sortedSample(values: Float64Array): Float64Array {
  let present = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) present++;
  const step = Math.max(1, Math.ceil(present / MAX_SAMPLED));
  const sample = new Float64Array(Math.ceil(present / step));
  let seen = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    if (seen % step === 0) sample[seen / step] = values[i];
    seen++;
  }
  return sample.sort();
}

/** Linear interpolation between order statistics (Hyndman and Fan's type 7, numpy's default).
 *  @param sorted ascending, not empty. @param q in [0, 1]. */
export function quantile(sorted: Float64Array, q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  const weight = position - below;
  if (weight === 0 || low === high) return low; // the weights of equal values need not add up to exactly 1
  return low * (1 - weight) + high * weight; // no difference: it could overflow
}
