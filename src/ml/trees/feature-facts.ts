/** What the kernels must know of each feature, and where the features of one tree lie in its histograms.
 *
 *  Features take only the room of their own bins, one after the other, so that many narrow ones (one-hot columns) stay in
 *  the processor's cache. */
import type { Arena } from './arena.ts';
import type { FeatureBins } from './binning.ts';

/** The direction in which predictions may move as the feature grows; 0 for any. */
export type Monotone = -1 | 0 | 1;

/** Of a histogram. */
export const CELL_BYTES = 16;

/** 256 cells are exactly a page; features a page apart fall onto the same lines of the nearest cache, and summing them
 *  was measured ten times slower. */
const PAGE_BYTES = 4096;
const APART_BYTES = 64;

/** Bins of a row that the kernels load together. */
const VECTOR = 16;
const OCTET = 8;
const OCTET_BYTES = 40;

export class FeatureFacts {
  /** Pointer to 4 bytes a feature: uint16 nBins, uint8 kind, int8 monotone direction. */
  readonly pointer: number;
  /** Pointer to uint32 pairs, one per selected feature: feature and byte offset in a histogram. */
  readonly list: number;
  /** Pointer to 40 bytes an octet, up to eight selected features that share a vector of a row's bins: eight uint16, bytes
   *  from the octet's first cell to that of each feature; eight bytes, their places in the vector; then uint32: bytes from
   *  a row's start to the vector, how many features, bytes from the histogram's start to the first cell, and 1 where the
   *  features follow each other and eight bytes from the first one's place lie in the vector. */
  readonly octets: number;
  nOctets = 0;
  /** Bytes of a histogram over all features. */
  readonly maxHistogramBytes: number;
  nSelected = 0;
  /** Bytes of a histogram over the selected features. */
  histogramBytes = 0;
  readonly #bins: readonly FeatureBins[];
  readonly #monotone: readonly Monotone[];
  readonly #entries: Uint32Array;
  readonly #octetBytes: Uint8Array;
  readonly #octetShorts: Uint16Array;
  readonly #octetWords: Uint32Array;

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
    const bytes = 2 * Math.ceil(bins.length / VECTOR) * OCTET_BYTES;
    this.octets = arena.allocate(bytes);
    this.#octetBytes = arena.uint8(this.octets, bytes);
    this.#octetShorts = arena.uint16(this.octets, bytes / 2);
    this.#octetWords = arena.uint32(this.octets, bytes / 4);
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
    this.#layOutOctets();
  }

  /** The selected features of a vector in as few octets as hold them, of equal size or nearly so. */
  #layOutOctets(): void {
    this.nOctets = 0;
    for (let start = 0, end = 0; start < this.nSelected; start = end) {
      const vector = Math.floor(this.#feature(start) / VECTOR) * VECTOR;
      while (end < this.nSelected && this.#feature(end) < vector + VECTOR) end++;
      const middle = end - start > OCTET ? start + Math.ceil((end - start) / 2) : end;
      this.#addOctet(vector, start, middle);
      if (middle < end) this.#addOctet(vector, middle, end);
    }
  }

  /** @param vector of bins that the selected features [start, end) share, by its first one. */
  #addOctet(vector: number, start: number, end: number): void {
    const octet = this.nOctets++;
    const nFeatures = end - start;
    const firstCell = this.#offset(start);
    for (let k = start; k < end; k++) {
      this.#octetShorts[octet * (OCTET_BYTES / 2) + k - start] = this.#offset(k) - firstCell;
      this.#octetBytes[octet * OCTET_BYTES + 2 * OCTET + k - start] = this.#feature(k) - vector;
    }
    const followEachOther = this.#feature(end - 1) - this.#feature(start) === nFeatures - 1;
    const isRun = followEachOther && this.#feature(start) - vector <= VECTOR - OCTET;
    const words = [vector, nFeatures, firstCell, isRun ? 1 : 0];
    this.#octetWords.set(words, octet * (OCTET_BYTES / 4) + 6);
  }

  /** The k-th selected feature. */
  #feature(k: number): number {
    return this.#entries[2 * k];
  }

  /** Bytes from the histogram's start to its first cell. */
  #offset(k: number): number {
    return this.#entries[2 * k + 1];
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
