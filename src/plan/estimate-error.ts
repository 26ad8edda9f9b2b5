/** How far estimates of this installation were off: what a short test says of a plan's time is corrected by what earlier runs
 *  took against theirs, and the range that is told covers nine runs in ten. */
import { z } from 'zod';

/** Factors on the seconds that the calibration gives. */
export const EstimateError = z.object({
  /** Earlier runs that these come from; 0 for what is assumed before there are any. */
  runs: z.number().int().min(0),
  likely: z.number().positive(),
  low: z.number().positive(),
  high: z.number().positive(),
});
export type EstimateError = z.infer<typeof EstimateError>;

/** What is assumed of a machine that nothing is known of: between 0.6 and 1.6 times the estimate in nine runs of ten. Runs of a minute
 *  on four data sets, on a machine that was now idle and now busy, took 0.64 to 1.12 times. */
const ASSUMED = { low: 0.6, high: 1.6 };
/** The assumption counts as so many runs, which fade as real ones come. */
const ASSUMED_RUNS = 4;
/** Two-sided 90% of the normal distribution. */
const Z90 = 1.645;
/** A run that somebody else's job slowed a hundredfold says nothing of the next one. */
const MOST = 8;

/** A normal distribution of the logarithm, whose assumed mean and variance weigh as `ASSUMED_RUNS` runs; the range is that
 *  of the next run, so it also covers that the mean is not known exactly.
 *  @param ratios wall seconds over calibrated seconds of earlier runs; those that are no positive numbers are left out. */
export function estimateError(ratios: readonly number[]): EstimateError {
  const logs = ratios
    .filter((ratio) => Number.isFinite(ratio) && ratio > 0)
    .map((ratio) => Math.log(Math.min(MOST, Math.max(1 / MOST, ratio))));
  const assumedMean = (Math.log(ASSUMED.low) + Math.log(ASSUMED.high)) / 2;
  const assumedDeviation = (Math.log(ASSUMED.high) - Math.log(ASSUMED.low)) / 2 / Z90;
  if (logs.length === 0) return { runs: 0, likely: 1, ...ASSUMED };
  const weight = ASSUMED_RUNS + logs.length;
  const mean = (ASSUMED_RUNS * assumedMean + logs.reduce((sum, log) => sum + log, 0)) / weight;
  const spread = [
    ASSUMED_RUNS * (assumedDeviation ** 2 + (assumedMean - mean) ** 2),
    ...logs.map((log) => (log - mean) ** 2),
  ].reduce((sum, part) => sum + part, 0);
  const half = Z90 * Math.sqrt((spread / weight) * (1 + 1 / weight));
  return {
    runs: logs.length,
    likely: Math.exp(mean),
    low: Math.exp(mean - half),
    high: Math.exp(mean + half),
  };
}
