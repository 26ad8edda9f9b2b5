/** The pieces of a text that TF-IDF counts. */
import { z } from 'zod';

/** `words`: words of at least two letters, digits or underscores, and pairs of neighbours.
 *  `characters`: runs of 3 to 5 characters within a word and the blanks around it, so that endings and misspellings of
 *  a word share most of its pieces. */
export const NgramKind = z.enum(['words', 'characters']);
export type NgramKind = z.infer<typeof NgramKind>;

const WORD = /[\p{L}\p{N}_]{2,}/gu;
const MIN_CHARACTERS = 3;
const MAX_CHARACTERS = 5;

/** Calls `visit` for every piece of the lower-case text, as often as it occurs (scikit-learn's analyzers `word` with
 *  n-grams of 1 to 2, and `char_wb` of 3 to 5). */
export function eachNgram(text: string, kind: NgramKind, visit: (ngram: string) => void): void {
  if (kind === 'words') eachWordNgram(text.toLowerCase(), visit);
  else eachCharacterNgram(text.toLowerCase(), visit);
}

function eachWordNgram(text: string, visit: (ngram: string) => void): void {
  const words = text.match(WORD) ?? [];
  for (let i = 0; i < words.length; i++) {
    visit(words[i]);
    if (i > 0) visit(`${words[i - 1]} ${words[i]}`);
  }
}

function eachCharacterNgram(text: string, visit: (ngram: string) => void): void {
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    // Characters, not halves of them: emoji and the like take two places in a string.
    const padded = [' ', ...word, ' '];
    for (let n = MIN_CHARACTERS; n <= MAX_CHARACTERS; n++) {
      if (padded.length <= n) {
        visit(padded.join(''));
        break;
      }
      for (let i = 0; i + n <= padded.length; i++) visit(padded.slice(i, i + n).join(''));
    }
  }
}
