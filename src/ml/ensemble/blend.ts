/** The prediction of several models as one. */

/** The weighted mean of predictions.
 *  @param predictions of each model nRows × nOutputs numbers, all of one length; not changed.
 *  @param weights     of each model; sum to 1.
 *  @returns Float64Array of that length. A model of weight 1 is given back as it is, to the last bit. */
export function blend(
  predictions: readonly (Float64Array | Float32Array)[],
  weights: ArrayLike<number>,
): Float64Array {
  const mean = new Float64Array(predictions[0].length);
  for (const [i, prediction] of predictions.entries()) {
    const weight = weights[i];
    if (weight === 0) continue;
    for (let j = 0; j < mean.length; j++) mean[j] += weight * prediction[j];
  }
  return mean;
}
