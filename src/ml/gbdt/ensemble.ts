/** A boosted model as a value: bins, starting point and trees. */
import type { CurvePoint, FeatureMatrix } from '../estimator.ts';
import type { Task } from '../experiment.ts';
import { withArena } from '../trees/arena.ts';
import {
  expectFeatures,
  type FeatureBins,
  forEachBinnedBlock,
  missingBinsOf,
  ROWS_PER_VISIT,
} from '../trees/binning.ts';
import type { Tree } from '../trees/tree.ts';
import { treeAdder } from '../trees/tree-adder.ts';
import type { GbdtParameters } from './parameters.ts';

export interface TreeEnsemble {
  readonly task: Task;
  readonly nClasses: number;
  /** What was minimised in regression. */
  readonly loss: GbdtParameters['loss'];
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
  expectFeatures(ensemble.features, features);
  const { bins, initial, trees } = ensemble;
  const { nRows } = features;
  const nOutputs = initial.length;
  return withArena((arena) => {
    const missingBins = missingBinsOf(bins);
    const adders = trees.map((tree) => treeAdder(arena, tree, missingBins, Math.min(nRows, ROWS_PER_VISIT)));
    const raw = arena.allocate(nOutputs * nRows * 8);
    for (let k = 0; k < nOutputs; k++) arena.float64(raw + k * nRows * 8, nRows).fill(initial[k]);
    forEachBinnedBlock(arena, bins, features, (block, firstRow) => {
      adders.forEach((add, t) => {
        add(block, raw + ((t % nOutputs) * nRows + firstRow) * 8);
      });
    });
    return new Float64Array(arena.float64(raw, nOutputs * nRows));
  });
}
