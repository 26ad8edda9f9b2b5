/** Which rows each thread of a fit has to itself, from the first tree to the last: what one thread writes stays in its
 *  cache, and no other waits for it.
 *
 *  Rows come in stripes, and every thread has every so many-th of them: where rows are sorted, a node that holds a range of
 *  them still has work for all. */

/** Few enough that the threads have about equally many, and enough that memory is read in long runs. */
export const ROWS_PER_STRIPE = 1024;

/** Rows of a node in one share: `[start, end)` of a list of row numbers in which the shares follow each other. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where the shares begin in a list of all rows. */
export function shareStarts(nRows: number, nShares: number): number[] {
  const starts: number[] = [];
  let start = 0;
  for (let share = 0; share < nShares; share++) {
    starts.push(start);
    for (let row = share * ROWS_PER_STRIPE; row < nRows; row += nShares * ROWS_PER_STRIPE) {
      start += Math.min(ROWS_PER_STRIPE, nRows - row);
    }
  }
  return starts;
}

/** Deals some of the rows out.
 *  @param rows Uint32Array, ascending. @param starts see `shareStarts`. @param list Uint32Array, overwritten. */
export function dealRows(rows: Uint32Array, starts: readonly number[], list: Uint32Array): Range[] {
  const ends = [...starts];
  for (let from = 0, to = 0; from < rows.length; from = to) {
    const stripe = Math.floor(rows[from] / ROWS_PER_STRIPE);
    while (to < rows.length && rows[to] < (stripe + 1) * ROWS_PER_STRIPE) to++;
    const share = stripe % starts.length;
    list.set(rows.subarray(from, to), ends[share]);
    ends[share] += to - from;
  }
  return starts.map((start, share) => ({ start, end: ends[share] }));
}
