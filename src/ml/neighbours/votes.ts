/** What neighbours say of a row. */
import type { Task } from '../experiment.ts';
import type { NeighboursParameters } from './parameters.ts';
import type { Nearest } from './tree.ts';

export interface Voters {
  readonly task: Task;
  readonly nClasses: number;
  /** Float64Array (nRows), in the order of the tree. */
  readonly target: Float64Array;
  /** Float64Array (nRows), in the order of the tree, with a mean of 1; null where all rows count alike. */
  readonly rowWeights: Float64Array | null;
  /** Float64Array: the training mean, or the classes' shares, of which none is 0. What is said where nobody votes. */
  readonly prior: Float64Array;
}

/** Of a class without training rows as many as this are assumed, so that its share is not 0. */
const ROWS_OF_UNSEEN_CLASS = 0.5;

/** @param target Float64Array (nRows). @param weights Float64Array (nRows), positive. */
export function priorOf(
  task: Task,
  nClasses: number,
  target: Float64Array,
  weights: Float64Array | null,
): Float64Array {
  if (task === 'regression') {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < target.length; i++) {
      sum += (weights ? weights[i] : 1) * target[i];
      total += weights ? weights[i] : 1;
    }
    return Float64Array.of(sum / total);
  }
  const counts = new Float64Array(nClasses);
  for (let i = 0; i < target.length; i++) counts[target[i]] += weights ? weights[i] : 1;
  const padded = counts.map((count) => (count > 0 ? count : ROWS_OF_UNSEEN_CLASS));
  const total = padded.reduce((sum, count) => sum + count, 0);
  return padded.map((count) => count / total);
}

/** Writes the prediction of one row to `out` from index `at` on.
 *
 *  Regression: the mean of the neighbours' values by their votes. Classes: the votes are scaled to sum to the number
 *  of neighbours n, and probabilities are (votes + smoothing × prior) / (n + smoothing). */
export function tellVotes(
  nearest: Nearest,
  { task, nClasses, target, rowWeights, prior }: Voters,
  { weights, smoothing }: NeighboursParameters,
  out: Float64Array,
  at: number,
): void {
  const { n, squares, positions } = nearest;
  out.fill(0, at, at + nClasses);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const position = positions[i];
    const nearness = weights === 'uniform' ? 1 : relativeNearness(squares[0], squares[i]);
    const vote = nearness * (rowWeights ? rowWeights[position] : 1);
    total += vote;
    if (task === 'regression') out[at] += vote * target[position];
    else out[at + target[position]] += vote;
  }
  if (task === 'regression') {
    out[at] = total > 0 ? out[at] / total : prior[0];
    return;
  }
  for (let c = 0; c < nClasses; c++) {
    const votes = total > 0 ? (out[at + c] / total) * n : 0;
    out[at + c] = (votes + smoothing * prior[c]) / (n + smoothing);
  }
}

/** 1 / distance, times the distance of the nearest: at most 1, so that no sum of votes overflows. */
function relativeNearness(nearestSquare: number, square: number): number {
  if (nearestSquare === 0) return square === 0 ? 1 : 0;
  return Math.sqrt(nearestSquare / square);
}
