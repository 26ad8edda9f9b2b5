/** How a table of transactions is read, and as of when. */
import { z } from 'zod';

export const MS_PER_DAY = 86_400_000;

export const TransactionColumns = z.object({
  /** Who: a customer, an account, a device. */
  entity: z.string(),
  /** When. */
  date: z.string(),
  /** How much: numbers that are summed. */
  amounts: z.array(z.string()),
  /** Of what kind: shop, product, channel. */
  categories: z.array(z.string()),
});
export type TransactionColumns = z.infer<typeof TransactionColumns>;

export const TransactionSpec = z.object({
  ...TransactionColumns.shape,
  /** Only what lies before this moment is used (ms since 1970). */
  cutoffMs: z.number(),
  /** Lengths of the windows that end at the cutoff. */
  windowsDays: z.array(z.number().int().min(1).max(3650)).default([30, 90, 365]),
  /** Trends are slopes over so many periods of so many days, the last of which ends at the cutoff. */
  periodDays: z.number().int().min(1).max(366).default(30),
  nPeriods: z.number().int().min(2).max(60).default(6),
});
export type TransactionSpec = z.infer<typeof TransactionSpec>;
