/** The values of the chapters that people may ask for: all from the one look at the holdout, each bounded in work and in
 *  size whatever the table's. */
import type { Table } from '../data/table.ts';
import type { FeatureMatrix, FittedEstimator } from '../estimator.ts';
import type { Evidence, HeldOut } from '../evidence.ts';
import type { Experiment } from '../experiment.ts';
import type { SplitTable } from './split-table.ts';

/** The run's model and the rows that it never saw. Rows of the arrays are those of `rows.split.holdout`. */
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
  /** See `Judgement`. */
  readonly threshold: number | null;
  readonly seed: number;
}

export interface HeldOutMember {
  readonly features: FeatureMatrix;
  readonly fitted: FittedEstimator;
}

/** One line for each chapter. */
export function gatherEvidence(model: HeldOutModel): Evidence {
  return {
    heldOut: keepPredictions(model),
  };
}

/** Numbers that are kept of the predictions, and rows. */
const MOST_NUMBERS = 100_000;
const MOST_ROWS = 20_000;

function keepPredictions({ experiment, rows, truth, prediction }: HeldOutModel): HeldOut | null {
  if (experiment.forecast) return null;
  const { holdout } = rows.split;
  const nOutputs = prediction.length / truth.length;
  const wanted = Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / nOutputs));
  const stride = Math.max(1, Math.ceil(truth.length / wanted));
  const kept = Array.from({ length: Math.ceil(truth.length / stride) }, (_, i) => i * stride);
  kept.sort((a, b) => (holdout[a] as number) - (holdout[b] as number));
  return {
    of: truth.length,
    rows: kept.map((i) => holdout[i] as number),
    actual: kept.map((i) => truth[i] as number),
    predicted: Array.from({ length: nOutputs }, (_, k) =>
      kept.map((i) => shorten(prediction[i * nOutputs + k] as number)),
    ),
  };
}

/** Seven digits, as many as a float32 has: the rest is noise that would double what is stored. */
function shorten(value: number): number {
  return Number(value.toPrecision(7));
}
