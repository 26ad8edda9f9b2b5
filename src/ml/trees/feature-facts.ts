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

export class FeatureFacts {
  /** Pointer to 4 bytes a feature: uint16 nBins, uint8 kind, int8 monotone direction. */
  readonly pointer: number;
  /** Pointer to uint32 pairs, one per selected feature: feature and byte offset in a histogram. */
  readonly list: number;
  /** Bytes of a histogram over all features. */
  readonly maxHistogramBytes: number;
  nSelected = 0;
  /** Bytes of a histogram over the selected features. */
  histogramBytes = 0;
  readonly #bins: readonly FeatureBins[];
  readonly #monotone: readonly Monotone[];
  readonly #entries: Uint32Array;

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
