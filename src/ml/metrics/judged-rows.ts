import type { Task } from '../experiment.ts';

/** Rows with their known outcomes and what a model said about them: what every metric is computed from.
 *  @property target     Float64Array (nRows): the value in regression, else the class index.
 *  @property prediction Float64Array (nRows × nOutputs), row-major, as `FittedEstimator.predict` returns it:
 *                       class probabilities (nOutputs = nClasses), or one value per row in regression.
 *  @property threshold  in binary tasks the probability from which on a row is taken for class 1; 0.5 unless given.
 *  @property scale      Float64Array (nRows), in forecasts: what an error of the row is measured by. */
export interface JudgedRows {
  readonly task: Task;
  readonly nClasses: number;
  readonly nRows: number;
  readonly target: Float64Array;
  readonly prediction: Float64Array;
  readonly threshold?: number;
  readonly scale?: Float64Array;
}

/** A metric over any resample of the rows it was prepared for.
 *  @param counts Uint32Array (nRows), read only: how often each row is in the resample. The value is the one that
 *                a table with row i repeated counts[i] times would get; NaN where the metric is undefined. */
export type CountedMetric = (counts: Uint32Array) => number;

/** Checks that target and prediction belong together. Throws RangeError when they do not. */
export function judgedRows(
  task: Task,
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
  threshold = 0.5,
  scale?: Float64Array,
): JudgedRows {
  const nOutputs = task === 'regression' ? 1 : nClasses;
  if (prediction.length !== target.length * nOutputs) {
    throw new RangeError(
      `${target.length} rows of ${nOutputs} outputs need ${target.length * nOutputs} predictions, not ${prediction.length}`,
    );
  }
  return { task, nClasses, nRows: target.length, target, prediction, threshold, ...(scale && { scale }) };
}

/** Every row once: the counts that turn a `CountedMetric` into the plain metric. */
export function eachRowOnce(nRows: number): Uint32Array {
  return new Uint32Array(nRows).fill(1);
}
