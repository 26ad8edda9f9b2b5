/** Metrics of predicted values; definitions follow scikit-learn. Errors are prediction minus target. */
import { risingOrder } from '../data/rising-order.ts';
import type { CountedMetric, JudgedRows } from './judged-rows.ts';
import { rowMean } from './row-mean.ts';

/** What each row adds to a metric that is a mean over the rows, a root of one, or one minus a ratio of two. */
export type RowLosses = (rows: JudgedRows) => Float64Array;

export const squaredErrors: RowLosses = (rows) => perRow(rows, (error) => error * error);
export const absoluteErrors: RowLosses = (rows) => perRow(rows, Math.abs);

/** An outcome of 0 is taken for 2.2e-16, so one such row with any error makes the metric astronomic. */
export const relativeErrors: RowLosses = (rows) =>
  perRow(rows, (error, target) => Math.abs(error) / Math.max(Math.abs(target), Number.EPSILON));

/** |error| / ((|actual| + |predicted|) / 2), between 0 and 2; a row where both are 0 counts as exact. */
export const symmetricErrors: RowLosses = ({ nRows, target, prediction }) => {
  const losses = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) {
    const size = (Math.abs(target[row]) + Math.abs(prediction[row])) / 2;
    losses[row] = size === 0 ? 0 : Math.abs(prediction[row] - target[row]) / size;
  }
  return losses;
};

/** The pinball loss of predictions taken as the quantile of that level (Koenker and Bassett 1978): predicting too
 *  low costs `level` per unit, too high 1 - level. */
export function pinballLosses(level: number): RowLosses {
  return (rows) => perRow(rows, (error) => (error < 0 ? -level * error : (1 - level) * error));
}

/** Absolute errors in the scale of each row: of a forecast, by the mean error of the seasonal naive forecast up to its
 *  origin (Hyndman and Koehler 2006). NaN where the rows have no scales. */
export const scaledErrors: RowLosses = ({ scale, ...rows }) =>
  absoluteErrors(rows).map((error, row) => (scale ? error / scale[row] : Number.NaN));

/** The mean of what the rows add. */
export function meanOf(losses: RowLosses): (rows: JudgedRows) => CountedMetric {
  return (rows) => rowMean(losses(rows));
}

export function rmse(rows: JudgedRows): CountedMetric {
  const meanSquaredError = rowMean(squaredErrors(rows));
  return (counts) => Math.sqrt(meanSquaredError(counts));
}

/** The middle absolute error; the mean of the two middle ones when the number of rows is even. */
export function medianAbsoluteError(rows: JudgedRows): CountedMetric {
  const errors = perRow(rows, Math.abs);
  const order = risingOrder(errors);
  const sorted = Float64Array.from(order, (row) => errors[row]);
  return (counts) => {
    let total = 0;
    for (let row = 0; row < counts.length; row++) total += counts[row];
    if (total === 0) return Number.NaN;
    const lowerRank = (total - 1) >> 1; // ranks count from 0
    const upperRank = total >> 1;
    let i = 0;
    let seen = counts[order[0]];
    while (seen <= lowerRank) seen += counts[order[++i]];
    const lower = sorted[i];
    while (seen <= upperRank) seen += counts[order[++i]];
    return (lower + sorted[i]) / 2;
  };
}

/** 1 - (squared error / squared error of the rows' own mean). A constant outcome gives 1 when it is predicted
 *  exactly and else 0; fewer than two rows give NaN. */
export function r2({ target, ...rows }: JudgedRows): CountedMetric {
  // The mean of a resample is near the mean of all rows: centring first keeps Σy² - (Σy)²/n free of cancellation.
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const centred = target.map((value) => value - mean);
  const residuals = squaredErrors({ target, ...rows });
  return (counts) => {
    let n = 0;
    let sum = 0;
    let squares = 0;
    let residual = 0;
    let first = Number.NaN;
    let constant = true; // seen on the values themselves: rounding would leave a little spread in the sums
    for (let row = 0; row < counts.length; row++) {
      const count = counts[row];
      const y = centred[row];
      if (count > 0) {
        if (n === 0) first = y;
        else if (y !== first) constant = false;
      }
      n += count;
      sum += count * y;
      squares += count * y * y;
      residual += count * residuals[row];
    }
    if (n < 2) return Number.NaN;
    if (constant) return residual === 0 ? 1 : 0;
    return 1 - residual / (squares - (sum * sum) / n);
  };
}

function perRow({ nRows, target, prediction }: JudgedRows, of: (error: number, target: number) => number) {
  const values = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) values[row] = of(prediction[row] - target[row], target[row]);
  return values;
}
