/** The loss of a mean of models, from what it needs to know of each of them. */

/** What the values of a candidate mean, and what becomes of their mean:
 *  - `log`: its probability of what came true, in 0..1; minus the logarithm of the mean;
 *  - `squared`, `absolute`: its errors, in any unit and any number per row; the square or size of the mean error.
 *  Errors of a weighted mean are the weighted mean of the errors, so no loss needs to know the outcomes. */
export type BlendLoss = 'log' | 'squared' | 'absolute';

/** Clip of probabilities, as in the metric. */
const SMALLEST = 1e-15;

/** So many clipped probabilities can be multiplied without falling below the smallest number (1e-308). */
const PER_LOGARITHM = 16;

/** Mean loss per value of `(sum + candidate) / size`: the ensemble with one more member.
 *  @param sum       Float64Array (nValues): the members so far, added up.
 *  @param candidate Float32Array (nValues).
 *  @param size      members, the candidate included. O(nValues). */
export function lossWith(
  loss: BlendLoss,
  sum: Float64Array,
  candidate: Float32Array | Float64Array,
  size: number,
): number {
  const n = sum.length;
  let total = 0;
  if (loss === 'log') {
    for (let i = 0; i < n; ) {
      // One logarithm for several rows: it costs ten times a multiplication.
      const end = Math.min(n, i + PER_LOGARITHM);
      let product = 1;
      for (; i < end; i++) {
        const p = (sum[i] + candidate[i]) / size;
        product *= p > SMALLEST ? p : SMALLEST;
      }
      total -= Math.log(product);
    }
  } else if (loss === 'squared') {
    for (let i = 0; i < n; i++) {
      const error = (sum[i] + candidate[i]) / size;
      total += error * error;
    }
  } else {
    for (let i = 0; i < n; i++) total += Math.abs((sum[i] + candidate[i]) / size);
  }
  return total / n;
}

/** The loss of each row of one model.
 *  @param values Float32Array (nRows × width). @returns Float64Array (nRows): sums over the row's values. */
export function lossPerRow(loss: BlendLoss, values: Float32Array, width: number): Float64Array {
  const losses = new Float64Array(values.length / width);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const row = Math.floor(i / width);
    if (loss === 'log') losses[row] -= Math.log(value > SMALLEST ? value : SMALLEST);
    else losses[row] += loss === 'squared' ? value * value : Math.abs(value);
  }
  return losses;
}
