/** Metrics of values that are a mean over the rows, a root of one, or one minus a ratio of two, for the bootstrap-t: each resample
 *  is measured in its own standard error, on the logarithm of the mean (Efron 1982; Hall 1988; DiCiccio and Efron 1996). Errors
 *  have long tails, and where a resample lacks the largest of them both its mean and its spread are small: percentiles, also
 *  BCa's, are then too low and too narrow. */
import type { MetricName } from '../experiment.ts';
import { eachRowOnce, type JudgedRows } from './judged-rows.ts';
import {
  absoluteErrors,
  pinballLosses,
  type RowLosses,
  relativeErrors,
  scaledErrors,
  squaredErrors,
  symmetricErrors,
} from './regression.ts';
import type { Urn } from './urn.ts';

export interface LogMean {
  /** The logarithm of the mean over the resample, and its standard error by the delta method; not finite where the resample
   *  does not say. O(units). @param counts as for a `CountedMetric`. */
  of(counts: Uint32Array): { readonly log: number; readonly error: number };
  /** What another unit half as large as the largest would add to the logarithm. */
  readonly unseen: number;
  /** The metric of such a logarithm. */
  metric(log: number): number;
}

interface Form {
  readonly losses: RowLosses;
  readonly metric: (log: number) => number;
  /** Whether the mean is divided by the variance of the outcomes. */
  readonly isShare?: true;
}

const mean = (losses: RowLosses): Form => ({ losses, metric: Math.exp });

const FORMS: Partial<Record<MetricName, Form>> = {
  rmse: { losses: squaredErrors, metric: (log) => Math.exp(log / 2) },
  r2: { losses: squaredErrors, metric: (log) => 1 - Math.exp(log), isShare: true },
  mae: mean(absoluteErrors),
  mape: mean(relativeErrors),
  smape: mean(symmetricErrors),
  pinball_loss_90: mean(pinballLosses(0.9)),
  mase: mean(scaledErrors),
};

/** How much of the largest unit may be missing from the sum. A sample that lacks the tail of its population has a small mean and a
 *  small spread and cannot know it; its largest value says how long that tail may be. With none of it 91 to 93% of intervals of long
 *  tails hold the truth, with half 93 to 95%, and 95 to 96% of those of short ones (decision 31). */
const UNSEEN = 0.5;

/** Shares of a variance below this one are rounding: the rows all have one outcome. */
const ROUNDING = 1e-12;

/** @returns null for other metrics, and where there is no logarithm: no loss at all, or a share of outcomes that do not vary. */
export function logMeanOf(metric: MetricName, rows: JudgedRows, urn: Urn): LogMean | null {
  const form = FORMS[metric];
  if (!form || rows.task !== 'regression') return null;
  const losses = form.losses(rows);
  const first = urn.kind === 'rows' ? null : Uint32Array.from(urn.groups, ([row]) => row);
  const perUnit = (values: Float64Array) =>
    urn.kind === 'rows'
      ? values
      : Float64Array.from(urn.groups, (group) => group.reduce((sum, row) => sum + values[row], 0));
  const sizes = perUnit(new Float64Array(rows.nRows).fill(1));
  const sums = perUnit(losses);
  // The mean of a resample is near that of all rows: centred on it, squares lose no digits.
  const centre = rows.target.reduce((sum, value) => sum + value, 0) / rows.nRows;
  const centred = rows.target.map((value) => value - centre);
  const [values, squares] = form.isShare
    ? [perUnit(centred), perUnit(centred.map((value) => value * value))]
    : [sizes, sizes];

  const total = sums.reduce((sum, value) => sum + value, 0);
  const largest = sums.reduce((most, value) => Math.max(most, value), 0);
  const logMean: LogMean = {
    unseen: Math.log1p(UNSEEN * (largest / total)),
    metric: form.metric,
    of(counts) {
      let [n, sum, value, square] = [0, 0, 0, 0];
      for (let unit = 0; unit < sums.length; unit++) {
        const count = counts[first ? first[unit] : unit];
        n += count * sizes[unit];
        sum += count * sums[unit];
        value += count * values[unit];
        square += count * squares[unit];
      }
      const average = sum / n;
      const middle = form.isShare ? value / n : 0;
      const variance = form.isShare ? square / n - middle * middle : 1;
      if (!(variance > (ROUNDING * square) / n)) return { log: Number.NaN, error: Number.NaN };
      let influence = 0;
      for (let unit = 0; unit < sums.length; unit++) {
        const spread = form.isShare
          ? (squares[unit] - 2 * middle * values[unit] + middle * middle * sizes[unit]) / variance
          : sizes[unit];
        influence += counts[first ? first[unit] : unit] * (sums[unit] / average - spread) ** 2;
      }
      return { log: Math.log(average / variance), error: Math.sqrt(influence) / n };
    },
  };
  return Number.isFinite(logMean.of(eachRowOnce(rows.nRows)).log) ? logMean : null;
}

/** Of few rows, or where one is nearly all of the sum, resamples may say any number. */
const MOST_TIMES = Math.log(10);

/** Ends that lie at most ten times above and below.
 *  @param whole the mean of all rows. @param quantiles of how far resamples lie from it, each in its own standard errors. */
export function logMeanInterval(
  { metric, unseen }: LogMean,
  { log, error }: ReturnType<LogMean['of']>,
  quantiles: { readonly low: number; readonly high: number },
): { low: number; high: number } {
  // Where resamples lie far above, the truth may lie far below.
  const below = Math.min(quantiles.high * error, MOST_TIMES);
  const above = Math.min(-quantiles.low * error + unseen, MOST_TIMES);
  const ends = [metric(log - below), metric(log + above)];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}
