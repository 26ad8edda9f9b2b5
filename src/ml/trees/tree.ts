/** A grown tree as flat arrays, and the walk of rows through it. */
import type { Arena } from './arena.ts';
import type { BinnedMatrix } from './binning.ts';

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

const NODE_WORDS = 12;

/** Writes a tree as `addTree` reads it: 48 bytes a node (feature, left child, value, one bit per bin that goes left).
 *  @param missingBins Uint8Array (nFeatures): each feature's missing bin. */
function packTree(arena: Arena, tree: Tree, missingBins: Uint8Array): number {
  const nNodes = tree.feature.length;
  const nodes = arena.allocate(nNodes * NODE_WORDS * 4);
  const words = arena.uint32(nodes, nNodes * NODE_WORDS).fill(0);
  const values = arena.float64(nodes, (nNodes * NODE_WORDS) / 2);
  for (let i = 0; i < nNodes; i++) {
    const at = i * NODE_WORDS;
    values[at / 2 + 1] = tree.value[i];
    const feature = tree.feature[i];
    if (feature < 0) continue;
    words[at] = feature;
    words[at + 1] = tree.left[i];
    const set = tree.categorySet[i];
    if (set >= 0) {
      words.set(tree.categorySets.subarray(set * 8, set * 8 + 8), at + 4);
      continue;
    }
    const last = tree.splitBin[i];
    for (let word = 0; word < 8; word++) {
      const nLeft = Math.min(32, Math.max(0, last + 1 - word * 32));
      words[at + 4 + word] = nLeft === 32 ? 0xffffffff : 2 ** nLeft - 1;
    }
    const missing = missingBins[feature];
    const bit = 1 << (missing & 31);
    if (tree.missingLeft[i]) words[at + 4 + (missing >> 5)] |= bit;
    else words[at + 4 + (missing >> 5)] &= ~bit;
  }
  return nodes;
}

/** Adds the value of each row's leaf to its raw prediction.
 *  @param missingBins Uint8Array (nFeatures): each feature's missing bin.
 *  @param raw         pointer to float64 (nRows), added to. O(nRows × depth). */
export function addTreePredictions(
  arena: Arena,
  tree: Tree,
  matrix: BinnedMatrix,
  missingBins: Uint8Array,
  raw: number,
): void {
  arena.scoped(() => {
    const nodes = packTree(arena, tree, missingBins);
    arena.kernels.addTree(nodes, matrix.columns, matrix.nRows, 0, matrix.nRows, raw);
  });
}
