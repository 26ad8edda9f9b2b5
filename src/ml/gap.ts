/** What must lie between the rows that are trained on and those that are judged, in a split by time: an outcome that looks
 *  ahead, or that is taken over overlapping windows, knows something of the rows after it. */
import { z } from 'zod';

/** - row: rows in the order of time; steps, in forecasts;
 *  - value: units of a column of numbers;
 *  - hour, day, week: of a column of dates. */
export const GapUnit = z.enum(['row', 'value', 'hour', 'day', 'week']);
export type GapUnit = z.infer<typeof GapUnit>;

export const Gap = z.object({ size: z.number().positive().max(1e9), unit: GapUnit });
export type Gap = z.infer<typeof Gap>;

const MS_PER_HOUR = 3_600_000;

/** What the unit is in values of the column; rows are none. */
export const GAP_DISTANCE: Readonly<Record<Exclude<GapUnit, 'row'>, number>> = {
  value: 1,
  hour: MS_PER_HOUR,
  day: 24 * MS_PER_HOUR,
  week: 168 * MS_PER_HOUR,
};

/** "30 rows", "a week" is "1 week". @param steps whether rows are the steps of series. */
export function gapName({ size, unit }: Gap, steps = false): string {
  const name = unit === 'value' ? 'unit' : unit === 'row' && steps ? 'step' : unit;
  return `${size} ${name}${size === 1 ? '' : 's'}`;
}
