/** Ranks instead of values, spread like a normal distribution: whatever the shape of a column, its middle is resolved
 *  and its tails are bounded. */
import { z } from 'zod';
import { normalQuantile } from '../quantiles.ts';
import { quantile } from './quantile.ts';

/** How close to the smallest and largest training value a value counts as being it, and the rank that those get
 *  instead of 0 and 1, whose normal quantiles are infinite (as in scikit-learn). */
const BOUND = 1e-7;

export const QuantileTransform = z.object({
  kind: z.literal('quantile'),
  /** Training quantiles at even steps from 0 to 1, ascending; empty for a column without values. */
  quantiles: z.array(z.number()),
});
export type QuantileTransform = z.infer<typeof QuantileTransform>;

/** @param sorted ascending, without NaN. @param maxQuantiles at least 2. */
export function fitQuantileTransform(sorted: Float64Array, maxQuantiles: number): QuantileTransform {
  // Interpolated ranks are off by rounding, which would divide equal values.
  if (sorted.length <= maxQuantiles) return { kind: 'quantile', quantiles: Array.from(sorted) };
  const last = maxQuantiles - 1;
  return {
    kind: 'quantile',
    quantiles: Array.from({ length: maxQuantiles }, (_, i) => quantile(sorted, i / last)),
  };
}

/** The normal quantile of each value's rank, interpolated between the stored quantiles; a value that several of them
 *  share gets the middle of their ranks. A constant or empty column becomes 0.
 *  O(values × log quantiles). @returns a new Float64Array with values in [-5.2, 5.2]. */
export function quantileTransform({ quantiles }: QuantileTransform, values: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  const table = Float64Array.from(quantiles);
  const last = table.length - 1;
  if (last < 1 || table[0] === table[last]) return out;
  const low = normalQuantile(BOUND);
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    if (x - BOUND < table[0]) out[i] = low;
    else if (x + BOUND > table[last]) out[i] = -low;
    else out[i] = normalQuantile(Math.max(BOUND, Math.min(1 - BOUND, rank(table, x))));
  }
  return out;
}

/** In [0, 1]; x lies within the table. */
function rank(table: Float64Array, x: number): number {
  const last = table.length - 1;
  const from = lowerBound(table, x); // the first that is not below x
  if (table[from] !== x) {
    const gap = table[from] - table[from - 1];
    const part = Number.isFinite(gap) ? (x - table[from - 1]) / gap : 0.5;
    return (from - 1 + part) / last;
  }
  let to = from;
  while (to < last && table[to + 1] === x) to++;
  return (from + to) / (2 * last);
}

function lowerBound(table: Float64Array, x: number): number {
  let low = 0;
  let high = table.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
