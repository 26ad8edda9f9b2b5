/** Fills gaps with the median of the training rows, and says where it did. */
import { z } from 'zod';
import { quantile, sortedSample } from './quantile.ts';

export const MedianImputer = z.object({
  median: z.number(),
  /** Whether training had gaps: then a second column marks them, since being missing may itself tell something. */
  indicator: z.boolean(),
});
export type MedianImputer = z.infer<typeof MedianImputer>;

/** @param values Float64Array of the training rows, NaN where missing. All missing: the median is 0. */
export function fitMedianImputer(values: Float64Array): MedianImputer {
  const sorted = sortedSample(values);
  return { median: sorted.length === 0 ? 0 : quantile(sorted, 0.5), indicator: values.some(Number.isNaN) };
}

/** @returns a new Float64Array without NaN. */
export function fillGaps(imputer: MedianImputer, values: Float64Array): Float64Array {
  return values.map((value) => (Number.isNaN(value) ? imputer.median : value));
}

/** @returns Float64Array: 1 where `values` is NaN, else 0. */
export function gapIndicator(values: Float64Array): Float64Array {
  return values.map((value) => (Number.isNaN(value) ? 1 : 0));
}
