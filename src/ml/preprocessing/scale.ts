/** Brings numbers to a common scale without letting a few far ones rule. */
import { z } from 'zod';
import { quantile } from './quantile.ts';

/** Values further out than this many robust standard deviations are drawn in to it. */
export const CLIP = 6;

/** Interquartile range of the standard normal distribution. */
const NORMAL_IQR = 1.3489795003921634;

export const RobustScaler = z.object({
  kind: z.literal('robust'),
  centre: z.number(),
  scale: z.number().min(0),
});
export type RobustScaler = z.infer<typeof RobustScaler>;

/** Centre: the median. Scale: the interquartile range over that of the standard normal, so that a normal column
 *  gets standard deviation 1; where the middle half of the rows is one value, mean and standard deviation. Scale 0
 *  (a constant or empty column) makes every value 0.
 *  @param sorted ascending, without NaN. */
export function fitRobustScaler(sorted: Float64Array): RobustScaler {
  if (sorted.length === 0) return { kind: 'robust', centre: 0, scale: 0 };
  const iqr = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  if (iqr > 0 && Number.isFinite(iqr)) {
    return { kind: 'robust', centre: quantile(sorted, 0.5), scale: iqr / NORMAL_IQR };
  }
  return { kind: 'robust', ...meanAndDeviation(sorted) };
}

/** @returns a new Float64Array with values in [-6, 6]. */
export function scaleValues(scaler: RobustScaler, values: Float64Array): Float64Array {
  const { centre, scale } = scaler;
  const scaled = new Float64Array(values.length);
  if (scale === 0) return scaled;
  for (let i = 0; i < values.length; i++) scaled[i] = clipped((values[i] - centre) / scale);
  return scaled;
}

/** Within [-6, 6]. */
export function clipped(value: number): number {
  return value > CLIP ? CLIP : value < -CLIP ? -CLIP : value;
}

/** Of the population: the sum of squares over n. Columns of astronomic numbers overflow the square; they carry no
 *  usable scale and get 0. @param values without NaN, not empty. */
export function meanAndDeviation(values: Float64Array): { centre: number; scale: number } {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2 / values.length;
  const scale = Math.sqrt(variance);
  return Number.isFinite(scale) && Number.isFinite(mean) ? { centre: mean, scale } : { centre: 0, scale: 0 };
}
