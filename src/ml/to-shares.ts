/** Logarithms of shares, known up to a constant, become shares that sum to 1 in each row, in place.
 *  @param values Float64Array (nRows × nClasses). */
export function toShares(values: Float64Array, nClasses: number): void {
  for (let start = 0; start < values.length; start += nClasses) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < nClasses; k++) largest = Math.max(largest, values[start + k]);
    let total = 0;
    for (let k = 0; k < nClasses; k++) {
      values[start + k] = Math.exp(values[start + k] - largest);
      total += values[start + k];
    }
    for (let k = 0; k < nClasses; k++) values[start + k] /= total;
  }
}
