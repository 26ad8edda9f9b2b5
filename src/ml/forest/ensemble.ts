/** A forest as a value: bins and trees. */
import type { CurvePoint, FeatureMatrix } from '../estimator.ts';
import { type Arena, withArena } from '../trees/arena.ts';
import { expectFeatures, type FeatureBins, forEachBinnedBlock, missingBinsOf } from '../trees/binning.ts';
import { type Outcomes, tell } from './outcomes.ts';
import { addTree, type ForestTree, leafShape, loadTrees } from './tree.ts';

export interface ForestModel {
  readonly outcomes: Outcomes;
  /** Names of the features, in the order of the columns. */
  readonly features: readonly string[];
  readonly bins: readonly FeatureBins[];
  readonly trees: readonly ForestTree[];
  readonly curve: readonly CurvePoint[];
}

/** @returns Float64Array (nRows × nOutputs), row-major. Trees are copied into the arena first, so that many rows at once
 *  are cheaper than one by one.
 *  @throws when the features are not those of the training, by name and order. */
export function predict(model: ForestModel, features: FeatureMatrix): Float64Array {
  expectFeatures(model.features, features);
  const { outcomes, bins, trees } = model;
  const { task, nClasses } = outcomes;
  const { nSums, shared } = leafShape(task, nClasses);
  const out = new Float64Array(features.nRows * nClasses);
  withArena((arena) => {
    const loaded = loadTrees(arena, trees, shared, bins);
    const missingBins = putMissingBins(arena, bins);
    forEachBinnedBlock(arena, bins, features, (block, firstRow) => {
      arena.scoped(() => {
        const pointer = arena.allocate(block.nRows * nSums * 8);
        const sums = arena.float64(pointer, block.nRows * nSums).fill(0);
        for (const tree of loaded) addTree(arena, tree, missingBins, nSums, block, 0, block.nRows, pointer);
        for (let i = 0; i < block.nRows; i++) {
          tell(outcomes, sums, i * nSums, trees.length, out, (firstRow + i) * nClasses);
        }
      });
    });
  });
  return out;
}

/** @returns pointer to uint8 (nFeatures). */
export function putMissingBins(arena: Arena, bins: readonly FeatureBins[]): number {
  const pointer = arena.allocate(bins.length);
  arena.uint8(pointer, bins.length).set(missingBinsOf(bins));
  return pointer;
}
