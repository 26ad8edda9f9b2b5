/** A boosted model as a value: bins, starting point and trees. */
import type { CurvePoint, FeatureMatrix } from '../estimator.ts';
import type { Task } from '../experiment.ts';
import { applyBins, type FeatureBins } from './binning.ts';
import { addTreePredictions, type Tree } from './predictor.ts';

export interface TreeEnsemble {
  readonly task: Task;
  readonly nClasses: number;
  /** Names of the features, in the order of the columns. */
  readonly features: readonly string[];
  readonly bins: readonly FeatureBins[];
  /** Float64Array (nOutputs): the raw prediction before the first tree. */
  readonly initial: Float64Array;
  /** bestStep × nOutputs trees; tree t adds to output t modulo nOutputs. */
  readonly trees: readonly Tree[];
  readonly curve: readonly CurvePoint[];
  readonly bestStep: number;
}

/** @returns Float64Array (nOutputs × nRows), output by output: log-odds, class scores, or values.
 *  @throws when the features are not those of the training, by name and order. */
export function predictRaw(ensemble: TreeEnsemble, features: FeatureMatrix): Float64Array {
  ensemble.features.forEach((name, j) => {
    const given = features.features[j]?.name;
    if (given !== name) throw new Error(`feature ${j} should be "${name}", got "${given}"`);
  });
  const matrix = applyBins(ensemble.bins, features);
  const missingBins = missingBinsOf(ensemble.bins);
  const raw = startingPredictions(ensemble.initial, matrix.nRows);
  ensemble.trees.forEach((tree, t) => {
    addTreePredictions(tree, matrix, missingBins, outputOf(raw, t % ensemble.initial.length, matrix.nRows));
  });
  return raw;
}

/** Uint8Array (nFeatures): each feature's missing bin. */
export function missingBinsOf(bins: readonly FeatureBins[]): Uint8Array {
  return Uint8Array.from(bins, ({ nBins }) => nBins);
}

/** Float64Array (nOutputs × nRows) with the same start in every row. */
export function startingPredictions(initial: Float64Array, nRows: number): Float64Array {
  const raw = new Float64Array(initial.length * nRows);
  for (let k = 0; k < initial.length; k++) outputOf(raw, k, nRows).fill(initial[k]);
  return raw;
}

/** A view of one output's raw predictions. */
export function outputOf(raw: Float64Array, k: number, nRows: number): Float64Array {
  return raw.subarray(k * nRows, (k + 1) * nRows);
}
