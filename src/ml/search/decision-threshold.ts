/** From which probability on a row is taken for the positive class. 0.5 is right for accuracy with honest probabilities;
 *  for F1 and its kin the best cut-off lies elsewhere, far from it where the class is rare. */
import { risingOrder } from '../data/rising-order.ts';
import { everyRow, gather } from '../data/rows.ts';
import type { Experiment } from '../experiment.ts';
import { hasThreshold, METRICS } from '../metrics/registry.ts';
import { type OutOfFold, rowsOfPart } from './out-of-fold.ts';

const USUAL = 0.5;
/** Cut-offs that are compared, evenly spread over the rows. */
const MOST_CUTS = 1000;

/** @property threshold   for new rows.
 *  @property decisions   Float64Array (nRows × 2): 0 and 1 in place of probabilities, each row decided by a threshold
 *                        that the other parts chose. */
export interface ThresholdChoice {
  readonly threshold: number;
  readonly decisions: Float64Array;
}

/** The threshold that the ranking metric is best at, kept only where thresholds chosen on the other folds beat 0.5 on
 *  each fold together.
 *  @param prediction of one model, Float64Array (nRows × 2). @returns null where the metric decides by no threshold. */
export function chooseThreshold(
  { task, metric }: Pick<Experiment, 'task' | 'metric'>,
  rows: OutOfFold,
  prediction: Float64Array,
): ThresholdChoice | null {
  const { compute } = METRICS[metric];
  if (task !== 'binary' || !hasThreshold(metric) || compute.from !== 'confusion') return null;
  const scoreOf = (matrix: Float64Array) => compute.metric(matrix, 2);
  const decide = (thresholdOf: (part: number) => number) => {
    const thresholds = Array.from({ length: rows.nParts }, (_, part) => thresholdOf(part));
    const decisions = new Float64Array(prediction.length);
    const matrix = new Float64Array(4);
    for (let row = 0; row < rows.nRows; row++) {
      const decided = prediction[2 * row + 1] >= thresholds[rows.partOf[row]] ? 1 : 0;
      decisions[2 * row + decided] = 1;
      matrix[2 * rows.target[row] + decided]++;
    }
    return { decisions, score: scoreOf(matrix) };
  };
  const usual = decide(() => USUAL);
  const crossFitted = decide((part) =>
    bestThreshold(rows.target, prediction, rowsOfPart(rows, part, 'out'), scoreOf),
  );
  if (!(crossFitted.score > usual.score)) return { threshold: USUAL, decisions: usual.decisions };
  return {
    threshold: bestThreshold(rows.target, prediction, everyRow(rows.nRows), scoreOf),
    decisions: crossFitted.decisions,
  };
}

/** The middle between two neighbouring probabilities with the best score on these rows; of equal ones the nearest to
 *  0.5. O(n log n). */
function bestThreshold(
  target: Float64Array,
  prediction: Float64Array,
  rows: Uint32Array,
  scoreOf: (matrix: Float64Array) => number,
): number {
  const n = rows.length;
  const falling = risingOrder(Float64Array.from(rows, (row) => -prediction[2 * row + 1]));
  const order = gather(rows, falling, new Uint32Array(n));
  let positives = 0;
  for (let i = 0; i < n; i++) positives += target[rows[i]];
  const stride = Math.max(1, Math.floor(n / MOST_CUTS));
  const matrix = new Float64Array(4);
  let taken = 0;
  let found = 0;
  let best = USUAL;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let i = 0; i + 1 < n; i++) {
    taken++;
    found += target[order[i]];
    const here = prediction[2 * order[i] + 1];
    const next = prediction[2 * order[i + 1] + 1];
    if (here === next || (i % stride !== 0 && i + 2 < n)) continue;
    matrix[0] = n - positives - (taken - found);
    matrix[1] = taken - found;
    matrix[2] = positives - found;
    matrix[3] = found;
    const score = scoreOf(matrix);
    const threshold = (here + next) / 2;
    if (score > bestScore || (score === bestScore && Math.abs(threshold - USUAL) < Math.abs(best - USUAL))) {
      best = threshold;
      bestScore = score;
    }
  }
  return best;
}
