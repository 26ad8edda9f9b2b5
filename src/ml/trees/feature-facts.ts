/** What the kernels must know of each feature, and where the features of one tree lie in its histograms.
 *
 *  Features take only the room of their own bins, one after the other, so that many narrow ones (one-hot columns) stay in
 *  the processor's cache. */
import type { Arena } from './arena.ts';
import type { FeatureBins } from './binning.ts';

/** The direction in which predictions may move as the feature grows; 0 for any. */
export type Monotone = -1 | 0 | 1;

const CELL_BYTES = 16;

/** 256 cells are exactly a page; features a page apart fall onto the same lines of the nearest cache, and summing them
 *  was measured ten times slower. */
const PAGE_BYTES = 4096;
const APART_BYTES = 64;

/** Features whose bins fill a vector. */
const BLOCK = 16;
const BLOCK_BYTES = 64;
const MAX_FEATURE_BYTES = PAGE_BYTES + APART_BYTES;
const MAX_GROUP_BYTES = 65_536 * CELL_BYTES;

export class FeatureFacts {
  /** Pointer to 4 bytes a feature: uint16 nBins, uint8 kind, int8 monotone direction. */
  readonly pointer: number;
  /** Pointer to uint32 pairs, one per selected feature: feature and byte offset in a histogram. */
  readonly list: number;
  /** Pointer to 64 bytes for each 16 features: which of them are selected (a byte shuffle that brings their bins to the
   *  front, and their number), and the 16-bit number of each one's first cell, relative to its group. */
  readonly blocks: number;
  /** Pointer to 16 bytes a group of blocks: first block, number of blocks, features selected, byte offset of its first
   *  cell. A group has as many cells as 16 bits can number. */
  readonly groups: number;
  nGroups = 0;
  /** Bytes of a histogram over all features. */
  readonly maxHistogramBytes: number;
  nSelected = 0;
  /** Bytes of a histogram over the selected features. */
  histogramBytes = 0;
  readonly #bins: readonly FeatureBins[];
  readonly #monotone: readonly Monotone[];
  readonly #entries: Uint32Array;
  readonly #blockBytes: Uint8Array;
  readonly #blockCells: Uint16Array;
  readonly #groupWords: Uint32Array;

  constructor(arena: Arena, bins: readonly FeatureBins[], monotone: readonly Monotone[] = []) {
    this.#bins = bins;
    this.#monotone = monotone;
    this.pointer = arena.allocate(bins.length * 4);
    const facts = arena.uint32(this.pointer, bins.length);
    bins.forEach(({ nBins, kind }, j) => {
      facts[j] = nBins | ((kind === 'categorical' ? 1 : 0) << 16) | (this.monotone(j) << 24);
    });
    this.list = arena.allocate(bins.length * 8);
    this.#entries = arena.uint32(this.list, bins.length * 2);
    const nBlocks = Math.ceil(bins.length / BLOCK);
    this.blocks = arena.allocate(nBlocks * BLOCK_BYTES);
    this.#blockBytes = arena.uint8(this.blocks, nBlocks * BLOCK_BYTES);
    this.#blockCells = arena.uint16(this.blocks, (nBlocks * BLOCK_BYTES) / 2);
    this.groups = arena.allocate(nBlocks * 16);
    this.#groupWords = arena.uint32(this.groups, nBlocks * 4);
    this.maxHistogramBytes = bins.reduce((sum, { nBins }) => sum + bytesFor(nBins), 0);
  }

  /** @param features Uint32Array, ascending. */
  select(features: Uint32Array): void {
    let offset = 0;
    for (let k = 0; k < features.length; k++) {
      this.#entries[2 * k] = features[k];
      this.#entries[2 * k + 1] = offset;
      offset += bytesFor(this.#bins[features[k]].nBins);
    }
    this.nSelected = features.length;
    this.histogramBytes = offset;
    this.#layOutBlocks();
  }

  #layOutBlocks(): void {
    const nBlocks = Math.ceil(this.#bins.length / BLOCK);
    this.#blockBytes.fill(0);
    this.nGroups = 0;
    let k = 0;
    let firstBlock = 0;
    let firstOffset = 0;
    let nInGroup = 0;
    const closeGroup = (endBlock: number) => {
      this.#groupWords.set([firstBlock, endBlock - firstBlock, nInGroup, firstOffset], this.nGroups * 4);
      if (nInGroup > 0) this.nGroups++;
    };
    for (let block = 0; block < nBlocks; block++) {
      const offset = k < this.nSelected ? this.#entries[2 * k + 1] : this.histogramBytes;
      if (offset + BLOCK * MAX_FEATURE_BYTES - firstOffset > MAX_GROUP_BYTES) {
        closeGroup(block);
        firstBlock = block;
        firstOffset = offset;
        nInGroup = 0;
      }
      let nInBlock = 0;
      for (; k < this.nSelected && this.#entries[2 * k] < (block + 1) * BLOCK; k++, nInBlock++) {
        this.#blockBytes[block * BLOCK_BYTES + nInBlock] = this.#entries[2 * k] - block * BLOCK;
        const cell = (this.#entries[2 * k + 1] - firstOffset) / CELL_BYTES;
        this.#blockCells[block * (BLOCK_BYTES / 2) + 8 + nInBlock] = cell;
      }
      this.#blockBytes[block * BLOCK_BYTES + 48] = nInBlock;
      nInGroup += nInBlock;
    }
    closeGroup(nBlocks);
  }

  missingBin(feature: number): number {
    return this.#bins[feature].nBins;
  }

  monotone(feature: number): Monotone {
    return this.#monotone[feature] ?? 0;
  }
}

function bytesFor(nBins: number): number {
  const bytes = (nBins + 1) * CELL_BYTES;
  return bytes % PAGE_BYTES === 0 ? bytes + APART_BYTES : bytes;
}
