/** Rows of a table as an estimator receives them. */
import { gather } from '../data/rows.ts';
import type { FeatureMatrix, TrainingSet } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import type { EncodedTarget, Yardstick } from '../preprocessing/target.ts';

/** @param features the features of `rows`, in their order.
 *  @param rows     rows of the table with a known target. */
export function trainingSet(
  features: FeatureMatrix,
  rows: Uint32Array,
  target: EncodedTarget,
  { task }: Experiment,
): TrainingSet {
  return { task, nClasses: target.nClasses, features, target: learnedOf(target, rows) };
}

/** What is learned of the rows: their outcome, in forecasts as scales from the level. */
function learnedOf(target: EncodedTarget, rows: Uint32Array): Float64Array {
  const values = targetOf(target, rows);
  const { yardstick } = target;
  if (!yardstick) return values;
  return values.map((value, i) => {
    const row = rows[i] as number;
    return (value - (yardstick.level[row] as number)) / (yardstick.scale[row] as number);
  });
}

/** What a model says of the rows, in the units of the target: the inverse of what was done to learn.
 *  @param prediction of `rows`, in their order; more than once over where they were repeated. */
export function inTargetUnits(
  { yardstick }: Pick<EncodedTarget, 'yardstick'>,
  rows: Uint32Array,
  prediction: Float64Array,
): Float64Array {
  if (!yardstick) return prediction;
  return prediction.map((value, i) => {
    const row = rows[i % rows.length] as number;
    return (yardstick.level[row] as number) + value * (yardstick.scale[row] as number);
  });
}

export function pickYardstick({ level, scale }: Yardstick, rows: Uint32Array): Yardstick {
  return {
    level: Float64Array.from(rows, (row) => level[row] as number),
    scale: Float64Array.from(rows, (row) => scale[row] as number),
  };
}

/** The scales of the rows, where their errors are measured by one. */
export function scaleOf({ yardstick }: EncodedTarget, rows: Uint32Array): Float64Array | undefined {
  return yardstick && Float64Array.from(rows, (row) => yardstick.scale[row] as number);
}

/** @returns Float64Array (rows): class index or value, in the order of `rows`. */
export function targetOf({ values }: EncodedTarget, rows: Uint32Array): Float64Array<ArrayBuffer> {
  return gather(values, rows, new Float64Array(rows.length));
}
