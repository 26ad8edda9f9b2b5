/** A grown tree as flat arrays, and the walk of rows through it. */
import type { BinnedMatrix } from './binning.ts';

/** Node 0 is the root. Children come after their parent. All arrays but `categorySets` are nNodes long; what a leaf
 *  has no use for is 0. */
export interface Tree {
  /** Int32Array: the feature that the node splits on; -1 for a leaf. */
  readonly feature: Int32Array;
  /** Uint8Array, numeric splits: bins 0..splitBin go left, so values up to thresholds[splitBin] do. */
  readonly splitBin: Uint8Array;
  /** Int32Array, categorical splits: index of the node's set in `categorySets`; -1 for numeric splits. */
  readonly categorySet: Int32Array;
  /** Uint32Array (nSets × 8): one bit per bin, set for those that go left. */
  readonly categorySets: Uint32Array;
  /** Uint8Array: 1 where missing values go left. */
  readonly missingLeft: Uint8Array;
  /** Int32Array: node indices of the children. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Float64Array: what a leaf adds to the raw prediction, shrinkage included; for inner nodes what it would be. */
  readonly value: Float64Array;
  /** Float64Array: how much the split lowered the second-order loss on the training rows. */
  readonly gain: Float64Array;
  /** Uint32Array: training rows that reached the node. */
  readonly count: Uint32Array;
  /** Float64Array: their sum of hessians (XGBoost's cover). */
  readonly cover: Float64Array;
}

/** Adds the value of each row's leaf to its raw prediction.
 *  @param missingBins Uint8Array (nFeatures): each feature's missing bin.
 *  @param raw         Float64Array (nRows), added to. O(nRows × depth). */
export function addTreePredictions(
  tree: Tree,
  matrix: BinnedMatrix,
  missingBins: Uint8Array,
  raw: Float64Array,
): void {
  const { feature, splitBin, categorySet, categorySets, missingLeft, left, right, value } = tree;
  const { bins, nFeatures, nRows } = matrix;
  for (let row = 0, base = 0; row < nRows; row++, base += nFeatures) {
    let node = 0;
    for (let split = feature[0]; split >= 0; split = feature[node]) {
      const bin = bins[base + split];
      const set = categorySet[node];
      const goesLeft =
        set >= 0
          ? ((categorySets[set * 8 + (bin >> 5)] >>> (bin & 31)) & 1) === 1
          : bin <= splitBin[node] || (missingLeft[node] === 1 && bin === missingBins[split]);
      node = goesLeft ? left[node] : right[node];
    }
    raw[row] += value[node];
  }
}
