/** How much each row counts: the weights that came with it, and those that make rare classes count as much as
 *  frequent ones. */
import { z } from 'zod';
import type { TrainingSet } from './estimator.ts';

/** `balanced` makes all classes count alike, whatever their shares. The model then ranks as if the classes were equally
 *  frequent, and so its probabilities are not those of the data. */
export const ClassWeight = z.enum(['none', 'balanced']);
export type ClassWeight = z.infer<typeof ClassWeight>;

/** A weight below this share of the largest counts as 0, so that what is divided by weights stays finite. */
const NEGLIGIBLE = 1e-100;

/** scikit-learn's `balanced`: n / (K × count), counting rows by their weights, over the K classes that have any.
 *  @returns Float64Array (nClasses), 1 for classes without rows; undefined where nothing is to be balanced.
 *  @throws RangeError in regression, and on illegal weights. */
export function classFactors(training: TrainingSet, classWeight: ClassWeight): Float64Array | undefined {
  if (classWeight === 'none') return undefined;
  const { task, nClasses, target } = training;
  if (task === 'regression') throw new RangeError('class weights need classes, and a regression has none');
  const weights = rowWeights(training);
  const counts = new Float64Array(nClasses);
  for (let i = 0; i < target.length; i++) counts[target[i]] += weights ? weights[i] : 1;
  const nPresent = counts.reduce((n, count) => n + (count > 0 ? 1 : 0), 0);
  return counts.map((count) => (count > 0 ? target.length / (nPresent * count) : 1));
}

/** What the rows of a training or validation set count, scaled to a mean of 1.
 *  @param factors of the classes: Float64Array (nClasses), from the training set also for validation rows.
 *  @returns Float64Array (nRows), newly allocated; undefined where all rows count alike.
 *  @throws RangeError where a weight is negative or not finite, or where no row counts. */
export function rowWeights(
  { target, weights }: TrainingSet,
  factors?: Float64Array,
): Float64Array | undefined {
  if (!weights && !factors) return undefined;
  const nRows = target.length;
  if (weights && weights.length !== nRows) {
    throw new RangeError(`expected ${nRows} row weights, got ${weights.length}`);
  }
  weights?.forEach((weight, i) => {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`the weight of row ${i} must be a number from 0 on, got ${weight}`);
    }
  });
  const largest = weights ? weights.reduce((max, weight) => Math.max(max, weight), 0) : 1;
  if (largest === 0 && nRows > 0) throw new RangeError('the row weights are all 0');
  const counting = target.map((y, i) => {
    // Divided by the largest first, so that the sum of huge weights stays finite.
    const share = weights ? weights[i] / largest : 1;
    return share < NEGLIGIBLE ? 0 : share * (factors ? factors[y] : 1);
  });
  return scaledToSum(counting, nRows);
}

/** Row weights on the scale of a set without its rows of weight 0, for models in which a row counts against a number
 *  of rows: smoothing, or a prior. @param weights Float64Array (nRows), not all 0.
 *  @returns Float64Array (nRows), newly allocated: the mean of the positive ones is 1. */
export function weightsOfCountingRows(weights: Float64Array): Float64Array {
  return scaledToSum(
    weights,
    weights.reduce((n, weight) => n + (weight > 0 ? 1 : 0), 0),
  );
}

function scaledToSum(weights: Float64Array, sum: number): Float64Array {
  const total = weights.reduce((partial, weight) => partial + weight, 0);
  return weights.map((weight) => (weight / total) * sum);
}
