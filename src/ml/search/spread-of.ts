/** How far forecasts of the folds were off, by step. */
import { learnSpread, type Spread } from '../forecasting/spread.ts';
import type { SplitTable } from './split-table.ts';

/** Folds that learned from less than this share of the training rows say too little of the model that people get. */
const LEAST_TRAINED = 1 / 3;

/** @param prediction Float64Array: of the folds' judged rows, in their order, in units of the target. */
export function spreadOf(
  { split, target, material }: SplitTable,
  prediction: Float64Array,
  horizon: number,
): Spread {
  const fold = split.folds.flatMap(({ validation }, at) => Array.from(validation, () => at));
  const all = split.folds.flatMap(({ validation }) => [...validation]);
  const { yardstick } = target;
  const { times, until } = material;
  if (!yardstick || !times || !until) throw new RangeError('only forecasts have a spread');
  const learnedEnough = (at: number) =>
    (split.folds[at]?.training.length ?? 0) >= LEAST_TRAINED * split.training.length;
  const isUsed = fold.some(learnedEnough) ? learnedEnough : () => true;
  const used = all.map((row, i) => ({ row, i })).filter(({ i }) => isUsed(fold[i]));
  const steps = used.map(({ row }) => until[row] - times[row]);
  const errors = Float64Array.from(
    used,
    ({ row, i }) => (target.values[row] - prediction[i]) / yardstick.scale[row],
  );
  return learnSpread(steps, errors, horizon);
}
