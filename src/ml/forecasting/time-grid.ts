/** Times as whole numbers of steps, so that a lag is a subtraction. */
import type { Step } from '../forecast.ts';

export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 24 * MS_PER_HOUR;
export const MS_PER_WEEK = 7 * MS_PER_DAY;
export const WEEKS_PER_YEAR = 52;
const MONTHS_PER_YEAR = 12;
const MS_PER_YEAR = 365.25 * MS_PER_DAY;
const LONGEST_SEASON = 400;

/** How far a time may lie from its place, as a share of a step. */
const TOLERANCE = 0.2;

/** @property originMs the time of place 0, in milliseconds since 1970. In steps of months it also tells the day that
 *                     dates are written with: the first, say, or the last for dates that end their month. */
export interface TimeGrid {
  readonly step: Step;
  readonly originMs: number;
}

/** @returns the place of the time, or null where it lies between two places. A month has one place, whatever the day. */
export function placeOf({ step, originMs }: TimeGrid, ms: number): number | null {
  if (step.unit === 'month') {
    const months = monthNumber(ms) - monthNumber(originMs);
    return months % step.size === 0 ? months / step.size : null;
  }
  const exact = (ms - originMs) / step.size;
  const place = Math.round(exact);
  return Math.abs(exact - place) <= TOLERANCE ? place : null;
}

/** The inverse, milliseconds since 1970. */
export function timeAt({ step, originMs }: TimeGrid, place: number): number {
  if (step.unit === 'millisecond') return originMs + place * step.size;
  const origin = new Date(originMs);
  const months = monthNumber(originMs) + place * step.size;
  const year = Math.floor(months / MONTHS_PER_YEAR);
  const month = months - year * MONTHS_PER_YEAR;
  const last = lastDayOf(year, month);
  const endsMonth = origin.getUTCDate() === lastDayOf(origin.getUTCFullYear(), origin.getUTCMonth());
  const day = endsMonth ? last : Math.min(origin.getUTCDate(), last);
  return Date.UTC(year, month, day) + (originMs - Math.floor(originMs / MS_PER_DAY) * MS_PER_DAY);
}

function monthNumber(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * MONTHS_PER_YEAR + date.getUTCMonth();
}

function lastDayOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

/** About how long a step is. */
export function stepMs({ unit, size }: Step): number {
  return unit === 'month' ? (size * MS_PER_YEAR) / MONTHS_PER_YEAR : size;
}

/** After how many steps of this length a pattern usually returns: a week of days, a day and a week of hours, a year of
 *  months; the shortest first. Empty where nothing is usual. */
export function usualSeasons({ unit, size }: Step): number[] {
  const whole = (length: number) => (length % size === 0 && length / size >= 2 ? [length / size] : []);
  if (unit === 'month') return whole(MONTHS_PER_YEAR);
  if (size === MS_PER_WEEK) return [WEEKS_PER_YEAR];
  if (size === MS_PER_DAY) return whole(MS_PER_WEEK);
  return [...whole(MS_PER_HOUR), ...whole(MS_PER_DAY), ...whole(MS_PER_WEEK)].filter(
    (season) => season <= LONGEST_SEASON,
  );
}

/** One step and several as people say them: "day" and "days", "3 hours" and "times 3 hours". */
export function stepWords({ unit, size }: Step): { readonly one: string; readonly many: string } {
  const units: readonly (readonly [number, string])[] = unit === 'month' ? MONTH_UNITS : MS_UNITS;
  const [length, name] = units.find(([length]) => size % length === 0) as readonly [number, string];
  const per = size / length;
  // "42 times 3 hours" rather than "126 hours": what is counted are the steps.
  return per === 1
    ? { one: name, many: `${name}s` }
    : { one: `${per} ${name}s`, many: `times ${per} ${name}s` };
}

/** So many steps in words: "14 days", "8 quarters"; one of them without the number. */
export function nameSteps(step: Step, count: number): string {
  const { one, many } = stepWords(step);
  return count === 1 ? one : `${count} ${many}`;
}

const MONTH_UNITS = [
  [12, 'year'],
  [3, 'quarter'],
  [1, 'month'],
] as const;
const MS_UNITS = [
  [MS_PER_WEEK, 'week'],
  [MS_PER_DAY, 'day'],
  [MS_PER_HOUR, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
  [1, 'millisecond'],
] as const;
