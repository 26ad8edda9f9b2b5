/** Scores with the interval that the number of judged rows allows. */
import type { MetricName, Task } from '../experiment.ts';
import { bootstrapIntervals, type ScoreInterval } from './bootstrap-intervals.ts';
import { confusionMatrix } from './confusion.ts';
import { aucInterval } from './delong.ts';
import { eachRowOnce, type JudgedRows, judgedRows } from './judged-rows.ts';
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

/** Each metric with its interval; see `score` for the arguments.
 *
 *  The AUC of a binary task has DeLong's interval on the logit scale; proportions (accuracy, and a binary task's
 *  precision and recall) have Wilson's; all else has the bootstrap's (bootstrap-intervals.ts), and so has every metric where rows
 *  come in groups. The resamples depend on the seed alone. O(resamples × nRows × metrics).
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
  return intervals as Record<Name, ScoreInterval>; // every metric has a formula or was bootstrapped
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
