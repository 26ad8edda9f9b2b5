/** Dates as numbers: how late, and where in the year, the week and the day (UTC). */
import { z } from 'zod';
import type { DatetimeColumn } from '../data/table.ts';

const MS_PER_DAY = 86_400_000;

const DATE_PARTS = {
  epoch_days: (ms: number) => ms / MS_PER_DAY,
  year: (ms: number) => new Date(ms).getUTCFullYear(),
  month: (ms: number) => new Date(ms).getUTCMonth() + 1,
  day_of_month: (ms: number) => new Date(ms).getUTCDate(),
  /** Monday is 1, Sunday is 7, as in ISO 8601. */
  day_of_week: (ms: number) => ((new Date(ms).getUTCDay() + 6) % 7) + 1,
  hour: (ms: number) => (ms - Math.floor(ms / MS_PER_DAY) * MS_PER_DAY) / 3_600_000,
} as const satisfies Record<string, (ms: number) => number>;

const DatePart = z.enum(Object.keys(DATE_PARTS) as [keyof typeof DATE_PARTS, ...(keyof typeof DATE_PARTS)[]]);

export const DateEncoder = z.object({ kind: z.literal('date'), parts: z.array(DatePart) });
export type DateEncoder = z.infer<typeof DateEncoder>;

/** The hour is left out where every training row is at midnight: a date without a time. */
export function fitDateEncoder(column: DatetimeColumn, rows: Uint32Array): DateEncoder {
  const hasTime = rows.some(
    (row) => column.valid[row] === 1 && (column.values[row] as number) % MS_PER_DAY !== 0,
  );
  return { kind: 'date', parts: DatePart.options.filter((part) => part !== 'hour' || hasTime) };
}

/** @returns one Float64Array (rows.length) per part, NaN where the date is missing. */
export function encodeDate(encoder: DateEncoder, column: DatetimeColumn, rows: Uint32Array): Float64Array[] {
  return encoder.parts.map((part) =>
    Float64Array.from(rows, (row) =>
      column.valid[row] ? DATE_PARTS[part](column.values[row] as number) : Number.NaN,
    ),
  );
}
