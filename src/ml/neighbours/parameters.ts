/** The legal hyperparameters of nearest neighbours, as data: names as they stand in a plan, limits and defaults. */
import { z } from 'zod';

export const NeighboursParameters = z.strictObject({
  /** Neighbours that vote on each row; all rows where there are fewer. */
  k: z.number().int().min(1).max(1000).default(15),
  /** `distance` weighs each neighbour by 1 / its distance; neighbours at distance 0, if any, then vote alone. */
  weights: z.enum(['uniform', 'distance']).default('uniform'),
  /** Classes only: how many further neighbours the shares of the classes in the whole training set count as. Above 0,
   *  so that no class is impossible and no log loss infinite. */
  smoothing: z.number().min(1e-6).max(1000).default(1),
  /** Rows that are kept at most; a larger training set is thinned by a seeded draw. */
  maxRows: z.number().int().min(1).max(1_000_000).default(50_000),
});
export type NeighboursParameters = z.infer<typeof NeighboursParameters>;
