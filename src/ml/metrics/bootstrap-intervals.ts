/** Intervals of scores from resampled rows, each by the method that holds the truth best for its kind of metric (decision 31). */
import type { MetricName } from '../experiment.ts';
import { acceleration, jackknife } from './bca.ts';
import {
  bootstrap,
  bootstrapRandom,
  bootstrapUrn,
  ENOUGH_FOR_PERCENTILES,
  resampledInterval,
  studentisedLevels,
} from './bootstrap.ts';
import { eachRowOnce, type JudgedRows } from './judged-rows.ts';
import { logMeanInterval, logMeanOf } from './log-mean.ts';
import { scoresIfSomeWereWrong } from './perfect-score.ts';
import { goesInSteps, METRICS } from './registry.ts';
import { prepareScores } from './score.ts';
import { withinRange } from './within-range.ts';

export interface ScoreInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How the interval was made. */
  readonly method: 'DeLong' | 'Wilson' | `${'' | 'group '}${'' | 'BCa ' | 'studentised '}bootstrap`;
}

interface Resampling {
  readonly seed: number;
  readonly resamples: number;
  readonly confidence: number;
  /** See `IntervalOptions`. */
  readonly groups: Int32Array | undefined;
}

/** Means of errors have the studentised bootstrap (log-mean.ts); all other metrics BCa, or percentiles where they go in steps
 *  or the resamples are few. A perfect score has the low end that Wilson's interval leaves possible (perfect-score.ts). Every metric sees
 *  the same resamples. An undefined score is NaN, with NaN ends; the ends of a finite one are finite. */
export function bootstrapIntervals<Name extends MetricName>(
  metrics: readonly Name[],
  rows: JudgedRows,
  { seed, resamples, confidence, groups }: Resampling,
): Record<Name, ScoreInterval> {
  const all = eachRowOnce(rows.nRows);
  const values = prepareScores(metrics, rows)(all);
  const urn = bootstrapUrn(rows.nRows, groups);
  const studentised = metrics.flatMap((metric, m) => {
    const mean = Number.isFinite(values[m]) ? logMeanOf(metric, rows, urn) : null;
    return mean ? [{ metric, mean, whole: mean.of(all), ts: new Float64Array(resamples) }] : [];
  });
  const others = metrics.filter((metric) => !studentised.some((one) => one.metric === metric));
  const scores = prepareScores(others, rows);
  const replicates = others.map(() => new Float64Array(resamples));
  bootstrap(urn, rows.nRows, resamples, bootstrapRandom(seed), (counts, resample) => {
    const resampled = scores(counts);
    for (let m = 0; m < replicates.length; m++) replicates[m][resample] = resampled[m];
    for (const { mean, whole, ts } of studentised) {
      const { log, error } = mean.of(counts);
      ts[resample] = (log - whole.log) / error;
    }
  });
  const few = resamples < ENOUGH_FOR_PERCENTILES;
  const without = few || others.length === 0 ? null : jackknife(urn, rows.nRows, others.length, scores);
  const independent = urn.kind === 'rows' ? urn.nRows : urn.groups.length;
  let ifSomeWereWrong: Float64Array | undefined;

  const intervalOf = (metric: Name, value: number): Omit<ScoreInterval, 'value'> => {
    if (Number.isNaN(value)) return { low: value, high: value, method: methodOf('', groups) };
    const own = studentised.find((one) => one.metric === metric);
    if (own) {
      const ends = logMeanInterval(own.mean, own.whole, studentisedLevels(own.ts, confidence));
      return { ...ends, method: methodOf('studentised ', groups) };
    }
    const m = others.indexOf(metric);
    const accelerated = without && !goesInSteps(metric) ? acceleration(without[m]) : undefined;
    const ends = resampledInterval(value, replicates[m], confidence, accelerated);
    const { greaterIsBetter, range } = METRICS[metric];
    const isPerfect = rows.task !== 'regression' && greaterIsBetter && value === range[1];
    if (isPerfect && !(ends.low < value)) {
      ifSomeWereWrong ??= scoresIfSomeWereWrong(others, rows, independent, confidence);
      return { low: ifSomeWereWrong[m], high: value, method: 'Wilson' };
    }
    return { ...ends, method: methodOf(accelerated === undefined ? '' : 'BCa ', groups) };
  };

  const intervals: Partial<Record<Name, ScoreInterval>> = {};
  metrics.forEach((metric, m) => {
    const value = values[m];
    const { low, high, method } = intervalOf(metric, value);
    const within = withinRange(metric, { value, low, high });
    // Where every resample gives the same score, rounding alone may leave the value outside of its own interval.
    intervals[metric] = {
      value,
      low: Math.min(within.low, value),
      high: Math.max(within.high, value),
      method,
    };
  });
  return intervals as Record<Name, ScoreInterval>;
}

function methodOf(
  kind: '' | 'BCa ' | 'studentised ',
  groups: Int32Array | undefined,
): ScoreInterval['method'] {
  return `${groups ? 'group ' : ''}${kind}bootstrap`;
}
