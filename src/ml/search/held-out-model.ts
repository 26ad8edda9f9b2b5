/** The run's model beside the rows that it never saw: what the values of chapters are made from. */
import type { Table } from '../data/table.ts';
import type { FeatureMatrix, FittedEstimator } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import type { SplitTable } from './split-table.ts';

/** Rows of the arrays are those of `rows.split.holdout`. */
export interface HeldOutModel {
  readonly table: Table;
  readonly experiment: Experiment;
  readonly rows: SplitTable;
  readonly nClasses: number;
  readonly members: readonly HeldOutMember[];
  /** What the members say together; as long as what each of them says. */
  readonly combine: (predictions: readonly Float64Array[]) => Float64Array;
  /** Float64Array (nRows): value or class index. */
  readonly truth: Float64Array;
  /** Float64Array (nRows × nOutputs), row-major, in units of the target. */
  readonly prediction: Float64Array;
  /** What they say before a calibrator mends it; absent where none does. */
  readonly plain?: Float64Array;
  /** See `Judgement`. */
  readonly threshold: number | null;
  readonly seed: number;
}

export interface HeldOutMember {
  readonly features: FeatureMatrix;
  readonly fitted: FittedEstimator;
  /** The features of other rows. */
  readonly transform: (table: Table) => FeatureMatrix;
}
