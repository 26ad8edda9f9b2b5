/** How the growth of a tree lies in the arena, as kernels/trees/forest.ts reads it. */
import type { Arena } from '../trees/arena.ts';
import type { LeafShape } from './tree.ts';

/** What every tree of a forest must respect. 0 means no limit for depth and leaves. */
export interface ForestLimits {
  /** Features that each node tries. */
  readonly nCandidates: number;
  readonly minSamplesLeaf: number;
  readonly maxDepth: number;
  readonly maxLeaves: number;
  readonly randomThresholds: boolean;
}

const GROWTH_WORDS = 34;
const OPEN_BYTES = 40;
/** The kernel splits the smaller of two children first, so no more nodes wait than a row number has bits. */
const MAX_OPEN = 64;

/** Of the fields, the first four words are the kernel's own. Then, word by word: pointer to the columns' pointers, missing
 *  bins, categorical flags, number of features, candidates per node, order of features, entries, spare entries, rows,
 *  classes (0 where leaves hold a mean), shared leaves, min samples, max depth, max leaves, random thresholds, seed,
 *  nodes, leaves, open nodes, cells, counts, places, mask, occupied bins, bins, sorted rows, totals, lefts; and what the
 *  kernel leaves: number of nodes and of leaves. */
export class GrowthMemory {
  readonly pointer: number;
  /** Pointer to 16 bytes a row. */
  readonly entries: number;
  /** Pointer to uint32 (nFeatures): the columns that trees are grown from. */
  readonly columns: number;
  /** Pointer to uint32 (nFeatures): pointers to the maps of categorical features. */
  readonly maps: number;
  readonly nodes: number;
  readonly leaves: number;
  /** 0 where leaves hold a mean. */
  readonly nClasses: number;
  /** Pointer to float64 (256 × 2), zero between trees. */
  readonly cells: number;
  readonly #words: Uint32Array;
  readonly #order: Uint32Array;

  /** @param nRows that a tree has at most. @param missingBins pointer to uint8 (nFeatures).
   *  @param categorical Uint8Array (nFeatures): 1 for categorical features. */
  constructor(
    arena: Arena,
    nRows: number,
    missingBins: number,
    categorical: Uint8Array,
    limits: ForestLimits,
    { nSums, shared }: LeafShape,
  ) {
    const { minSamplesLeaf, maxDepth, maxLeaves, randomThresholds, nCandidates } = limits;
    const nFeatures = categorical.length;
    // Two classes have two shared leaves of one number each: the share of class 1 is a mean.
    this.nClasses = shared.length === nSums ** 2 ? nSums : 0;
    const { nClasses } = this;
    const room = (nBytes: number) => {
      const pointer = arena.allocate(nBytes);
      arena.uint8(pointer, nBytes).fill(0);
      return pointer;
    };
    // A mixed leaf of classes has two rows or more; of a mean, one will do.
    const most = (rowsPerLeaf: number) =>
      Math.min(maxLeaves || nRows, Math.max(1, Math.floor(nRows / Math.max(rowsPerLeaf, minSamplesLeaf))));
    const order = room(nFeatures * 4);
    const flags = room(nFeatures);
    arena.uint8(flags, nFeatures).set(categorical);
    this.columns = room(nFeatures * 4);
    this.maps = room(nFeatures * 4);
    this.entries = arena.allocate(nRows * 16);
    const spare = arena.allocate((nRows + 1) * 16);
    this.nodes = arena.allocate(2 * most(1) * 8);
    this.leaves = arena.allocate((shared.length + most(shared.length > 0 ? 2 : 1) * nSums) * 4);
    arena.float32(this.leaves, shared.length).set(shared);
    const open = arena.allocate((maxLeaves > 0 ? maxLeaves + 1 : MAX_OPEN) * OPEN_BYTES);
    this.cells = room(256 * 16);
    const scratch = [room(256 * 4), room(256 * 4), room(32), room(320)];
    const perRow = [arena.allocate(nRows), nClasses > 0 ? arena.allocate(nRows * 8) : 0];
    const perClass = [room(nClasses * 8), room(nClasses * 8)];
    this.pointer = room(GROWTH_WORDS * 4);
    this.#words = arena.uint32(this.pointer, GROWTH_WORDS);
    this.#order = arena.uint32(order, nFeatures);
    this.#words.set(
      [
        ...[this.columns, missingBins, flags, nFeatures, nCandidates, order, this.entries, spare, 0],
        ...[nClasses, shared.length / nSums, Math.min(minSamplesLeaf, 2 ** 31 - 1), maxDepth, maxLeaves],
        ...[randomThresholds ? 1 : 0, 0, this.nodes, this.leaves, open],
        ...[this.cells, ...scratch, ...perRow, ...perClass],
      ],
      4,
    );
  }

  /** Makes ready for a tree from the first entries. */
  start(nRows: number, seed: number): void {
    for (let j = 0; j < this.#order.length; j++) this.#order[j] = j;
    this.#words[12] = nRows;
    this.#words[19] = seed || 1; // the generator cannot leave 0
  }

  get nNodes(): number {
    return this.#words[32];
  }

  /** The shared ones included. */
  get nLeaves(): number {
    return this.#words[33];
  }
}
