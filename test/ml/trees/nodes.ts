/** Random binned data for the tests of tree growing, and the naive sums that histograms must equal. */
import { Random } from '../../../src/ml/random.ts';
import { Arena } from '../../../src/ml/trees/arena.ts';
import type { BinnedMatrix, FeatureBins } from '../../../src/ml/trees/binning.ts';
import { factorsFor, type QuantisedGradients } from '../../../src/ml/trees/gradients.ts';
import { countBitsOf } from '../../../src/ml/trees/grower.ts';
import type { TreeKernels } from '../../../src/ml/trees/kernels.ts';

export interface BinnedNode {
  readonly nRows: number;
  readonly bins: FeatureBins[];
  /** Uint8Array (nRows × nFeatures), row-major. */
  readonly cells: Uint8Array;
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
    nRows,
    bins,
    cells,
    gradients: Float64Array.from({ length: nRows * 2 }, (_, i) =>
      i % 2 === 0 ? random.normal() + (cells[(i >> 1) * bins.length] % 3) / 2 : 0.25 * random.uniform(),
    ),
    rows: indices(nRows),
  };
}

/** The node as the kernels see it. */
export interface LoadedNode {
  readonly arena: Arena;
  readonly matrix: BinnedMatrix;
  readonly quantised: QuantisedGradients;
}

export function loadNode(
  { nRows, bins, cells, gradients }: BinnedNode,
  kernels?: (memory: WasmMemory) => TreeKernels,
): LoadedNode {
  const arena = new Arena(kernels);
  const nFeatures = bins.length;
  const rowStride = Math.ceil(nFeatures / 16) * 16;
  const columns = arena.allocate(nRows * nFeatures);
  const view = arena.uint8(columns, nRows * nFeatures);
  cells.forEach((bin, cell) => {
    view[(cell % nFeatures) * nRows + Math.floor(cell / nFeatures)] = bin;
  });
  const rows = arena.allocate(nRows * rowStride);
  arena.kernels.transposeBins(columns, nRows, nFeatures, 0, nRows, rows, rowStride);
  const countBits = countBitsOf(nRows);
  const largest = gradients.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const factors = factorsFor(largest, largest, countBits);
  const pointer = arena.allocate(nRows * 8);
  arena
    .int32(pointer, nRows * 2)
    .set(
      gradients.map((x, i) => Math.round(x * (i % 2 === 0 ? factors.gradientFactor : factors.hessianFactor))),
    );
  return {
    arena,
    matrix: { nRows, nFeatures, columns, rows, rowStride },
    quantised: { pointer, countBits, ...factors },
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

export function indices(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => i);
}
