/** Rows as the search wants them: one after the other in single precision, which halves memory and model file. */
import type { FeatureMatrix } from '../estimator.ts';

/** Cells beyond this are cut, so that squared distances stay finite. */
const LARGEST = 1e15;

/** Floats per row: a multiple of four, which is what the distance is summed in; cells beyond the features are 0. */
export function strideOf(nFeatures: number): number {
  return 4 * Math.ceil(nFeatures / 4);
}

/** Writes one row to `out` from index `at` on: NaN as the feature's mean, infinities as ±1e15.
 *  @param out Float32Array, zero where the row has no feature. */
export function packRow(
  { columns }: FeatureMatrix,
  row: number,
  means: Float64Array,
  out: Float32Array,
  at: number,
): void {
  for (let j = 0; j < columns.length; j++) {
    const x = columns[j][row];
    out[at + j] = Number.isNaN(x) ? means[j] : Math.max(-LARGEST, Math.min(LARGEST, x));
  }
}

/** Means of the features over the rows' present cells, within ±1e15; 0 for a feature without any.
 *  @param weights Float64Array (of all rows), positive for `rows`. @returns Float64Array (nFeatures). */
export function presentMeans(
  { columns }: FeatureMatrix,
  rows: Uint32Array,
  weights: Float64Array | undefined,
): Float64Array {
  return Float64Array.from(columns, (column) => {
    let sum = 0;
    let total = 0;
    for (const row of rows) {
      if (Number.isNaN(column[row])) continue;
      const weight = weights ? weights[row] : 1;
      sum += weight * Math.max(-LARGEST, Math.min(LARGEST, column[row]));
      total += weight;
    }
    return total > 0 ? sum / total : 0;
  });
}
