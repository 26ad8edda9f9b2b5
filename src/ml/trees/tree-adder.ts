/** A tree applied to rows: what it adds to their raw predictions. */
import type { Arena } from './arena.ts';
import type { BinnedMatrix } from './binning.ts';
import { MAX_SMALL_LEAVES, SMALL_TREE_ROWS, smallTreeAdder } from './small-tree.ts';
import type { Tree } from './tree.ts';

const NODE_WORDS = 12;
const NODE_BYTES = NODE_WORDS * 4;

type BinnedRows = Pick<BinnedMatrix, 'columns' | 'rows' | 'rowStride' | 'nRows'>;

/** Adds the leaf value of each row to its raw prediction: pointer to float64 (nRows). */
export type TreeAdder = (block: BinnedRows, raw: number) => void;

/** Prepares a tree for being applied to many rows; what it needs stays allocated in the arena.
 *  @param missingBins Uint8Array (nFeatures): each feature's missing bin.
 *  @param nRows       most rows that it will see at once. */
export function treeAdder(arena: Arena, tree: Tree, missingBins: Uint8Array, nRows: number): TreeAdder {
  const nLeaves = (tree.feature.length + 1) / 2;
  return nLeaves <= MAX_SMALL_LEAVES && nRows >= SMALL_TREE_ROWS
    ? smallTreeAdder(arena, tree, missingBins)
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
