/** How much each row counts: the weights that came with it, and those that make rare classes count as much as
 *  frequent ones. */
import { z } from 'zod';
import type { TrainingSet } from './estimator.ts';

/** `balanced` makes all classes count alike, whatever their shares. The model then ranks as if the classes were equally
 *  frequent, and so its probabilities are not those of the data. */
export const ClassWeight = z.enum(['none', 'balanced']);
export type ClassWeight = z.infer<typeof ClassWeight>;

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
  // Divided by the largest first, so that the sum of huge weights stays finite.
  const largest = weights ? weights.reduce((max, weight) => Math.max(max, weight), 0) : 1;
  const out = new Float64Array(nRows);
  let sum = 0;
  for (let i = 0; i < nRows && largest > 0; i++) {
    out[i] = (weights ? weights[i] / largest : 1) * (factors ? factors[target[i]] : 1);
    sum += out[i];
  }
  if (sum === 0 && nRows > 0) throw new RangeError('the row weights are all 0');
  return out.map((weight) => (weight / sum) * nRows);
}
