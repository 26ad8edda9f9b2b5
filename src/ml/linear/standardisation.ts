/** Centres and scales of features. The solver works on standardised features, for speed of convergence alone: the
 *  penalty stays that of the coefficients of the features as given. */
import type { FeatureMatrix } from '../estimator.ts';
import { mean } from '../featureless.ts';

export interface Standardisation {
  /** Float64Array (nFeatures). */
  readonly means: Float64Array;
  /** Float64Array (nFeatures): population standard deviations; 0 for features that are constant up to rounding. */
  readonly deviations: Float64Array;
}

/** A standard deviation below this share of the mean is what rounding alone leaves of a constant. */
const ROUNDING = 1e-12;

/** Magnitudes beyond this are cut, so that squares and products stay finite. */
const LARGEST = 1e100;

/** Means and deviations of the columns; two passes.
 *  @param weights Float64Array (nRows) with a mean of 1. */
export function standardise(columns: readonly Float64Array[], weights?: Float64Array): Standardisation {
  const means = Float64Array.from(columns, (column) => mean(column, weights));
  const deviations = Float64Array.from(columns, (column, j) => {
    let sum = 0;
    for (let i = 0; i < column.length; i++) sum += (weights ? weights[i] : 1) * (column[i] - means[j]) ** 2;
    const deviation = Math.sqrt(sum / column.length);
    return deviation > ROUNDING * Math.abs(means[j]) ? deviation : 0;
  });
  return { means, deviations };
}

/** The columns with what is no number replaced, NaN by the column's value in `replacements` and infinities by large
 *  numbers; columns without such cells are returned as they are. */
export function finiteColumns(matrix: FeatureMatrix, replacements: ArrayLike<number>): Float64Array[] {
  return matrix.columns.map((column, j) => {
    if (column.every((x) => Math.abs(x) <= LARGEST)) return column;
    return column.map((x) => (Number.isNaN(x) ? replacements[j] : Math.max(-LARGEST, Math.min(LARGEST, x))));
  });
}

/** Means over the present cells, each taken within ±1e100; 0 for a column without any that count.
 *  @param weights Float64Array (nRows). */
export function presentMeans(matrix: FeatureMatrix, weights?: Float64Array): Float64Array {
  return Float64Array.from(matrix.columns, (column) => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < column.length; i++) {
      if (Number.isNaN(column[i])) continue;
      const weight = weights ? weights[i] : 1;
      sum += weight * Math.max(-LARGEST, Math.min(LARGEST, column[i]));
      total += weight;
    }
    return total > 0 ? sum / total : 0;
  });
}
