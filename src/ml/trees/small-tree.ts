/** Trees of few leaves, applied to rows without walking them. */
import type { Arena } from './arena.ts';
import type { BinnedMatrix } from './binning.ts';
import type { Tree } from './tree.ts';

/** Of many more leaves, comparing with every split would take as long as walking. */
export const MAX_SMALL_LEAVES = 128;
/** Rows are taken this many at once, however few there are. */
export const SMALL_TREE_ROWS = 64;

const EXCLUSION_BYTES = 8;
/** Eight leaves are looked after at a time, one bit each; the bits of four such parts are a word. */
const LEAVES_PER_PART = 8;
const PARTS_PER_WORD = 4;
/** A word of 64 rows. */
const WORD_BYTES = 256;
/** What is made of categories for so many rows at a time stays in the cache. */
const BLOCK_ROWS = 4096;

/** Bins [from, to) go right. */
interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Prepares a tree: every split, for each eight leaves that it keeps rows out of. Where a row goes right, no leaf below
 *  the left child is its own. O(nRows × nodes).
 *  @returns adds each row's value to its raw prediction. */
export function smallTreeAdder(
  arena: Arena,
  tree: Tree,
  missingBins: Uint8Array,
): (block: Pick<BinnedMatrix, 'columns' | 'nRows'>, raw: number) => void {
  const { feature, left: leftOf, value, categorySet, categorySets } = tree;
  const splits: number[] = [];
  const nWords = Math.ceil((feature.length + 1) / 2 / (LEAVES_PER_PART * PARTS_PER_WORD));
  const nParts = nWords * PARTS_PER_WORD;
  const parts = Array.from({ length: nParts }, (): (Interval & { column: number; leaves: number })[] => []);
  const values = arena.allocate(nParts * LEAVES_PER_PART * 8);
  const ofLeaves = arena.float64(values, nParts * LEAVES_PER_PART);
  let nLeaves = 0;

  /** Numbers the leaves below a node from left to right. */
  function visit(node: number): void {
    if (feature[node] < 0) {
      ofLeaves[nLeaves++] = value[node];
      return;
    }
    const column = splits.push(node) - 1;
    const first = nLeaves;
    visit(leftOf[node]);
    const interval = rightBins(tree, node, missingBins[feature[node]]);
    for (let p = Math.floor(first / LEAVES_PER_PART); p * LEAVES_PER_PART < nLeaves; p++)
      parts[p]?.push({ column, ...interval, leaves: bitsOf(first, nLeaves, p * LEAVES_PER_PART) });
    visit(leftOf[node] + 1);
  }
  visit(0);

  const exclusions = arena.allocate(parts.flat().length * EXCLUSION_BYTES);
  const words = arena.uint32(exclusions, parts.flat().length * 2);
  parts.flat().forEach(({ column, from, to, leaves }, k) => {
    words[2 * k] = column;
    // Moved so that the interval begins at the smallest signed byte: one comparison tests both its ends.
    words[2 * k + 1] = ((128 - from) & 255) | (((to - from - 128) & 255) << 8) | (leaves << 16);
  });
  const ends = arena.allocate(nParts * 4);
  arena.uint32(ends, nParts).set(parts.map((_, p) => parts.slice(0, p + 1).flat().length));
  const columns = arena.allocate(splits.length * 4);
  const pointers = arena.uint32(columns, splits.length);
  const scratch = arena.allocate(WORD_BYTES * (1 + nWords));
  const sets = splits.map((node) => {
    if (categorySet[node] < 0) return null;
    const bits = arena.allocate(32);
    arena.uint32(bits, 8).set(categorySets.subarray(categorySet[node] * 8, categorySet[node] * 8 + 8));
    return bits;
  });
  const addBlock = (block: Pick<BinnedMatrix, 'columns' | 'nRows'>, start: number, raw: number): void => {
    const nRows = Math.min(BLOCK_ROWS, block.nRows - start);
    splits.forEach((node, k) => {
      pointers[k] = block.columns + feature[node] * block.nRows + start;
      const set = sets[k];
      if (set === null) return;
      // A set of categories is no interval: such a split has a column of its own, in which what goes right is 0.
      const own = arena.allocate(nRows + SMALL_TREE_ROWS);
      arena.kernels.markBins(pointers[k], nRows, set, own);
      pointers[k] = own;
    });
    arena.kernels.addSmallTree(exclusions, ends, nWords, values, columns, nRows, scratch, raw + start * 8);
  };
  // What is made for a block is taken back with it: a model has many trees.
  return (block, raw) => {
    for (let start = 0; start < block.nRows; start += BLOCK_ROWS)
      arena.scoped(() => addBlock(block, start, raw));
  };
}

/** Of eight leaves from `start` on those in [from, to). */
function bitsOf(from: number, to: number, start: number): number {
  const end = Math.min(LEAVES_PER_PART, to - start);
  return (1 << end) - (1 << Math.max(0, from - start));
}

/** The missing bin is the last. */
function rightBins({ categorySet, splitBin, missingLeft }: Tree, node: number, missingBin: number): Interval {
  if (categorySet[node] >= 0) return { from: 0, to: 1 };
  return { from: splitBin[node] + 1, to: missingLeft[node] ? missingBin : 256 };
}
