/** Training sets that a test writes out as numbers. */
import type { FeatureMatrix, TrainingSet } from '../../src/ml/estimator.ts';
import type { Task } from '../../src/ml/experiment.ts';

/** Numeric features `x0`, `x1` and so on. */
export function numericMatrix(columns: readonly number[][], nRows = columns[0].length): FeatureMatrix {
  return {
    nRows,
    columns: columns.map((column) => Float64Array.from(column)),
    features: columns.map((_, j) => ({ name: `x${j}`, source: `x${j}`, kind: 'numeric' })),
  };
}

export function problem(
  task: Task,
  columns: readonly number[][],
  target: readonly number[],
  nClasses = task === 'binary' ? 2 : 1,
): TrainingSet {
  return {
    task,
    nClasses,
    target: Float64Array.from(target),
    features: numericMatrix(columns, target.length),
  };
}
