/** Sums of gradients, hessians and row counts per bin: the one hot loop of tree growing.
 *
 *  All features' bins lie one after the other in one Float64Array, three numbers per bin:
 *
 *      | feature 0: bin 0 g, h, n | bin 1 g, h, n | ... | missing g, h, n | feature 1: bin 0 g, h, n | ...
 *
 *  Features take only the room of their own bins, so that many narrow ones (one-hot columns) stay in the cache. */
import type { FeatureBins } from './binning.ts';

/** Numbers per bin: gradient, hessian, count. */
export const CELL = 3;

export interface HistogramLayout {
  /** Uint32Array (nFeatures): index of each feature's first number. */
  readonly offsets: Uint32Array;
  /** Length of a histogram over all features. */
  readonly length: number;
}

export function layOutHistogram(bins: readonly FeatureBins[]): HistogramLayout {
  const offsets = new Uint32Array(bins.length);
  let length = 0;
  bins.forEach(({ nBins }, j) => {
    offsets[j] = length;
    length += CELL * (nBins + 1);
  });
  return { offsets, length };
}

/** Sums one node's rows into a histogram.
 *  @param bins      Uint8Array (nRows × nFeatures), row-major.
 *  @param gradients Float64Array (nRows × 2): gradient and hessian of each row, interleaved.
 *  @param rows      Uint32Array: the node's rows are rows[start..end), read only.
 *  @param features  Uint32Array: the features to sum, ascending.
 *  @param offsets   Uint32Array (nFeatures): of the layout.
 *  @param out       Float64Array, overwritten; features not asked for are left at zero.
 *  O((end - start) × features). Ke et al. 2017 (LightGBM), Alg. 1. */
export function sumHistogram(
  bins: Uint8Array,
  nFeatures: number,
  gradients: Float64Array,
  rows: Uint32Array,
  start: number,
  end: number,
  features: Uint32Array,
  offsets: Uint32Array,
  out: Float64Array,
): void {
  out.fill(0);
  const nAsked = features.length;
  for (let i = start; i < end; i++) {
    const row = rows[i];
    const gradient = gradients[2 * row];
    const hessian = gradients[2 * row + 1];
    const base = row * nFeatures;
    for (let k = 0; k < nAsked; k++) {
      const feature = features[k];
      const cell = offsets[feature] + CELL * bins[base + feature];
      out[cell] += gradient;
      out[cell + 1] += hessian;
      out[cell + 2] += 1;
    }
  }
}

/** Turns a parent's histogram into one child's, given the other child's: `histogram` -= `sibling`. O(length). */
export function subtractHistogram(histogram: Float64Array, sibling: Float64Array): void {
  for (let i = 0; i < histogram.length; i++) histogram[i] -= sibling[i];
}
