/** Fills gaps with the median of the training rows, and says where it did. */
import { z } from 'zod';
import { quantile } from './quantile.ts';

export const MedianImputer = z.object({
  median: z.number(),
  /** Whether training had gaps: then a second column marks them, since being missing may itself tell something. */
  indicator: z.boolean(),
});
export type MedianImputer = z.infer<typeof MedianImputer>;

/** @param values Float64Array of the training rows, NaN where missing. All missing: the median is 0.
 *  @param sorted `sortedSample(values)`. */
export function fitMedianImputer(values: Float64Array, sorted: Float64Array): MedianImputer {
  return { median: sorted.length === 0 ? 0 : quantile(sorted, 0.5), indicator: hasGap(values) };
}

/** @returns a new Float64Array without NaN. */
export function fillGaps(imputer: MedianImputer, values: Float64Array): Float64Array {
  const filled = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) filled[i] = Number.isNaN(values[i]) ? imputer.median : values[i];
  return filled;
}

/** @returns Float64Array: 1 where `values` is NaN, else 0. */
export function gapIndicator(values: Float64Array): Float64Array {
  const gaps = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) gaps[i] = 1;
  return gaps;
}

function hasGap(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}
