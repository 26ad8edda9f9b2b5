/** Dates as numbers: how late, and where in the year, the week and the day (UTC). */
import { z } from 'zod';
import type { DatetimeColumn } from '../data/table.ts';

const MS_PER_DAY = 86_400_000;
const TURN = 2 * Math.PI;

interface DateFields {
  readonly ms: number;
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Monday is 1, Sunday is 7, as in ISO 8601. */
  readonly weekday: number;
  /** 0 up to 24, with its fraction. */
  readonly hour: number;
}

const DATE_PARTS = {
  epoch_days: ({ ms }) => ms / MS_PER_DAY,
  year: ({ year }) => year,
  month: ({ month }) => month,
  day_of_month: ({ day }) => day,
  day_of_week: ({ weekday }) => weekday,
  hour: ({ hour }) => hour,
  // Places on a circle, on which December lies beside January.
  month_sin: ({ month }) => Math.sin((TURN * (month - 1)) / 12),
  month_cos: ({ month }) => Math.cos((TURN * (month - 1)) / 12),
  day_of_week_sin: ({ weekday }) => Math.sin((TURN * (weekday - 1)) / 7),
  day_of_week_cos: ({ weekday }) => Math.cos((TURN * (weekday - 1)) / 7),
  hour_sin: ({ hour }) => Math.sin((TURN * hour) / 24),
  hour_cos: ({ hour }) => Math.cos((TURN * hour) / 24),
} as const satisfies Record<string, (date: DateFields) => number>;

const DatePart = z.enum(Object.keys(DATE_PARTS) as [keyof typeof DATE_PARTS, ...(keyof typeof DATE_PARTS)[]]);
export type DatePart = z.infer<typeof DatePart>;

export const DateEncoder = z.object({ kind: z.literal('date'), parts: z.array(DatePart) });
export type DateEncoder = z.infer<typeof DateEncoder>;

/** Whether a part is a place on a circle: within [-1, 1], with 0, the centre, for a missing date. */
export function isCyclical(part: DatePart): boolean {
  return part.endsWith('_sin') || part.endsWith('_cos');
}

/** The hour is left out where every training row is at midnight: a date without a time.
 *  @param cyclical whether month, day of the week and hour come as places on a circle as well. */
export function fitDateEncoder(column: DatetimeColumn, rows: Uint32Array, cyclical: boolean): DateEncoder {
  const hasTime = rows.some((row) => column.valid[row] === 1 && column.values[row] % MS_PER_DAY !== 0);
  const parts = DatePart.options.filter(
    (part) => (hasTime || !part.startsWith('hour')) && (cyclical || !isCyclical(part)),
  );
  return { kind: 'date', parts };
}

/** @returns one Float64Array (rows.length) per part, NaN where the date is missing. */
export function encodeDate(encoder: DateEncoder, column: DatetimeColumn, rows: Uint32Array): Float64Array[] {
  const columns = encoder.parts.map(() => new Float64Array(rows.length).fill(Number.NaN));
  const parts = encoder.parts.map((part) => DATE_PARTS[part]);
  for (let i = 0; i < rows.length; i++) {
    if (!column.valid[rows[i]]) continue;
    const fields = fieldsOf(column.values[rows[i]]);
    for (let j = 0; j < parts.length; j++) columns[j][i] = parts[j](fields);
  }
  return columns;
}

function fieldsOf(ms: number): DateFields {
  const date = new Date(ms);
  return {
    ms,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: ((date.getUTCDay() + 6) % 7) + 1,
    hour: (ms - Math.floor(ms / MS_PER_DAY) * MS_PER_DAY) / 3_600_000,
  };
}
