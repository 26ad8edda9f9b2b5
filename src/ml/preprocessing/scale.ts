/** Brings numbers to a common scale without letting a few far ones rule. */
import { z } from 'zod';
import { quantile, sortedSample } from './quantile.ts';

/** Values further out than this many robust standard deviations are drawn in to it. */
const CLIP = 6;

/** Interquartile range of the standard normal distribution. */
const NORMAL_IQR = 1.3489795003921634;

export const RobustScaler = z.object({ centre: z.number(), scale: z.number().min(0) });
export type RobustScaler = z.infer<typeof RobustScaler>;

/** Centre: the median. Scale: the interquartile range over that of the standard normal, so that a normal column
 *  gets standard deviation 1; where the middle half of the rows is one value, mean and standard deviation. Scale 0
 *  (a constant column) makes every value 0.
 *  @param values Float64Array without NaN. */
export function fitRobustScaler(values: Float64Array): RobustScaler {
  const sorted = sortedSample(values);
  if (sorted.length === 0) return { centre: 0, scale: 0 };
  const iqr = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  if (iqr > 0 && Number.isFinite(iqr)) return { centre: quantile(sorted, 0.5), scale: iqr / NORMAL_IQR };
  return meanAndDeviation(sorted);
}

/** @returns a new Float64Array with values in [-6, 6]. */
export function scaleValues(scaler: RobustScaler, values: Float64Array): Float64Array {
  if (scaler.scale === 0) return new Float64Array(values.length);
  return values.map((value) => {
    const scaled = (value - scaler.centre) / scaler.scale;
    return Math.max(-CLIP, Math.min(CLIP, scaled));
  });
}

function meanAndDeviation(values: Float64Array): RobustScaler {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2 / values.length;
  const scale = Math.sqrt(variance);
  // Columns of astronomic numbers overflow the square; they carry no usable scale.
  return Number.isFinite(scale) && Number.isFinite(mean) ? { centre: mean, scale } : { centre: 0, scale: 0 };
}
