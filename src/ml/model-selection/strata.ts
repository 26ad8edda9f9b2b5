import { risingOrder } from '../data/rising-order.ts';
import type { Task } from '../experiment.ts';

/** Strata of equal target: the class, or in regression one of up to `MAX_BINS` quantile ranges.
 *  @property of    Int32Array (nRows): stratum of each row. @property count number of strata. */
export interface Strata {
  readonly of: Int32Array;
  readonly count: number;
}

const MAX_BINS = 10;
/** Rows per quantile bin below which fewer bins are made: enough for one per fold of the largest usual plan. */
const MIN_ROWS_PER_BIN = 10;

/** @param target Float64Array (nRows): the value in regression, else the class index. O(n log n) in regression. */
export function targetStrata(task: Task, target: Float64Array, nClasses: number): Strata {
  if (task !== 'regression') return { of: Int32Array.from(target), count: nClasses };
  const n = target.length;
  const count = Math.max(1, Math.min(MAX_BINS, Math.floor(n / MIN_ROWS_PER_BIN)));
  const order = risingOrder(target);
  const of = new Int32Array(n);
  order.forEach((row, rank) => {
    of[row] = Math.floor((rank * count) / n);
  });
  return { of, count };
}

/** Divides every class into bands of equal size by how typical its rows are, so that each part of a split gets its
 *  share of the easy and of the hard ones. Small classes get fewer bands.
 *  @param typicality Float64Array (nRows): typicality.ts. O(n log n). */
export function bandedStrata(classes: Strata, typicality: Float64Array): Strata {
  const members: number[][] = Array.from({ length: classes.count }, () => []);
  for (let row = 0; row < classes.of.length; row++) members[classes.of[row]].push(row);
  const of = new Int32Array(classes.of.length);
  let count = 0;
  for (const rows of members) {
    const bands = Math.max(1, Math.min(MAX_BINS, Math.floor(rows.length / MIN_ROWS_PER_BIN)));
    rows.sort((a, b) => typicality[a] - typicality[b] || a - b);
    rows.forEach((row, rank) => {
      of[row] = count + Math.floor((rank * bands) / rows.length);
    });
    count += bands;
  }
  return { of, count };
}

/** One stratum for all rows. */
export function singleStratum(nRows: number): Strata {
  return { of: new Int32Array(nRows), count: 1 };
}
