import { risingOrder } from '../data/rising-order.ts';

/** The value below which a share `q` of the rows lies. Without weights by linear interpolation (Hyndman and Fan's type
 *  7, numpy's default); with weights the smallest value whose cumulated weight reaches the share (scikit-learn's
 *  `_weighted_percentile`). 0 for no rows. O(n log n).
 *  @param weights Float64Array (n), not negative; without them all count alike. */
export function weightedQuantile(values: Float64Array, weights: Float64Array | undefined, q: number): number {
  if (values.length === 0) return 0;
  if (!weights) {
    const sorted = values.slice().sort();
    const position = q * (sorted.length - 1);
    const below = Math.floor(position);
    const low = sorted[below];
    const share = position - below;
    return share === 0 ? low : low * (1 - share) + sorted[below + 1] * share;
  }
  const order = risingOrder(values);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  for (const i of order) {
    sum += weights[i];
    if (sum >= q * total && sum > 0) return values[i];
  }
  return values[order[order.length - 1]];
}
