/** Replaces every feature value by a small integer, its bin, so that trees are grown over at most 255 candidates
 *  per feature.
 *
 *  Convention everywhere in this folder: a feature with n bins uses 0..n-1 for present values and bin n, its last,
 *  for missing ones; n <= 255, so every bin fits a byte. */
import type { Feature, FeatureMatrix } from '../estimator.ts';
import type { Random } from '../random.ts';
import type { Arena } from './arena.ts';
import { SORT_COUNTS } from './kernels.ts';
import { sampleIndices } from './sampling.ts';
import { ranges, Team } from './team.ts';

const MAX_BINS = 255;

/** What the thresholds of a feature are padded to with infinities. */
const MAX_THRESHOLDS = 256;

/** Thresholds of larger data are taken from a seeded sample of this many rows, as LightGBM and scikit-learn do. */
const MAX_ROWS_FOR_THRESHOLDS = 200_000;

/** Values on their way to bins: few enough to stay in the processor's cache. */
const ROWS_PER_BLOCK = 16_384;

/** Few enough that the rows' bins stay in the cache from the first tree to the last, and enough to make the most of a
 *  tree that was brought there. */
export const ROWS_PER_VISIT = 4096;

/** Stands in for the infinities, so that every midpoint is finite. */
const ALMOST_INFINITY = 1e300;

/** Value x falls into bin i iff thresholds[i-1] < x <= thresholds[i]. */
export interface NumericBins {
  readonly kind: 'numeric';
  readonly nBins: number;
  /** Float64Array (nBins - 1), ascending. */
  readonly thresholds: Float64Array;
}

/** With up to 255 categories in the training rows each has its own bin, in code order; with more, the 254 most
 *  frequent do and the others share bin 254. Codes without a training row are binned as missing. */
export interface CategoricalBins {
  readonly kind: 'categorical';
  readonly nBins: number;
  /** Uint8Array (nCodes): bin of each code. */
  readonly binOfCode: Uint8Array;
}

export type FeatureBins = NumericBins | CategoricalBins;

/** Bins in an arena, in both orders: histograms are summed row by row, rows are divided by one column. */
export interface BinnedMatrix {
  readonly nRows: number;
  readonly nFeatures: number;
  /** Pointer to uint8 (nFeatures × nRows), column-major; 63 bytes more may be read. */
  readonly columns: number;
  /** Pointer to uint8 (nRows × rowStride), row-major. */
  readonly rows: number;
  /** Bytes per row: the features, padded to whole 16-byte vectors. */
  readonly rowStride: number;
}

/** Learns the bins of every feature. O(nFeatures × nRows).
 *  Thresholds follow scikit-learn's `_BinMapper`: midpoints between the distinct values when at most `maxBins`, else the
 *  midpoint percentiles. Infinities are ordinary extreme values.
 *  @param random draws the rows when there are more than 200,000.
 *  @param maxBins bins of present values at most, 2 to 255. */
export function fitBins(
  arena: Arena,
  matrix: FeatureMatrix,
  random: Random,
  maxBins = MAX_BINS,
  team = new Team(arena),
): FeatureBins[] {
  const { nRows, features, columns } = matrix;
  const rows =
    nRows > MAX_ROWS_FOR_THRESHOLDS ? sampleIndices(nRows, MAX_ROWS_FOR_THRESHOLDS / nRows, random) : null;
  const bins: FeatureBins[] = [];
  features.forEach((feature, j) => {
    if (feature.kind === 'categorical') bins[j] = fitCategoricalBins(feature, columns[j], maxBins);
  });
  arena.scoped(() => {
    const sorter = new Sorter(arena, rows?.length ?? nRows, team);
    for (const batch of batches(numericOnes(features), team.most)) {
      const sorted = sorter.sort(
        batch.map((j) => columns[j]),
        rows,
      );
      batch.forEach((j, i) => {
        bins[j] = fitNumericBins(sorted[i], maxBins);
      });
    }
  });
  return bins;
}

/** The bins of every cell, in both orders. Missing, unseen and non-integer category codes go to the feature's missing bin.
 *  @throws when the matrix has another number of features than `bins`. */
export function applyBins(
  arena: Arena,
  bins: readonly FeatureBins[],
  matrix: FeatureMatrix,
  team = new Team(arena),
): BinnedMatrix {
  const nFeatures = bins.length;
  const { nRows } = matrix;
  if (matrix.columns.length !== nFeatures) {
    throw new Error(`expected ${nFeatures} features, got ${matrix.columns.length}`);
  }
  const columns = arena.allocate(nRows * nFeatures);
  const rowStride = rowStrideOf(nFeatures);
  const rows = arena.allocate(nRows * rowStride);
  arena.scoped(() => {
    new Binner(arena, bins, Math.min(nRows, ROWS_PER_BLOCK), team).bin(matrix.columns, columns);
    team.run(
      'transposeBins',
      ranges(nRows, team.most, 64).map(([from, to]) => [
        ...([columns, nRows, nFeatures, from, to, rows, rowStride] as const),
      ]),
    );
  });
  return { nRows, nFeatures, columns, rows, rowStride };
}

/** The bins of a matrix block after block: for applying trees, which need no column at once.
 *  @param visit is given a view of at most 4,096 rows, valid during the call, and the number of its first row.
 *  @throws when the matrix has another number of features than `bins`. */
export function forEachBinnedBlock(
  arena: Arena,
  bins: readonly FeatureBins[],
  matrix: FeatureMatrix,
  visit: (block: BinnedMatrix, firstRow: number) => void,
): void {
  const nFeatures = bins.length;
  if (matrix.columns.length !== nFeatures) {
    throw new Error(`expected ${nFeatures} features, got ${matrix.columns.length}`);
  }
  arena.scoped(() => {
    const most = Math.min(matrix.nRows, ROWS_PER_VISIT);
    const rowStride = rowStrideOf(nFeatures);
    const columns = arena.allocate(most * nFeatures);
    const rows = arena.allocate(most * rowStride);
    const binner = new Binner(arena, bins, most, new Team(arena));
    for (let start = 0; start < matrix.nRows; start += most) {
      const nRows = Math.min(most, matrix.nRows - start);
      binner.bin(
        matrix.columns.map((column) => column.subarray(start, start + nRows)),
        columns,
      );
      arena.kernels.transposeBins(columns, nRows, nFeatures, 0, nRows, rows, rowStride);
      visit({ nRows, nFeatures, columns, rows, rowStride }, start);
    }
  });
}

/** Uint8Array (nFeatures): each feature's missing bin. */
export function missingBinsOf(bins: readonly FeatureBins[]): Uint8Array {
  return Uint8Array.from(bins, ({ nBins }) => nBins);
}

/** @throws when the features are not those of the training, by name and order. */
export function expectFeatures(names: readonly string[], { features }: FeatureMatrix): void {
  names.forEach((name, j) => {
    const given = features[j]?.name;
    if (given !== name) throw new Error(`feature ${j} should be "${name}", got "${given}"`);
  });
}

/** Whole 16-byte vectors. */
function rowStrideOf(nFeatures: number): number {
  return Math.max(16, Math.ceil(nFeatures / 16) * 16);
}

function numericOnes(features: readonly Pick<FeatureBins, 'kind'>[]): number[] {
  return features.flatMap(({ kind }, j) => (kind === 'numeric' ? [j] : []));
}

function batches(items: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** Looks values up among the thresholds of their feature, as many features at a time as there may be threads. */
class Binner {
  readonly #arena: Arena;
  readonly #bins: readonly FeatureBins[];
  readonly #block: number;
  readonly #team: Team;
  readonly #batches: readonly number[][];
  /** Pointers to float64 (block), one per thread. */
  readonly #values: readonly number[];
  /** Pointer to float64 (256) per feature, padded with infinities. */
  readonly #thresholds: number;

  /** @param block values that are looked up together. */
  constructor(arena: Arena, bins: readonly FeatureBins[], block: number, team: Team) {
    this.#arena = arena;
    this.#bins = bins;
    this.#block = block;
    this.#team = team;
    this.#batches = batches(numericOnes(bins), team.most);
    this.#values = Array.from({ length: team.most }, () => arena.allocate(block * 8));
    this.#thresholds = arena.allocate(bins.length * MAX_THRESHOLDS * 8);
    const padded = arena
      .float64(this.#thresholds, bins.length * MAX_THRESHOLDS)
      .fill(Number.POSITIVE_INFINITY);
    bins.forEach((feature, j) => {
      if (feature.kind === 'numeric') padded.set(feature.thresholds, j * MAX_THRESHOLDS);
    });
  }

  /** @param columns one per feature, of equal length. @param out pointer to uint8 (nFeatures × length), column-major. */
  bin(columns: readonly Float64Array[], out: number): void {
    const { length } = columns[0] ?? [];
    this.#bins.forEach((bins, j) => {
      if (bins.kind === 'categorical') {
        binCategorical(bins, columns[j], this.#arena.uint8(out + j * length, length));
      }
    });
    for (const batch of this.#batches) {
      for (let start = 0; start < length; start += this.#block) {
        const n = Math.min(this.#block, length - start);
        batch.forEach((j, i) => {
          this.#arena.float64(this.#values[i], n).set(columns[j].subarray(start, start + n));
        });
        this.#team.run(
          'binNumbers',
          batch.map((j, i) => [
            ...([
              this.#values[i],
              n,
              this.#thresholds + j * MAX_THRESHOLDS * 8,
              this.#bins[j].nBins,
            ] as const),
            out + j * length + start,
          ]),
        );
      }
    }
  }
}

/** Sorts columns, as many at a time as there may be threads, in the same room. */
class Sorter {
  readonly #arena: Arena;
  readonly #team: Team;
  /** Pointers, of each thread. */
  readonly #desks: readonly { readonly values: number; readonly spare: number; readonly counts: number }[];

  constructor(arena: Arena, nValues: number, team: Team) {
    this.#arena = arena;
    this.#team = team;
    this.#desks = Array.from({ length: team.most }, () => ({
      values: arena.allocate(nValues * 8),
      spare: arena.allocate(nValues * 8),
      counts: arena.allocate(SORT_COUNTS),
    }));
  }

  /** Of each column the present values of `rows` (null for all), ascending, infinities drawn in; valid until the next
   *  call. @param columns as many as there may be threads at most. */
  sort(columns: readonly Float64Array[], rows: Uint32Array | null): Float64Array[] {
    const views = columns.map((column, i) => {
      const view = this.#arena.float64(this.#desks[i].values, rows ? rows.length : column.length);
      if (rows) for (let k = 0; k < rows.length; k++) view[k] = column[rows[k]];
      else view.set(column);
      return view;
    });
    const counts = this.#team.run(
      'sortPresent',
      views.map(({ length }, i) => {
        const { values, spare, counts } = this.#desks[i];
        return [values, length, ALMOST_INFINITY, spare, counts];
      }),
    );
    return views.map((view, i) => view.subarray(0, counts[i]));
  }
}

function fitNumericBins(sorted: Float64Array, maxBins: number): NumericBins {
  const distinct: number[] = [];
  for (let i = 0; i < sorted.length && distinct.length <= maxBins; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct.push(sorted[i]);
  }
  const thresholds =
    distinct.length <= maxBins
      ? Float64Array.from(
          { length: Math.max(0, distinct.length - 1) },
          (_, i) => (distinct[i] + distinct[i + 1]) * 0.5,
        )
      : midpointPercentiles(sorted, maxBins);
  return { kind: 'numeric', nBins: thresholds.length + 1, thresholds };
}

/** The inner percentiles of `maxBins` equal shares. The order of operations is numpy's
 *  (`percentile(..., method='midpoint')`), so that a position which ought to be whole is judged as numpy judges it. */
function midpointPercentiles(sorted: Float64Array, maxBins: number): Float64Array {
  const stepPercent = 100 / maxBins;
  return Float64Array.from({ length: maxBins - 1 }, (_, i) => {
    const position = (((i + 1) * stepPercent) / 100) * (sorted.length - 1);
    const below = sorted[Math.floor(position)];
    const above = sorted[Math.ceil(position)];
    return above - (above - below) * 0.5;
  });
}

function fitCategoricalBins(feature: Feature, column: Float64Array, maxBins: number): CategoricalBins {
  let nCodes = feature.nCategories ?? 0;
  for (let i = 0; i < column.length; i++) {
    if (isCode(column[i]) && column[i] >= nCodes) nCodes = column[i] + 1;
  }
  const counts = new Uint32Array(nCodes);
  for (let i = 0; i < column.length; i++) {
    if (isCode(column[i])) counts[column[i]]++;
  }
  const seen = Array.from(counts.keys()).filter((code) => counts[code] > 0);
  const fits = seen.length <= maxBins;
  const own = fits
    ? seen
    : seen
        .toSorted((a, b) => counts[b] - counts[a] || a - b)
        .slice(0, maxBins - 1)
        .sort((a, b) => a - b);
  const nBins = Math.max(1, fits ? own.length : maxBins);
  const binOfCode = new Uint8Array(nCodes).fill(nBins);
  if (!fits) for (const code of seen) binOfCode[code] = maxBins - 1;
  for (let bin = 0; bin < own.length; bin++) binOfCode[own[bin]] = bin;
  return { kind: 'categorical', nBins, binOfCode };
}

/** Codes beyond 2^24 are no codes: the lookup table would not fit. */
function isCode(x: number): boolean {
  return x >= 0 && x < 0x1000000 && Math.floor(x) === x;
}

function binCategorical({ binOfCode, nBins }: CategoricalBins, column: Float64Array, out: Uint8Array): void {
  for (let i = 0; i < column.length; i++) {
    const code = column[i];
    out[i] = isCode(code) && code < binOfCode.length ? binOfCode[code] : nBins;
  }
}
