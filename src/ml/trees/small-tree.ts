/** Trees of at most 32 leaves, applied to rows without walking them. */
import type { Arena } from './arena.ts';
import type { BinnedMatrix } from './binning.ts';
import type { Tree } from './tree.ts';

export const MAX_SMALL_LEAVES = 32;
/** Rows are taken this many at once, however few there are. */
export const SMALL_TREE_ROWS = 64;

const EXCLUSION_BYTES = 8;
const SCRATCH_BYTES = 512;
/** Eight leaves are looked after at a time, one bit each. */
const N_PARTS = MAX_SMALL_LEAVES / 8;

/** Bins [from, to) go right. */
interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Prepares a tree: every split, for each eight leaves that it keeps rows out of. Where a row goes right, no leaf below
 *  the left child is its own. O(nRows × nodes).
 *  @param nRows most rows that it sees at once. @returns adds each row's value to its raw prediction. */
export function smallTreeAdder(
  arena: Arena,
  tree: Tree,
  missingBins: Uint8Array,
  nRows: number,
): (block: Pick<BinnedMatrix, 'columns' | 'nRows'>, raw: number) => void {
  const { feature, left: leftOf, value, categorySet, categorySets } = tree;
  const splits: number[] = [];
  const parts = Array.from({ length: N_PARTS }, (): (Interval & { column: number; leaves: number })[] => []);
  const values = arena.allocate(MAX_SMALL_LEAVES * 8);
  const ofLeaves = arena.float64(values, MAX_SMALL_LEAVES);
  let nLeaves = 0;

  /** Numbers the leaves below a node from left to right and returns them as bits. */
  function visit(node: number): number {
    if (feature[node] < 0) {
      ofLeaves[nLeaves] = value[node];
      return 1 << nLeaves++;
    }
    const column = splits.push(node) - 1;
    const below = visit(leftOf[node]);
    const interval = rightBins(tree, node, missingBins[feature[node]]);
    parts.forEach((part, p) => {
      const leaves = (below >>> (8 * p)) & 255;
      if (leaves) part.push({ column, ...interval, leaves });
    });
    return below | visit(leftOf[node] + 1);
  }
  visit(0);

  const exclusions = arena.allocate(parts.flat().length * EXCLUSION_BYTES);
  const words = arena.uint32(exclusions, parts.flat().length * 2);
  parts.flat().forEach(({ column, from, to, leaves }, k) => {
    words[2 * k] = column;
    // Moved so that the interval begins at the smallest signed byte: one comparison tests both its ends.
    words[2 * k + 1] = ((128 - from) & 255) | (((to - from - 128) & 255) << 8) | (leaves << 16);
  });
  const ends = arena.allocate(N_PARTS * 4);
  arena.uint32(ends, N_PARTS).set(parts.map((_, p) => parts.slice(0, p + 1).flat().length));
  const columns = arena.allocate(splits.length * 4);
  const pointers = arena.uint32(columns, splits.length);
  const scratch = arena.allocate(SCRATCH_BYTES);
  // A set of categories is no interval: such a split has a column of its own, in which what goes right is 0.
  const sets = splits.map((node) => {
    if (categorySet[node] < 0) return null;
    const bits = arena.allocate(32);
    arena.uint32(bits, 8).set(categorySets.subarray(categorySet[node] * 8, categorySet[node] * 8 + 8));
    return { bits, own: arena.allocate(nRows + SMALL_TREE_ROWS) };
  });
  return (block, raw) => {
    splits.forEach((node, k) => {
      pointers[k] = block.columns + feature[node] * block.nRows;
      const set = sets[k];
      if (!set) return;
      arena.kernels.markBins(pointers[k], block.nRows, set.bits, set.own);
      pointers[k] = set.own;
    });
    arena.kernels.addSmallTree(exclusions, ends, values, columns, block.nRows, scratch, raw);
  };
}

/** The missing bin is the last. */
function rightBins({ categorySet, splitBin, missingLeft }: Tree, node: number, missingBin: number): Interval {
  if (categorySet[node] >= 0) return { from: 0, to: 1 };
  return { from: splitBin[node] + 1, to: missingLeft[node] ? missingBin : 256 };
}
