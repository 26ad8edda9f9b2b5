/** Scores with the interval that the number of judged rows allows. */
import type { MetricName, Task } from '../experiment.ts';
import { Random } from '../random.ts';
import { acceleration, jackknife } from './bca.ts';
import { bootstrap, bootstrapUrn, ENOUGH_FOR_PERCENTILES, resampledInterval } from './bootstrap.ts';
import { confusionMatrix } from './confusion.ts';
import { aucInterval } from './delong.ts';
import { eachRowOnce, type JudgedRows, judgedRows } from './judged-rows.ts';
import { goesInSteps, METRICS } from './registry.ts';
import { prepareScores } from './score.ts';
import { wilsonInterval } from './wilson.ts';

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
  readonly method: 'DeLong' | 'Wilson' | `${'' | 'stratified ' | 'group '}${'' | 'BCa '}bootstrap`;
}

/** Each metric with its interval; see `score` for the arguments.
 *
 *  The AUC of a binary task has DeLong's interval on the logit scale; proportions (accuracy, and a binary task's
 *  precision and recall) have Wilson's; all else the bootstrap, stratified by class: its BCa interval, but
 *  for metrics that go in steps (see `resampledInterval` and decision 25). The resamples are the same for every metric and depend on seed and outcomes alone. O(resamples × nRows × metrics).
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
    const scores = prepareScores(bootstrapped, rows);
    const values = scores(eachRowOnce(rows.nRows));
    const urn = bootstrapUrn(rows, groups);
    const without =
      resamples < ENOUGH_FOR_PERCENTILES ? null : jackknife(urn, rows.nRows, bootstrapped.length, scores);
    const replicates = bootstrapped.map(() => new Float64Array(resamples));
    bootstrap(urn, rows.nRows, resamples, bootstrapRandom(seed), (counts, resample) => {
      const resampled = scores(counts);
      for (let m = 0; m < replicates.length; m++) replicates[m][resample] = resampled[m];
    });
    bootstrapped.forEach((metric, m) => {
      const value = values[m];
      const accelerated = without && !goesInSteps(metric) ? acceleration(without[m]) : undefined;
      const ends = Number.isNaN(value)
        ? { low: Number.NaN, high: Number.NaN }
        : resampledInterval(value, replicates[m], confidence, accelerated);
      const [least, greatest] = METRICS[metric].range;
      // Where every resample gives the same score, rounding alone may leave the value outside of its own interval.
      const low = Math.max(least, Math.min(ends.low, value));
      const high = Math.min(greatest, Math.max(ends.high, value));
      intervals[metric] = { value, low, high, method: bootstrapMethod(task, groups, accelerated) };
    });
  }
  return intervals as Record<Name, ScoreInterval>; // every metric was set in one of the two loops
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

function bootstrapMethod(
  task: Task,
  groups: Int32Array | undefined,
  accelerated: number | undefined,
): ScoreInterval['method'] {
  const drawn = groups ? 'group ' : task === 'regression' ? '' : 'stratified ';
  return `${drawn}${accelerated === undefined ? '' : 'BCa '}bootstrap`;
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
