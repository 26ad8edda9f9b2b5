/** What a run keeps beside its report for the chapters that people ask for later: one value for each chapter. Gathered by
 *  `ml/search/gather-evidence.ts`, stored as an artifact of its own, so that a conversation does not carry it along. */
import { z } from 'zod';
import type { Judgement } from './judgement.ts';

/** What was said of the held-out rows. */
export const HeldOut = z.object({
  /** Of how many rows these are: all, or evenly thinned. */
  of: z.number().int(),
  /** Numbers in the table that was uploaded, from 0, ascending. */
  rows: z.array(z.number().int()),
  /** Value or class index of each. */
  actual: z.array(z.number()),
  /** One list for each class, or for the value; each as long as `rows`. */
  predicted: z.array(z.array(z.number())),
});
export type HeldOut = z.infer<typeof HeldOut>;

export const Evidence = z.object({
  /** Null in forecasts, whose rows are not those of the table. */
  heldOut: HeldOut.nullable(),
});
export type Evidence = z.infer<typeof Evidence>;

/** What the engine says of a run's model: the part that makes the report, and the part that waits to be asked for. */
export type Judged = Judgement & { readonly evidence?: Evidence };
