/** The outcomes of a training set as trees see them, and back: what the sums of trees say of a row. */
import type { TrainingSet } from '../estimator.ts';
import type { Task } from '../experiment.ts';

/** Of a class without training rows as many as this are assumed, so that its share is not 0. */
const ROWS_OF_UNSEEN_CLASS = 0.5;
/** Larger numbers could overflow on their way. */
const LARGEST = 8e307;

export interface Outcomes {
  readonly task: Task;
  readonly nClasses: number;
  /** Float64Array: the training mean, or the classes' shares, of which none is 0. What is said without trees. */
  readonly prior: Float64Array;
  /** What leaves hold is in units of this from the mean; 1 with classes. */
  readonly scale: number;
  /** Classes only: how many trees the prior counts as. */
  readonly smoothing: number;
}

/** @param weights Float64Array (nRows) with a mean of 1; null where all rows count alike. */
export function outcomesOf(
  { task, nClasses, target }: TrainingSet,
  weights: Float64Array | null,
  smoothing: number,
): Outcomes {
  if (task !== 'regression') {
    const counts = new Float64Array(nClasses);
    for (let i = 0; i < target.length; i++) counts[target[i]] += weights ? weights[i] : 1;
    const padded = counts.map((count) => (count > 0 ? count : ROWS_OF_UNSEEN_CLASS));
    const total = padded.reduce((sum, count) => sum + count, 0);
    return { task, nClasses, prior: padded.map((count) => count / total), scale: 1, smoothing };
  }
  // A running mean of values that are at most 1 cannot overflow, and is exact where they are all alike.
  const largest = target.reduce((most, y) => Math.max(most, Math.min(Math.abs(y), LARGEST)), 0);
  let mean = 0;
  let total = 0;
  for (let i = 0; i < target.length && largest > 0; i++) {
    const weight = weights ? weights[i] : 1;
    total += weight;
    if (weight > 0) mean += (target[i] / largest - mean) * (weight / total);
  }
  const prior = mean * largest;
  const scale = target.reduce((most, y) => Math.max(most, Math.min(Math.abs(y - prior), LARGEST)), 0);
  return { task, nClasses, prior: Float64Array.of(prior), scale, smoothing };
}

/** @returns Float32Array (nRows): what trees learn of each row. Class numbers; in regression distances from the mean,
 *  from -1 to 1. */
export function learned({ task, prior, scale }: Outcomes, target: Float64Array): Float32Array {
  if (task !== 'regression') return Float32Array.from(target);
  return Float32Array.from(target, (y) => (scale > 0 ? (y - prior[0]) / scale : 0));
}

/** Writes the prediction of a row to `out` from index `to` on: the mean of the trees, that of classes drawn towards the
 *  prior, (sum + smoothing × prior) / (trees + smoothing).
 *  @param sums Float64Array: over the row's trees, from index `at` on. */
export function tell(
  { task, nClasses, prior, scale, smoothing }: Outcomes,
  sums: Float64Array,
  at: number,
  nTrees: number,
  out: Float64Array,
  to: number,
): void {
  if (task === 'regression') {
    out[to] = prior[0] + (nTrees > 0 ? (scale * sums[at]) / nTrees : 0);
  } else if (nClasses === 2) {
    out[to] = (nTrees - sums[at] + smoothing * prior[0]) / (nTrees + smoothing);
    out[to + 1] = (sums[at] + smoothing * prior[1]) / (nTrees + smoothing);
  } else {
    for (let k = 0; k < nClasses; k++) {
      out[to + k] = (sums[at + k] + smoothing * prior[k]) / (nTrees + smoothing);
    }
  }
}

/** Squared error, or log loss. @param told the row's prediction. */
export function lossOf({ task }: Outcomes, told: Float64Array, outcome: number): number {
  return task === 'regression' ? (told[0] - outcome) ** 2 : -Math.log(told[outcome]);
}
