/** Rows of a table as an estimator receives them. */
import { gather } from '../data/rows.ts';
import type { FeatureMatrix, TrainingSet } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import type { EncodedTarget } from '../preprocessing/target.ts';

/** @param features the features of `rows`, in their order.
 *  @param rows     rows of the table with a known target. */
export function trainingSet(
  features: FeatureMatrix,
  rows: Uint32Array,
  target: EncodedTarget,
  { task }: Experiment,
): TrainingSet {
  return { task, nClasses: target.nClasses, features, target: targetOf(target, rows) };
}

/** @returns Float64Array (rows): class index or value, in the order of `rows`. */
export function targetOf({ values }: EncodedTarget, rows: Uint32Array): Float64Array<ArrayBuffer> {
  return gather(values, rows, new Float64Array(rows.length));
}
