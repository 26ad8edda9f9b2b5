/** Rows of a table as an estimator receives them. */
import type { Table } from '../data/table.ts';
import type { TrainingSet } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import type { FittedPipeline } from '../preprocessing/pipeline.ts';
import type { EncodedTarget } from '../preprocessing/target.ts';

/** @param rows rows with a known target. */
export function trainingSet(
  table: Table,
  rows: Uint32Array,
  pipeline: FittedPipeline,
  target: EncodedTarget,
  experiment: Experiment,
): TrainingSet {
  return {
    task: experiment.task,
    nClasses: target.nClasses,
    features: pipeline.transform(table, rows),
    target: Float64Array.from(rows, (row) => target.values[row] as number),
  };
}
