/** How well one column alone predicts the target on rows that were not used to look: a model of one feature, fitted
 *  on one half of the rows and judged on the other, and the other way round. */
import type { Column } from '../ml/data/table.ts';
import { score } from '../ml/metrics/score.ts';
import { Random } from '../ml/random.ts';
import type { Outcome } from './outcome.ts';
import { treeCuts } from './tree-cuts.ts';

const ROWS_PER_MEAN = 6;

/** Two sets of rows that share none, each ascending. */
export type Halves = readonly [Uint32Array, Uint32Array];

/** A column as numbers. `ordered` says whether near numbers mean near values; missing is NaN. */
export interface Feature {
  readonly values: Float64Array;
  readonly ordered: boolean;
}

/** Numbers, dates and truth values as they are; categories as their codes; null for texts, pictures and sequences. */
export function featureOf(column: Column): Feature | null {
  switch (column.type) {
    case 'numeric':
    case 'datetime':
      return { values: column.values, ordered: true };
    case 'boolean':
      return { values: maskedBy(column.valid, column.values), ordered: true };
    case 'categorical':
    case 'id':
      return { values: maskedBy(column.valid, column.codes), ordered: false };
    case 'text':
    case 'image':
    case 'sequence':
      return null;
  }
}

/** The rows of two halves, drawn at random with a fixed seed.
 *  @param limit rows in both halves together. */
export function drawHalves(rows: Uint32Array, limit: number): Halves {
  const drawn = new Random(1).shuffle(rows.slice()).subarray(0, limit);
  const middle = drawn.length >> 1;
  return [drawn.subarray(0, middle).slice().sort(), drawn.subarray(middle).slice().sort()];
}

/** @returns ROC AUC in binary tasks (0.5 = chance); in multiclass tasks the share of the baseline's errors that is
 *  avoided, (accuracy - base) / (1 - base), as in the predictive power score; R² in regression. The mean of both
 *  directions. O(rows log rows). */
export function oneFeatureScore(feature: Feature, outcome: Outcome, halves: Halves): number {
  const [a, b] = halves;
  return (scoreOf(feature, outcome, a, b) + scoreOf(feature, outcome, b, a)) / 2;
}

/** Distance of a chance score from what it would be without any relation, in standard errors: for AUC of the rank
 *  sum (Hanley and McNeil 1982 under no effect), for accuracy of a binomial, for R² of a correlation. */
export function standardErrorsFromChance(scored: number, outcome: Outcome, nRows: number): number {
  switch (outcome.task) {
    case 'binary': {
      const share = (outcome.classes[1]?.count ?? 0) / outcome.rows.length;
      return (scored - 0.5) / Math.sqrt(1 / (12 * nRows * share * (1 - share)));
    }
    case 'multiclass': {
      const base = largestShare(outcome);
      return (scored * (1 - base)) / Math.sqrt((base * (1 - base)) / nRows);
    }
    case 'regression':
      return Math.sign(scored) * Math.sqrt(Math.abs(scored) * nRows);
  }
}

function scoreOf(feature: Feature, outcome: Outcome, fitted: Uint32Array, judged: Uint32Array): number {
  const target = Float64Array.from(judged, (row) => outcome.values[row]);
  if (outcome.task === 'regression') {
    const prediction = feature.ordered
      ? interpolatedMeans(feature.values, outcome.values, fitted, judged)
      : groupMeans(feature.values, outcome.values, fitted, judged);
    return score('r2', 'regression', target, prediction, 1);
  }
  const nClasses = outcome.classes.length;
  const prediction = classShares(feature, outcome, fitted, judged);
  if (outcome.task === 'binary') return score('roc_auc', 'binary', target, prediction, 2);
  const base = largestShare(outcome);
  return (score('accuracy', 'multiclass', target, prediction, nClasses) - base) / (1 - base);
}

function largestShare({ classes, rows }: Outcome): number {
  return Math.max(...classes.map(({ count }) => count)) / rows.length;
}

/** Class shares among the fitted rows of the same interval or category, drawn towards the overall shares with the
 *  weight of one row. Row-major (judged × classes). */
function classShares(
  { values, ordered }: Feature,
  outcome: Outcome,
  fitted: Uint32Array,
  judged: Uint32Array,
): Float64Array {
  const nClasses = outcome.classes.length;
  const cuts = ordered ? treeCuts(values, outcome.values, nClasses, fitted) : null;
  const cellOf = (row: number) => (cuts ? findInterval(cuts, values[row]) : values[row]);
  const counts = new Map<number, Float64Array>();
  for (const row of fitted) {
    const cell = cellOf(row);
    let count = counts.get(cell);
    if (!count) {
      count = new Float64Array(nClasses + 1);
      counts.set(cell, count);
    }
    count[outcome.values[row]]++;
    count[nClasses]++;
  }
  const none = new Float64Array(nClasses + 1);
  const out = new Float64Array(judged.length * nClasses);
  for (let i = 0; i < judged.length; i++) {
    const count = counts.get(cellOf(judged[i])) ?? none;
    for (let k = 0; k < nClasses; k++) {
      const prior = (outcome.classes[k]?.count ?? 0) / outcome.rows.length;
      out[i * nClasses + k] = (count[k] + prior) / (count[nClasses] + 1);
    }
  }
  return out;
}

/** Mean outcome of the fitted rows of the same value, drawn towards the overall mean with the weight of one row. */
function groupMeans(
  values: Float64Array,
  y: Float64Array,
  fitted: Uint32Array,
  judged: Uint32Array,
): Float64Array {
  const sums = new Map<number, { n: number; sum: number }>();
  let total = 0;
  for (const row of fitted) {
    const group = sums.get(values[row]) ?? { n: 0, sum: 0 };
    group.n++;
    group.sum += y[row];
    total += y[row];
    sums.set(values[row], group);
  }
  const mean = total / fitted.length;
  return Float64Array.from(judged, (row) => {
    const group = sums.get(values[row]);
    return group ? (group.sum + mean) / (group.n + 1) : mean;
  });
}

/** Piecewise linear through the means of small intervals of the fitted rows: follows a slope as well as a step, and
 *  averages enough rows that noise does not pass for knowledge. Missing values are a group of their own. */
function interpolatedMeans(
  values: Float64Array,
  y: Float64Array,
  fitted: Uint32Array,
  judged: Uint32Array,
): Float64Array {
  const cuts = quantileCuts(values, fitted, ROWS_PER_MEAN);
  const n = new Float64Array(cuts.length + 2);
  const sumX = new Float64Array(cuts.length + 2);
  const sumY = new Float64Array(cuts.length + 2);
  for (const row of fitted) {
    const cell = findInterval(cuts, values[row]);
    n[cell]++;
    sumX[cell] += values[row];
    sumY[cell] += y[row];
  }
  const missing = cuts.length + 1;
  const total = sumY.reduce((sum, value) => sum + value, 0) / fitted.length;
  const filled = Array.from({ length: missing }, (_, cell) => cell).filter((cell) => n[cell] > 0);
  const knotX = Float64Array.from(filled, (cell) => sumX[cell] / n[cell]);
  const knotY = Float64Array.from(filled, (cell) => sumY[cell] / n[cell]);
  return Float64Array.from(judged, (row) => {
    const x = values[row];
    if (Number.isNaN(x)) return n[missing] > 0 ? sumY[missing] / n[missing] : total;
    if (knotX.length === 0) return total;
    const above = findInterval(knotX, x);
    if (above === 0) return knotY[0];
    if (above >= knotX.length) return knotY[knotY.length - 1];
    const along = (x - knotX[above - 1]) / (knotX[above] - knotX[above - 1]);
    return knotY[above - 1] + along * (knotY[above] - knotY[above - 1]);
  });
}

/** Ascending, distinct values that part the present values of `rows` into intervals of about `rowsPerInterval`. */
function quantileCuts(values: Float64Array, rows: Uint32Array, rowsPerInterval: number): Float64Array {
  const sorted = Float64Array.from(rows, (row) => values[row])
    .filter((value) => !Number.isNaN(value))
    .sort();
  const cuts: number[] = [];
  let next = rowsPerInterval;
  for (let i = 1; i < sorted.length; i++) {
    if (i < next || sorted[i] === sorted[i - 1]) continue;
    cuts.push(sorted[i - 1]);
    next = i + rowsPerInterval;
  }
  return Float64Array.from(cuts);
}

/** Number of cuts below `value`, so that a value equal to a cut lies in the interval that ends there;
 *  `cuts.length + 1` for NaN. */
function findInterval(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) return cuts.length + 1;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function maskedBy(valid: Uint8Array, source: Uint8Array | Int32Array): Float64Array {
  return Float64Array.from(source, (value, row) => (valid[row] ? value : Number.NaN));
}
