/** The best rising function of a score, by pool adjacent violators (Ayer et al. 1955; Zadrozny and Elkan 2002). */

import { z } from 'zod';
import { risingOrder } from '../data/rising-order.ts';

const isAscending = (values: readonly number[]) =>
  values.every((value, i) => i === 0 || value > values[i - 1]);

/** Straight lines between knots, level beyond the outer ones.
 *  @property at    scores, ascending. @property share of the rows there that came true, rising. */
export const Steps = z
  .object({ at: z.array(z.number()).min(1), share: z.array(z.number().min(0).max(1)) })
  .refine(({ at, share }) => at.length === share.length && isAscending(at), 'the knots are not in order');
export type Steps = z.infer<typeof Steps>;

/** Rows of neighbouring scores whose outcomes are averaged. */
interface Pool {
  readonly first: number;
  readonly last: number;
  readonly rows: number;
  readonly sum: number;
}

/** @param scores Float64Array (nRows). @param outcomes Uint8Array (nRows): 1 or 0. Rows of one score count as one knot.
 *  O(n log n). */
export function fitSteps(scores: Float64Array, outcomes: Uint8Array): Steps {
  const order = risingOrder(scores);
  const pools: Pool[] = [];
  for (let i = 0; i < order.length; ) {
    const score = scores[order[i]];
    let sum = 0;
    let rows = 0;
    for (; i < order.length && scores[order[i]] === score; i++, rows++) sum += outcomes[order[i]];
    let pool: Pool = { first: score, last: score, rows, sum };
    // Of two neighbours that fall, neither is right: their mean stands for both.
    for (let before = pools.at(-1); before && before.sum * pool.rows >= pool.sum * before.rows; ) {
      pools.pop();
      pool = {
        first: before.first,
        last: pool.last,
        rows: before.rows + pool.rows,
        sum: before.sum + pool.sum,
      };
      before = pools.at(-1);
    }
    pools.push(pool);
  }
  const knots = pools.flatMap(({ first, last, rows, sum }) =>
    [first, ...(last > first ? [last] : [])].map((at) => ({ at, share: sum / rows })),
  );
  return { at: knots.map(({ at }) => at), share: knots.map(({ share }) => share) };
}

/** O(log knots). */
export function applySteps({ at, share }: Steps, score: number): number {
  let low = 0;
  let high = at.length - 1;
  if (!(score > at[low])) return share[low];
  if (score >= at[high]) return share[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= score) low = middle;
    else high = middle;
  }
  return share[low] + ((share[high] - share[low]) * (score - at[low])) / (at[high] - at[low]);
}
