/** Scores with the interval that the number of judged rows allows. */
import type { MetricName, Task } from '../experiment.ts';
import { Random } from '../random.ts';
import { acceleration, jackknife } from './bca.ts';
import {
  bootstrap,
  bootstrapUrn,
  ENOUGH_FOR_PERCENTILES,
  resampledInterval,
  studentisedLevels,
} from './bootstrap.ts';
import { confusionMatrix } from './confusion.ts';
import { aucInterval } from './delong.ts';
import { eachRowOnce, type JudgedRows, judgedRows } from './judged-rows.ts';
import { logMeanInterval, logMeanOf } from './log-mean.ts';
import { scoresIfSomeWereWrong } from './perfect-score.ts';
import { goesInSteps, METRICS } from './registry.ts';
import { prepareScores } from './score.ts';
import { wilsonInterval } from './wilson.ts';
import { withinRange } from './within-range.ts';

export interface IntervalOptions {
  readonly seed: number;
  /** Default: `usualResamples` of the number of rows. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** Int32Array (nRows): group of each row, where rows of one group are not independent (a grouped split). Then
   *  whole groups are resampled, for every metric. */
  readonly groups?: Int32Array;
  /** See `JudgedRows`. */
  readonly threshold?: number;
  readonly scale?: Float64Array;
}

export interface ScoreInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How the interval was made. */
  readonly method: 'DeLong' | 'Wilson' | `${'' | 'group '}${'' | 'BCa ' | 'studentised '}bootstrap`;
}

/** Each metric with its interval; see `score` for the arguments.
 *
 *  The AUC of a binary task has DeLong's interval on the logit scale; proportions (accuracy, and a binary task's
 *  precision and recall) have Wilson's; means of errors the studentised bootstrap (log-mean.ts); all else the bootstrap, whose
 *  resamples differ in their class shares, as BCa but for metrics that go in steps (decision 25). A perfect score has the low end that Wilson's interval leaves possible
 *  (perfect-score.ts). The resamples are the same for every metric and depend on the seed alone. O(resamples × nRows × metrics).
 *  Undefined scores are NaN, with NaN ends. */
export function scoresWithIntervals<Name extends MetricName>(
  metrics: readonly Name[],
  task: Task,
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
  options: IntervalOptions,
): Record<Name, ScoreInterval> {
  const { seed, confidence = 0.95, groups, threshold, scale } = options;
  const rows = judgedRows(task, target, prediction, nClasses, threshold, scale);
  const resamples = options.resamples ?? usualResamples(rows.nRows);
  const intervals: Partial<Record<Name, ScoreInterval>> = {};
  const bootstrapped: Name[] = [];
  for (const metric of metrics) {
    const closed = groups ? undefined : closedInterval(metric, rows, confidence);
    if (closed) intervals[metric] = closed;
    else bootstrapped.push(metric);
  }
  if (bootstrapped.length > 0) {
    const resampled = bootstrapIntervals(bootstrapped, rows, { seed, resamples, confidence, groups });
    Object.assign(intervals, resampled);
  }
  return intervals as Record<Name, ScoreInterval>; // every metric was set in one of the two loops
}

interface Resampling {
  readonly seed: number;
  readonly resamples: number;
  readonly confidence: number;
  readonly groups: Int32Array | undefined;
}

function bootstrapIntervals<Name extends MetricName>(
  metrics: readonly Name[],
  rows: JudgedRows,
  { seed, resamples, confidence, groups }: Resampling,
): Partial<Record<Name, ScoreInterval>> {
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
    const [, greatest] = METRICS[metric].range;
    if (rows.task !== 'regression' && value === greatest && !(ends.low < value)) {
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
  return intervals;
}

/** `scoresWithIntervals` for one metric. */
export function scoreWithInterval(
  metric: MetricName,
  task: Task,
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
  options: IntervalOptions,
): ScoreInterval {
  return scoresWithIntervals([metric], task, target, prediction, nClasses, options)[metric];
}

const MOST_RESAMPLES = 2000;
const FEWEST_RESAMPLES = 60;
/** Rows times resamples beyond which more of them are not worth their time. */
const MOST_DRAWS = 4e7;

/** How many resamples an interval is made of: 2,000 up to 20,000 rows, then fewer, so that they take about a second.
 *  Scores of so many rows are as good as normally distributed, and 60 resamples tell their deviation to a tenth. */
export function usualResamples(nRows: number): number {
  return Math.max(FEWEST_RESAMPLES, Math.min(MOST_RESAMPLES, Math.floor(MOST_DRAWS / Math.max(1, nRows))));
}

/** The stream that the resamples are drawn from: two models judged with one seed see the same resamples. */
export function bootstrapRandom(seed: number): Random {
  return new Random(seed).derive('bootstrap');
}

function methodOf(
  kind: '' | 'BCa ' | 'studentised ',
  groups: Int32Array | undefined,
): ScoreInterval['method'] {
  return `${groups ? 'group ' : ''}${kind}bootstrap`;
}

/** The interval by formula where there is a good one; assumes independent rows. */
function closedInterval(metric: MetricName, rows: JudgedRows, confidence: number): ScoreInterval | undefined {
  if (metric === 'roc_auc' && rows.task === 'binary') return aucInterval(rows, confidence);
  const isProportion =
    metric === 'accuracy' ||
    (rows.task === 'binary' &&
      (metric === 'precision' || metric === 'recall' || metric === 'precision_at_top_10'));
  if (!isProportion) return undefined;
  const [value] = prepareScores([metric], rows)(eachRowOnce(rows.nRows));
  if (Number.isNaN(value)) return { value, low: value, high: value, method: 'Wilson' };
  return { value, ...wilsonInterval(value, observations(metric, rows), confidence), method: 'Wilson' };
}

/** How many rows a proportion is a share of. */
function observations(
  metric: 'accuracy' | 'precision' | 'recall' | 'precision_at_top_10',
  rows: JudgedRows,
): number {
  if (metric === 'accuracy') return rows.nRows;
  if (metric === 'precision_at_top_10') return Math.ceil(rows.nRows / 10);
  const [, wronglyTaken, missed, found] = confusionMatrix(
    rows.target,
    rows.prediction,
    2,
    eachRowOnce(rows.nRows),
    rows.threshold,
  );
  return metric === 'precision' ? wronglyTaken + found : missed + found;
}
