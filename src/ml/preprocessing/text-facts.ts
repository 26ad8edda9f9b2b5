/** Free text as numbers: a few simple facts of each text, and which frequent words it holds. */
import { z } from 'zod';
import type { TextColumn } from '../data/table.ts';

const MAX_TERMS = 100;
/** Words in fewer training rows than this teach nothing; words in more than half of them hardly distinguish. */
const MIN_ROWS_PER_TERM = 10;
const MAX_SHARE_OF_ROWS = 0.5;

const FACTS = {
  characters: (text: string) => text.length,
  words: (text: string) => text.split(/\s+/).filter(Boolean).length,
  digits: (text: string) => text.match(/\d/g)?.length ?? 0,
  capitals: (text: string) => text.match(/\p{Lu}/gu)?.length ?? 0,
  exclamation_marks: (text: string) => text.match(/!/g)?.length ?? 0,
  question_marks: (text: string) => text.match(/\?/g)?.length ?? 0,
} as const;

export const TextEncoder = z.object({
  kind: z.literal('text'),
  /** Lower-case words, most frequent first. */
  terms: z.array(z.string()),
});
export type TextEncoder = z.infer<typeof TextEncoder>;

/** The words that are in the most training rows; none of them where TF-IDF does their work.
 *  O(total length of the texts). */
export function fitTextEncoder(column: TextColumn, rows: Uint32Array, words: boolean): TextEncoder {
  if (!words) return { kind: 'text', terms: [] };
  const rowsWith = new Map<string, number>();
  for (const row of rows) {
    for (const term of termsOf(column.values[row] as string)) {
      rowsWith.set(term, (rowsWith.get(term) ?? 0) + 1);
    }
  }
  const terms = [...rowsWith]
    .filter(([, count]) => count >= MIN_ROWS_PER_TERM && count <= rows.length * MAX_SHARE_OF_ROWS)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, MAX_TERMS)
    .map(([term]) => term);
  return { kind: 'text', terms };
}

/** What each column of `encodeText` stands for. */
export function textLabels(encoder: TextEncoder): string[] {
  return [...Object.keys(FACTS), ...encoder.terms.map((term) => `contains "${term}"`)];
}

/** @returns one Float64Array (rows.length) per label; facts are NaN where the text is missing, words are 0. */
export function encodeText(encoder: TextEncoder, column: TextColumn, rows: Uint32Array): Float64Array[] {
  const facts = Object.values(FACTS).map((fact) => {
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      values[i] = column.valid[rows[i]] ? fact(column.values[rows[i]]) : Number.NaN;
    }
    return values;
  });
  const words = encoder.terms.map(() => new Float64Array(rows.length));
  const columnOf = new Map(encoder.terms.map((term, place) => [term, words[place] as Float64Array]));
  for (let i = 0; i < rows.length && words.length > 0; i++) {
    for (const term of termsOf(column.values[rows[i] as number] as string)) {
      const hot = columnOf.get(term);
      if (hot) hot[i] = 1;
    }
  }
  return [...facts, ...words];
}

/** Distinct words of at least two letters, in lower case. */
function termsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}']{2,}/gu) ?? []);
}
