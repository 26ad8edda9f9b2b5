import type { OutOfFold } from './out-of-fold.ts';

/** Of what is saved in each unit: a row, or the rows of one group, which are not independent and count as one. */
export interface UnitGains {
  readonly count: number;
  readonly total: number;
  readonly mean: number;
  /** Between units; NaN of a single one. */
  readonly variance: number;
}

/** @param ours Float64Array (nRows): losses. @param theirs Float64Array (nRows). O(nRows). */
export function unitGains(all: OutOfFold, ours: Float64Array, theirs: Float64Array): UnitGains {
  const values = gainsOf(all, ours, theirs);
  const count = values.length;
  let total = 0;
  for (let unit = 0; unit < count; unit++) total += values[unit];
  const mean = total / count;
  let squares = 0;
  for (let unit = 0; unit < count; unit++) squares += (values[unit] - mean) ** 2;
  return { count, total, mean, variance: squares / (count - 1) };
}

function gainsOf({ nRows, groups }: OutOfFold, ours: Float64Array, theirs: Float64Array): Float64Array {
  if (!groups) {
    const gains = new Float64Array(nRows);
    for (let row = 0; row < nRows; row++) gains[row] = theirs[row] - ours[row];
    return gains;
  }
  const gains = new Map<number, number>();
  for (let row = 0; row < nRows; row++)
    gains.set(groups[row], (gains.get(groups[row]) ?? 0) + theirs[row] - ours[row]);
  return Float64Array.from(gains.values());
}
