/** Which rows a tree is grown from. */
import type { Random } from '../random.ts';

/** A row of weight 0 is in no bag. */
export interface Bag {
  /** Uint32Array, ascending: the tree's rows. */
  readonly inside: Uint32Array;
  /** Uint32Array: how often each of them was drawn. */
  readonly times: Uint32Array;
  /** Uint32Array, ascending: all other rows. */
  readonly outside: Uint32Array;
}

/** Draws as many rows as count, with replacement (Breiman 1996). O(nRows).
 *  @param counting Uint32Array, ascending: the rows that count. @param nRows counting or not. */
export function drawBag(counting: Uint32Array, nRows: number, random: Random): Bag {
  const times = new Uint32Array(nRows);
  for (let i = 0; i < counting.length; i++) times[counting[random.integer(counting.length)]]++;
  return bagOf(times);
}

/** Every row that counts, once. */
export function wholeBag(counting: Uint32Array, nRows: number): Bag {
  const times = new Uint32Array(nRows);
  for (const row of counting) times[row] = 1;
  return bagOf(times);
}

function bagOf(times: Uint32Array): Bag {
  let nInside = 0;
  for (let row = 0; row < times.length; row++) nInside += times[row] > 0 ? 1 : 0;
  const inside = new Uint32Array(nInside);
  const outside = new Uint32Array(times.length - nInside);
  let at = 0;
  for (let row = 0; row < times.length; row++) {
    if (times[row] > 0) inside[at++] = row;
    else outside[row - at] = row;
  }
  return { inside, times: Uint32Array.from(inside, (row) => times[row]), outside };
}
