/** Rows of a table as an estimator receives them. */
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
  return {
    task,
    nClasses: target.nClasses,
    features,
    target: Float64Array.from(rows, (row) => target.values[row] as number),
  };
}
