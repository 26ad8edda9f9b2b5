import { bootstrap, bootstrapRandom, bootstrapUrn, resampledInterval } from './bootstrap.ts';
import { type IntervalOptions, usualResamples } from './intervals.ts';
import { eachRowOnce } from './judged-rows.ts';
import { rowMean } from './row-mean.ts';

/** The mean of a value per row with its bootstrap interval, by whole groups where there are any. */
export function meanInterval(
  values: Float64Array,
  { seed, groups, confidence = 0.95, resamples = usualResamples(values.length) }: IntervalOptions,
): { value: number; low: number; high: number } {
  const mean = rowMean(values);
  const value = mean(eachRowOnce(values.length));
  const replicates = new Float64Array(resamples);
  const urn = bootstrapUrn(values.length, groups);
  bootstrap(urn, values.length, resamples, bootstrapRandom(seed), (counts, resample) => {
    replicates[resample] = mean(counts);
  });
  const { low, high } = resampledInterval(value, replicates, confidence);
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}
