/** Recordings: rows that belong together, in an order, with one outcome for all of them. Words that the plan, the engine and
 *  the models share. */
import { z } from 'zod';

export const Windows = z.object({
  /** The column that names the recording of a row. */
  id: z.string(),
  /** The column that orders the rows of a recording; null where they are in the order of the file. */
  order: z.string().nullable(),
  /** Numbers that change along a recording. */
  signals: z.array(z.string()).min(1),
  /** Columns that have one value in each recording. */
  constants: z.array(z.string()),
  /** Moments that every recording is told in, the last ones: shorter recordings begin later. */
  length: z.number().int().min(1).max(4096),
  /** Rows that a moment is the mean of. */
  rowsPerMoment: z.number().int().min(1),
  /** Whether recordings differ in how many rows they have, which then is a feature. */
  areUneven: z.boolean(),
});
export type Windows = z.infer<typeof Windows>;

/** Columns that recordings are made into. The rows are in order: it ends where the recording ends. */
export const RECORDING = { rows: 'recording: rows', signals: 'recording: signals' } as const;
