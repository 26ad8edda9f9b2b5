/** Dates and times as people write them, read as UTC where they name no zone. */

/** The order of the parts of a column's dates. */
export type DateStyle = 'year-first' | 'day-first' | 'month-first' | 'named-month';

const TIME = String.raw`(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]m)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${TIME}$`, 'i');
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${TIME}$`, 'i');
const DAY_NAMED = new RegExp(String.raw`^(\d{1,2})[- ]([a-z]{3,9})\.?[- ,]+(\d{4})${TIME}$`, 'i');
const NAMED_DAY = new RegExp(String.raw`^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})${TIME}$`, 'i');
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** @returns milliseconds since 1970-01-01T00:00:00Z, or undefined where the text is no date of that style or names
 *  a day that does not exist (2023-02-30). */
export function parseDate(text: string, style: DateStyle): number | undefined {
  switch (style) {
    case 'year-first': {
      const parts = YEAR_FIRST.exec(text);
      return parts ? toMs(parts[1], Number(parts[3]), parts[4], parts.slice(5)) : undefined;
    }
    case 'month-first': {
      const parts = YEAR_LAST.exec(text);
      return parts ? toMs(parts[4], Number(parts[1]), parts[3], parts.slice(5)) : undefined;
    }
    case 'day-first': {
      const parts = YEAR_LAST.exec(text);
      return parts ? toMs(parts[4], Number(parts[3]), parts[1], parts.slice(5)) : undefined;
    }
    case 'named-month': {
      const dayFirst = DAY_NAMED.exec(text);
      if (dayFirst) return toMs(dayFirst[3], monthNumber(dayFirst[2]), dayFirst[1], dayFirst.slice(4));
      const monthFirst = NAMED_DAY.exec(text);
      if (monthFirst)
        return toMs(monthFirst[3], monthNumber(monthFirst[1]), monthFirst[2], monthFirst.slice(4));
      return undefined;
    }
  }
}

/** The style that reads every text, or undefined. When 03/04/2024 could be either, and no other cell decides, the
 *  month is taken to come first and `ambiguous` is true. */
export function dateStyle(texts: readonly string[]): { style: DateStyle; ambiguous: boolean } | undefined {
  if (texts.length === 0) return undefined;
  const reads = (style: DateStyle) => texts.every((text) => parseDate(text, style) !== undefined);
  for (const style of ['year-first', 'named-month'] as const) {
    if (reads(style)) return { style, ambiguous: false };
  }
  const monthFirst = reads('month-first');
  const dayFirst = reads('day-first');
  if (monthFirst) return { style: 'month-first', ambiguous: dayFirst };
  if (dayFirst) return { style: 'day-first', ambiguous: false };
  return undefined;
}

function monthNumber(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

function toMs(
  year: string,
  month: number,
  day: string,
  [hour, minute, second, fraction, half, zone]: (string | undefined)[],
): number | undefined {
  const days = Date.UTC(Number(year), month - 1, Number(day));
  const date = new Date(days);
  if (month < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (hour === undefined) return days;
  let hours = Number(hour);
  if (half) {
    if (hours < 1 || hours > 12) return undefined;
    hours = (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  }
  if (hours > 24 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined;
  const ms = fraction ? Math.floor(Number(`0.${fraction}`) * 1000) : 0;
  return days + hours * 3_600_000 + Number(minute) * 60_000 + Number(second ?? 0) * 1000 + ms - zoneMs(zone);
}

function zoneMs(zone: string | undefined): number {
  const parts = zone ? /^([+-])(\d{2}):?(\d{2})$/.exec(zone) : null;
  if (!parts) return 0;
  const ms = Number(parts[2]) * 3_600_000 + Number(parts[3]) * 60_000;
  return parts[1] === '-' ? -ms : ms;
}
