/** A boosted model as a sum of trees that can be explained. */
import type { FeatureMatrix } from '../estimator.ts';
import type { TreeSum } from '../explainable.ts';
import { withArena } from '../trees/arena.ts';
import { expectFeatures, forEachBinnedBlock, missingBinsOf } from '../trees/binning.ts';
import type { Tree } from '../trees/tree.ts';
import type { TreeEnsemble } from './ensemble.ts';

/** @param features the rows to explain. @throws when they are not the features of the training. */
export function treeSum(
  { features: names, bins, initial, trees }: TreeEnsemble,
  features: FeatureMatrix,
): TreeSum {
  expectFeatures(names, features);
  const nFeatures = names.length;
  const binned = new Uint8Array(features.nRows * nFeatures);
  withArena((arena) =>
    forEachBinnedBlock(arena, bins, features, ({ rows, rowStride, nRows }, firstRow) => {
      for (let i = 0; i < nRows; i++) {
        binned.set(arena.uint8(rows + i * rowStride, nFeatures), (firstRow + i) * nFeatures);
      }
    }),
  );
  const missingBins = missingBinsOf(bins);
  return {
    initial,
    trees: trees.map((tree) => ({ ...tree, goesLeft: decider(tree, missingBins) })),
    nRows: features.nRows,
    sources: features.features.map(({ source }) => source),
    bins: binned,
  };
}

function decider(
  { feature, splitBin, categorySet, categorySets, missingLeft }: Tree,
  missingBins: Uint8Array,
): (node: number, bin: number) => boolean {
  return (node, bin) => {
    const set = categorySet[node];
    if (set >= 0) return ((categorySets[set * 8 + (bin >> 5)] >>> (bin & 31)) & 1) === 1;
    if (bin === missingBins[feature[node]]) return missingLeft[node] === 1;
    return bin <= splitBin[node];
  };
}
