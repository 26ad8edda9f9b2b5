import type { MetricName, Task } from '../experiment.ts';
import { prepareConfusion } from './confusion.ts';
import { eachRowOnce, type JudgedRows, judgedRows } from './judged-rows.ts';
import { prepareRanking, type RankedCounts } from './ranking.ts';
import { METRICS } from './registry.ts';

/** One metric of one set of predictions.
 *  @param target     Float64Array (nRows): the value in regression, else the class index 0..nClasses-1.
 *  @param prediction Float64Array (nRows × nOutputs), row-major, as `FittedEstimator.predict` returns it.
 *  @param counts     Uint32Array (nRows): how often each row counts; each once when left out.
 *  @param scale      see `JudgedRows`.
 *  @returns NaN where the metric is undefined (no rows; AUC of a single class).
 *  Throws RangeError when the lengths do not fit or the metric is not for this task. */
export function score(
  metric: MetricName,
  task: Task,
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
  counts: Uint32Array = eachRowOnce(target.length),
  scale?: Float64Array,
): number {
  const rows = judgedRows(task, target, prediction, nClasses, undefined, scale);
  const [value] = prepareScores([metric], rows)(counts);
  return value;
}

/** One resample, as metrics look at it. */
interface Seen {
  readonly counts: Uint32Array;
  readonly matrix: Float64Array;
  readonly ranked: readonly RankedCounts[];
}

/** Sorts, decides and sums once what the metrics need, so that each resample of the rows afterwards costs O(nRows)
 *  per metric and allocates nothing but the result.
 *  @returns a function from counts to the values in the order of `metrics`. */
export function prepareScores(
  metrics: readonly MetricName[],
  rows: JudgedRows,
): (counts: Uint32Array) => Float64Array {
  for (const metric of metrics) {
    if (!METRICS[metric].tasks.includes(rows.task)) {
      throw new RangeError(`${metric} is not a metric of ${rows.task} tasks`);
    }
  }
  const definitions = metrics.map((metric) => METRICS[metric].compute);
  const needs = (from: 'confusion' | 'ranking') => definitions.some((compute) => compute.from === from);
  const confusion = needs('confusion')
    ? prepareConfusion(rows.target, rows.prediction, rows.nClasses, rows.threshold)
    : () => new Float64Array();
  const ranking = needs('ranking') ? prepareRanking(rows) : () => [];
  const prepared = definitions.map((compute): ((seen: Seen) => number) => {
    if (compute.from === 'confusion') return ({ matrix }) => compute.metric(matrix, rows.nClasses);
    if (compute.from === 'ranking') return ({ ranked }) => compute.metric(ranked);
    const metric = compute.prepare(rows);
    return ({ counts }) => metric(counts);
  });
  return (counts) => {
    const seen: Seen = { counts, matrix: confusion(counts), ranked: ranking(counts) };
    return Float64Array.from(prepared, (metric) => metric(seen));
  };
}
