import { eachRowOnce } from './judged-rows.ts';

/** The class that each row is taken for: the most probable one (the first of equals), and in binary tasks class 1
 *  from a probability of `threshold` on.
 *  @param prediction Float64Array (nRows × nClasses), row-major probabilities.
 *  @returns Int32Array (nRows) of class indices. */
export function decideClasses(prediction: Float64Array, nClasses: number, threshold = 0.5): Int32Array {
  const decided = new Int32Array(prediction.length / nClasses);
  for (let row = 0; row < decided.length; row++) {
    const start = row * nClasses;
    if (nClasses === 2) {
      decided[row] = prediction[start + 1] >= threshold ? 1 : 0;
      continue;
    }
    let best = 0;
    for (let k = 1; k < nClasses; k++) {
      if (prediction[start + k] > prediction[start + best]) best = k;
    }
    decided[row] = best;
  }
  return decided;
}

/** Counts rows by their actual and decided class.
 *  @returns Float64Array (nClasses × nClasses), row-major: `matrix[actual * nClasses + decided]`. */
export function confusionMatrix(
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
  counts: Uint32Array = eachRowOnce(target.length),
  threshold = 0.5,
): Float64Array {
  return prepareConfusion(target, prediction, nClasses, threshold)(counts);
}

/** The confusion matrix of any resample. The returned function hands out one buffer and overwrites it on each call. */
export function prepareConfusion(
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
  threshold = 0.5,
): (counts: Uint32Array) => Float64Array {
  const decided = decideClasses(prediction, nClasses, threshold);
  const cell = new Int32Array(target.length);
  for (let row = 0; row < cell.length; row++) cell[row] = target[row] * nClasses + decided[row];
  const matrix = new Float64Array(nClasses * nClasses);
  return (counts) => {
    matrix.fill(0);
    for (let row = 0; row < cell.length; row++) matrix[cell[row]] += counts[row];
    return matrix;
  };
}
