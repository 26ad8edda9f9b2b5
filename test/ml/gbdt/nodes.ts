/** Random binned data for the tests of the tree kernels, and the naive sums that their histograms must equal. */
import type { BinnedMatrix, FeatureBins } from '../../../src/ml/gbdt/binning.ts';
import { Random } from '../../../src/ml/random.ts';

export interface BinnedNode {
  readonly matrix: BinnedMatrix;
  readonly bins: FeatureBins[];
  /** Interleaved gradient and hessian. */
  readonly gradients: Float64Array;
  readonly rows: Uint32Array;
}

/** @param nBins per feature; categorical ones are negative, e.g. [10, -4]. About a tenth of the cells is missing. */
export function randomNode(seed: number, nRows: number, nBins: number[], missingShare = 0.1): BinnedNode {
  const random = new Random(seed);
  const bins = nBins.map(
    (n): FeatureBins =>
      n > 0
        ? { kind: 'numeric', nBins: n, thresholds: Float64Array.from({ length: n - 1 }, (_, i) => i + 0.5) }
        : { kind: 'categorical', nBins: -n, binOfCode: Uint8Array.from({ length: -n }, (_, i) => i) },
  );
  const cells = Uint8Array.from({ length: nRows * bins.length }, (_, cell) => {
    const n = bins[cell % bins.length].nBins;
    return random.uniform() < missingShare ? n : random.integer(n);
  });
  return {
    matrix: { nRows, nFeatures: bins.length, bins: cells },
    bins,
    gradients: Float64Array.from({ length: nRows * 2 }, (_, i) =>
      i % 2 === 0 ? random.normal() + (cells[(i >> 1) * bins.length] % 3) / 2 : 0.25 * random.uniform(),
    ),
    rows: Uint32Array.from({ length: nRows }, (_, i) => i),
  };
}

export interface Sums {
  gradient: number;
  hessian: number;
  count: number;
}

/** Sums over the rows that satisfy the condition. */
export function naiveSums(
  { gradients, rows }: BinnedNode,
  condition: (row: number) => boolean = () => true,
): Sums {
  const sums = { gradient: 0, hessian: 0, count: 0 };
  for (const row of rows) {
    if (!condition(row)) continue;
    sums.gradient += gradients[2 * row];
    sums.hessian += gradients[2 * row + 1];
    sums.count++;
  }
  return sums;
}

export function binOf({ matrix }: BinnedNode, row: number, feature: number): number {
  return matrix.bins[row * matrix.nFeatures + feature];
}

export function indices(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i);
}
