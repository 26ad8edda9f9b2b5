/** A grown tree as flat arrays. */

/** Node 0 is the root. Children come after their parent, the right one next to the left one. All arrays but
 *  `categorySets` are nNodes long; what a leaf has no use for is 0. */
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
  /** Int32Array: node index of the left child; the right one is the next. */
  readonly left: Int32Array;
  /** Float64Array: what a leaf adds to the raw prediction, shrinkage included; for inner nodes what it would be. */
  readonly value: Float64Array;
  /** Float64Array: how much the split lowered the second-order loss on the training rows. */
  readonly gain: Float64Array;
  /** Uint32Array: training rows that reached the node. */
  readonly count: Uint32Array;
  /** Float64Array: their sum of hessians (XGBoost's cover). */
  readonly cover: Float64Array;
}

export function emptyTree(nNodes: number, nSets: number): Tree {
  return {
    feature: new Int32Array(nNodes).fill(-1),
    splitBin: new Uint8Array(nNodes),
    categorySet: new Int32Array(nNodes).fill(-1),
    categorySets: new Uint32Array(nSets * 8),
    missingLeft: new Uint8Array(nNodes),
    left: new Int32Array(nNodes),
    value: new Float64Array(nNodes),
    gain: new Float64Array(nNodes),
    count: new Uint32Array(nNodes),
    cover: new Float64Array(nNodes),
  };
}
