/** Finds what a message says about recordings: which column names them, and which one orders their rows. */
import type { Profile } from '../profile/profile.ts';
import { normalise } from './named-target.ts';
import type { Requirements } from './requirements.ts';

/** "Recording", "session", "trace": things that have many rows each. */
const THING =
  '(?:recording|window|sequence|session|trace|measurement|run|trip|gesture|heartbeat|segment|series)';
const SPEAKS = new RegExp(
  `\\b(?:each|every|per|one|whole) (?:its |the |whole )?${THING}\\b|\\b${THING}s by\\b|\\bone (?:prediction|label|answer|class|value) (?:for each|for every|per)\\b`,
);
const BY_NAME = /\bby (?:its|their|the) (?:id|ids|name|names|number|numbers)\b/;
/** Takes it back. */
const SINGLE =
  /\b(?:each|every) row (?:(?:stands )?(?:by|for)|on) (?:itself|its own)\b|\bno (?:recordings|windows|sequences)\b/;

const NAMING = [
  'by',
  'by the',
  'by its',
  'by their',
  'per',
  'each',
  'every',
  'one',
  'of one',
  'with the same',
];
const ORDERING = ['ordered by', 'in the order of', 'sorted by', 'order by', 'along'];

/** @returns null where the message takes it back that rows are recordings, undefined where it does not speak of any. */
export function namedWindows(
  text: string,
  { columns, groupColumns }: Pick<Profile, 'columns' | 'groupColumns'>,
): Requirements['windows'] | undefined {
  const words = normalise(text);
  if (SINGLE.test(words)) return null;
  if (!SPEAKS.test(words)) return undefined;
  const namedAfter = (introductions: readonly string[]) => {
    const hits = columns.filter(({ name }) =>
      introductions.some((before) => words.includes(` ${before}${normalise(name)}`)),
    );
    // "Recording id" rather than "recording".
    return hits.sort((a, b) => b.name.length - a.name.length)[0]?.name ?? null;
  };
  const order = namedAfter(ORDERING);
  const ids = columns.filter(({ name }) => groupColumns.includes(name) || / id $/.test(normalise(name)));
  const id = namedAfter(NAMING) ?? (BY_NAME.test(words) && ids.length === 1 ? ids[0]?.name : undefined);
  return id && id !== order ? { id, order } : undefined;
}
