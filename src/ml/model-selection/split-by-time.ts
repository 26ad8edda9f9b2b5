import type { RowSplit } from './row-split.ts';

/** Splits by time: the latest rows are the holdout, and each fold trains on all rows before the ones it judges
 *  (rolling origin). Every cut lies between two different times, the pair nearest to the wanted share; where there
 *  are fewer times than folds need, there are fewer folds.
 *  @param times Float64Array (nRows), any unit; rows without a time (NaN) count as the oldest.
 *  Throws RangeError with fewer than three different times. O(n log n). */
export function splitByTime(times: Float64Array, holdoutFraction: number, folds: number): RowSplit {
  const known = times.map((time) => (Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time));
  const order = Uint32Array.from(known, (_, row) => row).sort((a, b) =>
    known[a] < known[b] ? -1 : known[a] > known[b] ? 1 : a - b,
  );
  const cuts: number[] = []; // positions in `order` where a new time begins
  for (let i = 1; i < order.length; i++) {
    if (known[order[i]] !== known[order[i - 1]]) cuts.push(i);
  }
  if (cuts.length < 2) {
    throw new RangeError(
      `a split by time needs at least 3 different times, and there are ${cuts.length + 1}`,
    );
  }
  const end = nearest(cuts.slice(1), order.length * (1 - holdoutFraction)); // the first cut is kept for the folds
  const inTraining = cuts.filter((cut) => cut < end);
  const starts = new Set<number>();
  for (let fold = 1; fold <= folds; fold++) starts.add(nearest(inTraining, (end * fold) / (folds + 1)));
  const bounds = [...starts, end]; // rising, because the wanted positions rise
  const rows = (from: number, to: number) => order.slice(from, to).sort();
  return {
    holdout: rows(end, order.length),
    training: rows(0, end),
    folds: bounds.slice(0, -1).map((start, fold) => ({
      training: rows(0, start),
      validation: rows(start, bounds[fold + 1]),
    })),
  };
}

/** The value nearest to `wanted`, the first of equals. @param values at least one, rising. */
function nearest(values: readonly number[], wanted: number): number {
  return values.reduce((best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best));
}
