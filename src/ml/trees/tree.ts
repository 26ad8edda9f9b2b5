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
const NODE_BYTES = NODE_WORDS * 4;

/** Trees of more leaves are walked. */
const MAX_SMALL_LEAVES = 32;
/** With fewer rows, the tables of a small tree cost more than they save. */
const MIN_ROWS_FOR_TABLES = 200;

type BinnedRows = Pick<BinnedMatrix, 'rows' | 'rowStride' | 'nRows'>;

/** Adds the leaf value of each row to its raw prediction: pointer to float64 (nRows). */
export type TreeAdder = (block: BinnedRows, raw: number) => void;

/** Prepares a tree for being applied to many rows; what it needs stays allocated in the arena.
 *  @param missingBins Uint8Array (nFeatures): each feature's missing bin.
 *  @param nRows       how many rows it will see. */
export function treeAdder(arena: Arena, tree: Tree, missingBins: Uint8Array, nRows: number): TreeAdder {
  const nLeaves = (tree.feature.length + 1) / 2;
  return nLeaves <= MAX_SMALL_LEAVES && nRows >= MIN_ROWS_FOR_TABLES
    ? tableAdder(arena, tree, missingBins)
    : walkingAdder(arena, tree, missingBins);
}

/** Adds the value of each row's leaf to its raw prediction (pointer to float64, nRows). */
export function addTreePredictions(
  arena: Arena,
  tree: Tree,
  matrix: BinnedRows,
  missingBins: Uint8Array,
  raw: number,
): void {
  arena.scoped(() => treeAdder(arena, tree, missingBins, matrix.nRows)(matrix, raw));
}

/** 48 bytes a node (feature, place of the left child, value, one bit per bin that goes left); a leaf leads to itself.
 *  O(nRows × depth). */
function walkingAdder(arena: Arena, tree: Tree, missingBins: Uint8Array): TreeAdder {
  const nNodes = tree.feature.length;
  const nodes = arena.allocate(nNodes * NODE_BYTES);
  const words = arena.uint32(nodes, nNodes * NODE_WORDS).fill(0);
  const values = arena.float64(nodes, (nNodes * NODE_WORDS) / 2);
  const depths = new Uint32Array(nNodes);
  let depth = 0;
  for (let i = 0; i < nNodes; i++) {
    const at = i * NODE_WORDS;
    values[at / 2 + 1] = tree.value[i];
    depth = Math.max(depth, depths[i]);
    const feature = tree.feature[i];
    if (feature < 0) {
      words[at + 1] = i * NODE_BYTES;
      words.fill(0xffffffff, at + 4, at + 12);
      continue;
    }
    const left = tree.left[i];
    depths[left] = depths[i] + 1;
    depths[left + 1] = depths[i] + 1;
    words[at] = feature;
    words[at + 1] = left * NODE_BYTES;
    writeLeftBins(tree, i, missingBins[feature], words.subarray(at + 4, at + 12));
  }
  return ({ rows, rowStride, nRows }, raw) => {
    arena.kernels.addTree(nodes, depth, rows, rowStride, 0, nRows, raw);
  };
}

/** One table per feature that the tree splits on: which leaves each of its bins leaves possible. Where a row goes right,
 *  no leaf below the left child is its own. O(nRows × features of the tree). */
function tableAdder(arena: Arena, tree: Tree, missingBins: Uint8Array): TreeAdder {
  const used = [...new Set(tree.feature)].filter((feature) => feature >= 0).sort((a, b) => a - b);
  const features = arena.allocate(Math.max(1, used.length) * 4);
  arena.uint32(features, used.length).set(used);
  const tables = arena.allocate(Math.max(1, used.length) * 1024);
  const masks = arena.uint32(tables, used.length * 256).fill(0xffffffff);
  const values = arena.allocate(MAX_SMALL_LEAVES * 8);
  const ofLeaves = arena.float64(values, MAX_SMALL_LEAVES);
  const leftBins = new Uint32Array(8);
  let nLeaves = 0;

  /** Numbers the leaves below a node from left to right and returns them as bits. */
  function visit(node: number): number {
    const feature = tree.feature[node];
    if (feature < 0) {
      ofLeaves[nLeaves] = tree.value[node];
      return 1 << nLeaves++;
    }
    const below = visit(tree.left[node]);
    writeLeftBins(tree, node, missingBins[feature], leftBins);
    const table = used.indexOf(feature) * 256;
    for (let bin = 0; bin < 256; bin++) {
      if (((leftBins[bin >> 5] >>> (bin & 31)) & 1) === 0) masks[table + bin] &= ~below;
    }
    return below | visit(tree.left[node] + 1);
  }
  visit(0);
  return ({ rows, rowStride, nRows }, raw) => {
    arena.kernels.addSmallTree(tables, features, used.length, values, rows, rowStride, 0, nRows, raw);
  };
}

/** Sets one bit per bin that goes left at an inner node. */
function writeLeftBins(tree: Tree, node: number, missingBin: number, words: Uint32Array): void {
  const set = tree.categorySet[node];
  if (set >= 0) {
    words.set(tree.categorySets.subarray(set * 8, set * 8 + 8));
    return;
  }
  const last = tree.splitBin[node];
  for (let word = 0; word < 8; word++) {
    const nLeft = Math.min(32, Math.max(0, last + 1 - word * 32));
    words[word] = nLeft === 32 ? 0xffffffff : 2 ** nLeft - 1;
  }
  const bit = 1 << (missingBin & 31);
  if (tree.missingLeft[node]) words[missingBin >> 5] |= bit;
  else words[missingBin >> 5] &= ~bit;
}
