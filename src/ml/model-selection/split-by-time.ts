import type { RowSplit } from './row-split.ts';

/** Splits by time: the latest rows are the holdout, and each fold trains on all rows before the ones it judges
 *  (rolling origin). Every cut lies between two different times, the pair nearest to the wanted share; where there
 *  are fewer times than folds need, there are fewer folds.
 *  @param times Float64Array (nRows), any unit; rows without a time (NaN) count as the oldest.
 *  @param until Float64Array (nRows): when the outcome of a row is known, where that is later than its time (a forecast).
 *               Then rows whose outcome was not known yet when the judged rows begin are not trained on, and folds that
 *               this leaves with next to nothing are left out.
 *  @param gapRows of the rows before those that are judged so many at least are not trained on, and never a part of a
 *                 moment.
 *  Throws RangeError with fewer than three different times, or where nothing is left to train on. O(n log n). */
export function splitByTime(
  times: Float64Array,
  holdoutFraction: number,
  folds: number,
  until?: Float64Array,
  gapRows = 0,
): RowSplit {
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
  const before = (start: number) => {
    let last = Math.max(0, start - gapRows);
    while (last > 0 && known[order[last]] === known[order[last - 1]]) last--;
    const all = rows(0, last);
    return until ? all.filter((row) => until[row] <= known[order[start]]) : all;
  };
  const training = before(end);
  const isThinned = until !== undefined || gapRows > 0;
  const least = isThinned ? Math.max(1, LEAST_TRAINING * training.length) : 0;
  const divided = bounds
    .slice(0, -1)
    .map((start, fold) => ({ training: before(start), validation: rows(start, bounds[fold + 1]) }))
    .filter((fold) => fold.training.length >= least);
  if (divided.length === 0) {
    throw new RangeError('no outcome is known early enough to be trained on');
  }
  return { holdout: rows(end, order.length), training, folds: divided };
}

/** Share of the training rows that a fold must have, where outcomes are known late or there is a gap. */
const LEAST_TRAINING = 0.1;

/** The value nearest to `wanted`, the first of equals. @param values at least one, rising. */
function nearest(values: readonly number[], wanted: number): number {
  return values.reduce((best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best));
}
