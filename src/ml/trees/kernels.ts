/** The seam to the hot loops of tree learning: what each of them takes, leaves and costs. They are written in
 *  AssemblyScript (kernels/trees/) and work in one memory, which every thread of a fit shares. The naive twin that they
 *  are tested against is test/ml/trees/naive-kernels.ts.
 *
 *  All pointers are byte offsets into the memory, a multiple of 16 unless said otherwise. Ranges are [start, end).
 *
 *  Cells of a histogram are 16 bytes: int64 sum of gradients, then int64 `hessians << countBits | count`. Gradients are
 *  pairs of int32 (gradient, hessian) in units of 1 / factor: integers sum exactly in any order, so results do not
 *  depend on the number of threads. */
import { moduleFrom } from '../kernel-arena.ts';
import { instantiate } from '../kernel-helper.mjs';
import { wasm } from './kernels.generated.ts';

export interface TreeKernels {
  /** Sorts the float64 `values` (n) that are no NaN ascending, to the front; those beyond ±`limit` become it. What lies
   *  behind them is of no use.
   *  @param spare n × 8 bytes, overwritten. @param counts `SORT_COUNTS` bytes, overwritten. @returns how many there are. O(6 n). */
  sortPresent(values: number, n: number, limit: number, spare: number, counts: number): number;

  /** Bin of each float64 value: the number of thresholds below it; `missingBin` for NaN.
   *  @param thresholds float64 (256), ascending, padded with +Infinity. @param bins uint8 (n), any alignment. */
  binNumbers(values: number, n: number, thresholds: number, missingBin: number, bins: number): void;

  /** Copies the bins of the rows [from, to) from column-major (uint8, nFeatures × nRows) to row-major with `rowStride`
   *  bytes per row. */
  transposeBins(
    columns: number,
    nRows: number,
    nFeatures: number,
    from: number,
    to: number,
    rows: number,
    rowStride: number,
  ): void;

  /** Adds one node's rows to a histogram. Ke et al. 2017 (LightGBM), Alg. 1. O(rows × nFeatures).
   *  @param gradients int32 pairs of every row. @param rows uint32 row numbers.
   *  @param octets    see `FeatureFacts`: which features are summed, and where.
   *  @param scratch   `HISTOGRAM_SCRATCH` bytes, overwritten. */
  addToHistogram(
    rowBins: number,
    rowStride: number,
    gradients: number,
    rows: number,
    start: number,
    end: number,
    octets: number,
    nOctets: number,
    countBits: number,
    scratch: number,
    histogram: number,
  ): void;

  /** All sums to zero. */
  clearHistogram(histogram: number, nBytes: number): void;

  /** `histogram` -= `sibling`: turns a parent's sums into one child's, given the other's. */
  subtractHistogram(histogram: number, sibling: number, nBytes: number): void;

  /** `histogram` += `other` for the bytes [from, to): joins what two threads have summed. */
  mergeHistogram(histogram: number, other: number, from: number, to: number): void;

  /** One cell: the sums over a node's rows. */
  sumGradients(
    gradients: number,
    rows: number,
    start: number,
    end: number,
    countBits: number,
    out: number,
  ): void;

  /** The best split of a node, written into the node; gain 0 and feature -1 where no legal one is known. The node's sums
   *  of gradients and of hessians have at most 51 bits (see `factorsFor`).
   *  @param features uint32 pairs: feature, byte offset of its first cell in the histogram.
   *  @param facts  4 bytes a feature: uint16 nBins, uint8 kind (0 numeric, 1 categorical), int8 monotone direction.
   *  @param search see `SEARCH` in node-memory.ts. @param node see `NODE` there. O(bins of the features). */
  findBestSplit(
    histogram: number,
    features: number,
    nFeatures: number,
    facts: number,
    search: number,
    node: number,
  ): void;

  /** Adds, for every split that a level of a symmetric tree could share, what it scores at one node: gradient² /
   *  (hessian + l2) of both children together, a hessian counting as 0.001 at least. O(bins of the features).
   *  @param features as above. @param facts as above.
   *  @param total  one cell: the node's sums.
   *  @param scores float64 pairs, laid out as the cells of a histogram. A numeric feature's pair at bin b is for bins
   *  0..b on the left, with missing values on the right and on the left; a categorical one's holds twice the score of
   *  bin b alone on the left, where missing is one more bin. */
  addLevelScores(
    histogram: number,
    features: number,
    nFeatures: number,
    facts: number,
    total: number,
    gradientScale: number,
    hessianScale: number,
    l2: number,
    countBits: number,
    scores: number,
  ): void;

  /** `nWanted` of the rows as uint32, ascending, every set of so many with the same chance. O(nRows).
   *  @param rows  room for one more than are wanted. @param nWanted at most nRows.
   *  @param state uint32 (4): that of a `Random`, which goes on from there. */
  sampleRows(rows: number, nRows: number, nWanted: number, state: number): void;

  /** The rows of a share as uint32: those of every `nShares`-th stripe from the `share`-th on (see `Shares`).
   *  @returns how many there are. */
  numberRows(rows: number, nRows: number, rowsPerStripe: number, share: number, nShares: number): number;

  /** Divides rows by the bin of one feature, in place and keeping their order: those that go left come first.
   *  @param column uint8 (nRows): the feature's bins. @param goesLeft uint8 (256): 1 for bins that go left.
   *  @param spare  room for end - start rows. @returns how many went left. */
  partitionRows(
    column: number,
    goesLeft: number,
    rows: number,
    start: number,
    end: number,
    spare: number,
  ): number;

  /** Adds the value of each leaf to the float64 `raw` of its rows. @param leaves see `LeafTable`. */
  addLeafValues(leaves: number, nLeaves: number, rows: number, raw: number): void;

  /** Adds to each row's float64 `raw` the value of the leaf that it falls into.
   *  @param nodes see `PackedTree`. @param depth steps from the root to the deepest leaf.
   *  @param rowBins uint8, row-major. O(rows × depth). */
  addTree(
    nodes: number,
    depth: number,
    rowBins: number,
    rowStride: number,
    start: number,
    end: number,
    raw: number,
  ): void;

  /** The same for a tree of few leaves, without walking.
   *  @param exclusions 8 bytes each: uint32 column, int8 shift, int8 limit, uint8 leaves, 0. Where bin + shift, as a
   *  signed byte, is less than the limit, the row is in none of the leaves.
   *  @param ends    uint32 (4 nWords): exclusions up to ends[p] (and from ends[p - 1]) speak of the leaves 8p to 8p + 7.
   *  @param nWords  32 leaves each.
   *  @param values  float64 by leaf. @param columns uint32: pointers to uint8 (nRows), of any alignment; up to 63
   *  bytes behind them are read. @param scratch 256 × (1 + nWords) bytes, overwritten. O(nRows × exclusions). */
  addSmallTree(
    exclusions: number,
    ends: number,
    nWords: number,
    values: number,
    columns: number,
    nRows: number,
    scratch: number,
    raw: number,
  ): void;

  /** 0 in `out` for the rows whose bin is not in the set, anything else for those whose bin is. O(nRows).
   *  @param column uint8 (nRows), any alignment. @param set 256 bits. @param out uint8; up to 15 bytes more of both are
   *  touched. */
  markBins(column: number, nRows: number, set: number, out: number): void;

  /** Binary log loss of log-odds `raw` against 0/1 `target` (both float64), times `weights` (float64; 0 for none), of the
   *  rows of a share (see `Shares`). 8 bytes more of these three may be read.
   *  @param gradients int32 pairs, overwritten; 0 to compute the loss alone.
   *  @param sums      float64 by stripe: the loss summed over its rows. */
  binaryLogLoss(
    raw: number,
    target: number,
    weights: number,
    nRows: number,
    rowsPerStripe: number,
    share: number,
    nShares: number,
    gradientFactor: number,
    hessianFactor: number,
    gradients: number,
    sums: number,
  ): void;

  /** Multinomial log loss, likewise; `raw` and `gradients` lie class by class. @param scratch nClasses × 16 bytes. */
  multinomialLogLoss(
    raw: number,
    target: number,
    weights: number,
    nRows: number,
    nClasses: number,
    rowsPerStripe: number,
    share: number,
    nShares: number,
    gradientFactor: number,
    hessianFactor: number,
    scratch: number,
    gradients: number,
    sums: number,
  ): void;

  /** Float64 pairs times factors, rounded to int32 pairs. */
  quantiseGradients(
    exact: number,
    n: number,
    gradientFactor: number,
    hessianFactor: number,
    gradients: number,
  ): void;

  /** Int32 pairs times the row's share, rounded to int32 pairs.
   *  @param draws uint8 (n): which of the float64 `shares` (256) each row has. */
  weighGradients(gradients: number, n: number, draws: number, shares: number, weighed: number): void;

  /** Two float64: the largest absolute gradient and hessian of `n` float64 pairs. */
  largestGradients(exact: number, n: number, out: number): void;

  /** Grows one tree of a forest, depth first, or best first where the number of leaves is limited.
   *  @param growth see `GrowthMemory` in ml/forest/growth-memory.ts: what it is grown from and where nodes and leaves go.
   *  O(rows × depth × features tried per node), however many classes there are. */
  growForestTree(growth: number): void;

  /** Adds each row's weight and weighted value to the pair of float64 of its bin. O(n).
   *  @param column   uint8: the bin of every row. @param entries n × 16 bytes, see kernels/trees/forest.ts.
   *  @param oneClass the class whose rows have value 1; -1 where entries hold values. @param cells float64 (256 × 2). */
  sumCategories(column: number, entries: number, n: number, oneClass: number, cells: number): void;

  /** Puts `map` (uint8, 256) of every bin in `out` (uint8, n). */
  mapBins(column: number, n: number, map: number, out: number): void;

  /** Adds to each row's sums the leaf that it falls into. O(n × depth).
   *  @param nodes  8 bytes a node, see kernels/trees/forest.ts. @param missingBins uint8 per feature.
   *  @param maps   uint32 per feature: pointer to the map of its bins; read for categorical ones only.
   *  @param leaves float32 (nLeaves × nOutputs). @param rowBins uint8, row-major.
   *  @param rows   uint32 (n): which rows; 0 for the first n. @param out float64 (all rows × nOutputs). */
  addForestTree(
    nodes: number,
    missingBins: number,
    maps: number,
    leaves: number,
    nOutputs: number,
    rowBins: number,
    rowStride: number,
    rows: number,
    n: number,
    out: number,
  ): void;
}

/** How often each digit of each place is there. */
export const SORT_COUNTS = 6 * 2048 * 4;

/** Addresses of 256 rows, what 2,048 add to a cell, and places in 131,072 bytes, in up to 32 lists. */
export const HISTOGRAM_SCRATCH = 256 * 4 + 2048 * 16 + 131_072 + 32 * 64;

/** Compiled once a thread. */
export const kernelModule = moduleFrom(wasm);

export const instantiateKernels = (memory: WasmMemory) =>
  instantiate(kernelModule(), memory) as unknown as TreeKernels;
