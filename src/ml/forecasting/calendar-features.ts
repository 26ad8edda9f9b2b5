/** What the calendar says about the moment that is forecast. */
import type { Forecast } from '../forecast.ts';
import type { FeatureOfMoment } from './moment.ts';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_WEEK, timeAt } from './time-grid.ts';

interface CalendarPart {
  readonly name: string;
  /** Steps longer than this have no such part. */
  readonly longestStepMs: number;
  readonly of: (date: Date) => number;
  readonly categories?: readonly string[];
}

const MONTH_MS = 31 * MS_PER_DAY;

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
// Numbered, so that their order is that of the alphabet. The week is from Monday, so that its end lies together.
const WEEKDAYS = ['1 Mon', '2 Tue', '3 Wed', '4 Thu', '5 Fri', '6 Sat', '7 Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map(
  (name, month) => `${String(month + 1).padStart(2, '0')} ${name}`,
);

const PARTS: readonly CalendarPart[] = [
  { name: 'minute', longestStepMs: MS_PER_HOUR / 2, of: (date) => date.getUTCMinutes() },
  { name: 'hour', longestStepMs: MS_PER_DAY / 2, of: (date) => date.getUTCHours(), categories: HOURS },
  {
    name: 'weekday',
    longestStepMs: MS_PER_DAY,
    of: (date) => (date.getUTCDay() + 6) % 7,
    categories: WEEKDAYS,
  },
  { name: 'day of the month', longestStepMs: MS_PER_WEEK, of: (date) => date.getUTCDate() },
  {
    name: 'days to the end of the month',
    longestStepMs: MS_PER_DAY,
    of: (date) =>
      new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - date.getUTCDate(),
  },
  { name: 'month', longestStepMs: MONTH_MS, of: (date) => date.getUTCMonth(), categories: MONTHS },
  {
    name: 'day of the year',
    longestStepMs: MS_PER_WEEK,
    of: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / MS_PER_DAY) + 1,
  },
];

export function calendarFeatures({ step }: Forecast): FeatureOfMoment[] {
  const stepMs = step.unit === 'month' ? step.size * MONTH_MS : step.size;
  return PARTS.filter(({ longestStepMs }) => stepMs <= longestStepMs).map(({ name, of, categories }) => ({
    name,
    of: ({ grid, to }) => of(new Date(timeAt(grid, to))),
    ...(categories && { categories }),
  }));
}
