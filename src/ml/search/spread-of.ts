/** How far forecasts of the folds were off, by step. */
import { learnSpread, type Spread } from '../forecasting/spread.ts';
import type { SplitTable } from './split-table.ts';

/** @param prediction Float64Array: of the folds' judged rows, in their order, in units of the target. */
export function spreadOf(
  { split, target, material }: SplitTable,
  prediction: Float64Array,
  horizon: number,
): Spread {
  const rows = split.folds.flatMap(({ validation }) => [...validation]);
  const { yardstick } = target;
  const { times, until } = material;
  if (!yardstick || !times || !until) throw new RangeError('only forecasts have a spread');
  const steps = rows.map((row) => until[row] - times[row]);
  const errors = Float64Array.from(
    rows,
    (row, i) => (target.values[row] - prediction[i]) / yardstick.scale[row],
  );
  return learnSpread(steps, errors, horizon);
}
