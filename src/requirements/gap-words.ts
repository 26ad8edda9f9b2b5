/** A gap as people write it. */
import type { GapUnit } from '../ml/gap.ts';
import type { Requirements } from './requirements.ts';

const UNITS: readonly (readonly [RegExp, GapUnit])[] = [
  [/^(?:rows?|steps?|)$/, 'row'],
  [/^(?:u|units?|values?)$/, 'value'],
  [/^(?:h|hours?)$/, 'hour'],
  [/^(?:d|days?)$/, 'day'],
  [/^(?:w|weeks?)$/, 'week'],
];

/** "30" and "30 rows" are rows; "7d", "12 hours", "2 weeks" time; "2 units" what a column of numbers counts; "none" is 0.
 *  @returns null where it is none of these. */
export function readGap(text: string): NonNullable<Requirements['gap']> | null {
  const words = text.trim().toLowerCase();
  if (/^(?:0|none|no gap)$/.test(words)) return { size: 0, unit: 'row' };
  const [, amount, name = ''] = /^(\d{1,9}(?:\.\d{1,6})?)\s*([a-z]*)$/.exec(words) ?? [];
  const unit = amount === undefined ? undefined : UNITS.find(([pattern]) => pattern.test(name))?.[1];
  if (unit === undefined) return null;
  const size = Number(amount);
  return unit === 'row' && !Number.isInteger(size) ? null : { size, unit };
}

export const GAP_EXAMPLES = '30 rows, 7 days, 12 hours, 2 weeks or none; 2 units for a column of numbers';
