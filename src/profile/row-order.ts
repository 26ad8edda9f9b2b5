/** What the order of the rows says. */
import type { DatetimeColumn, NumericColumn } from '../ml/data/table.ts';

/** Whether a column counts the rows: whole numbers, each one more (or each one less) than in the row before. */
export function isCounter({ values, valid }: NumericColumn): boolean {
  const n = values.length;
  if (n < 3) return false;
  const step = values[1] - values[0];
  if (Math.abs(step) !== 1 || !Number.isInteger(values[0])) return false;
  for (let row = 0; row < n; row++) {
    if (!valid[row] || (row > 0 && values[row] - values[row - 1] !== step)) return false;
  }
  return true;
}

/** Whether values never fall, or never rise, from row to row, up to 1% exceptions. Missing rows are passed over. */
export function isOrdered({ values, valid }: NumericColumn | DatetimeColumn): boolean {
  let rises = 0;
  let falls = 0;
  let previous = Number.NaN;
  for (let row = 0; row < values.length; row++) {
    if (!valid[row]) continue;
    if (values[row] > previous) rises++;
    else if (values[row] < previous) falls++;
    previous = values[row];
  }
  return rises + falls > 0 && Math.min(rises, falls) <= 0.01 * (rises + falls);
}
