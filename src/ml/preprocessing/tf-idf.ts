/** Texts as weighted counts of their words or pieces: frequent in the text weighs more, frequent everywhere less.
 *
 *  Weight of a term in a text: (1 + log count) × (log((1 + n) / (1 + texts that hold it)) + 1), then every text is
 *  brought to length 1 (scikit-learn's TfidfVectorizer with `sublinear_tf`). Two forms: of a vocabulary, whose terms
 *  can be named, and hashed into buckets, which needs none and takes new words, too. */
import { z } from 'zod';
import type { TextColumn } from '../data/table.ts';
import { murmur3 } from './murmur3.ts';
import { eachNgram, NgramKind } from './n-grams.ts';

export const TfIdfEncoder = z.object({
  kind: z.literal('tfidf'),
  ngrams: NgramKind,
  terms: z.array(z.string()),
  idf: z.array(z.number()),
});
export type TfIdfEncoder = z.infer<typeof TfIdfEncoder>;

export const HashedTextEncoder = z.object({
  kind: z.literal('hashed'),
  ngrams: NgramKind,
  /** One per bucket. */
  idf: z.array(z.number()),
});
export type HashedTextEncoder = z.infer<typeof HashedTextEncoder>;

/** The vocabulary is taken from texts of at most so many characters together: more teach it nothing new, and every
 *  character starts three pieces. */
const MAX_CHARACTERS_READ = { words: 20_000_000, characters: 3_000_000 } as const;

export interface TfIdfOptions {
  readonly ngrams: NgramKind;
  /** Training texts that must hold a term. */
  readonly minRows: number;
  /** The terms with the highest total count are kept (ties: by code unit). */
  readonly maxTerms: number;
}

/** O(characters read). Missing texts count as empty ones. */
export function fitTfIdf(column: TextColumn, rows: Uint32Array, options: TfIdfOptions): TfIdfEncoder {
  const { ngrams, minRows, maxTerms } = options;
  const read = textsToRead(column, rows, MAX_CHARACTERS_READ[ngrams]);
  const found = new Map<string, { count: number; texts: number; last: number }>();
  read.forEach((row, i) => {
    eachNgram(column.values[row], ngrams, (term) => {
      const entry = found.get(term);
      if (!entry) found.set(term, { count: 1, texts: 1, last: i });
      else {
        entry.count++;
        if (entry.last !== i) {
          entry.texts++;
          entry.last = i;
        }
      }
    });
  });
  const kept = [...found]
    .filter(([, { texts }]) => texts >= minRows)
    .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
    .slice(0, maxTerms);
  return {
    kind: 'tfidf',
    ngrams,
    terms: kept.map(([term]) => term),
    idf: kept.map(([, { texts }]) => inverseFrequency(read.length, texts)),
  };
}

/** @returns one Float64Array (rows.length) per term, 0 in texts that hold none; never NaN. */
export function encodeTfIdf(encoder: TfIdfEncoder, column: TextColumn, rows: Uint32Array): Float64Array[] {
  const placeOf = new Map(encoder.terms.map((term, place) => [term, place]));
  const idf = Float64Array.from(encoder.idf);
  const columns = encoder.terms.map(() => new Float64Array(rows.length));
  const counts = new Uint32Array(idf.length);
  let held: number[] = [];
  const visit = (term: string) => {
    const place = placeOf.get(term);
    if (place === undefined) return;
    if (counts[place]++ === 0) held.push(place);
  };
  for (let i = 0; i < rows.length; i++) {
    held = [];
    eachNgram(column.values[rows[i]], encoder.ngrams, visit);
    let squares = 0;
    for (const place of held) squares += (weight(counts[place]) * idf[place]) ** 2;
    const length = Math.sqrt(squares);
    for (const place of held) {
      columns[place][i] = (weight(counts[place]) * idf[place]) / length;
      counts[place] = 0;
    }
  }
  return columns;
}

/** What each column of `encodeTfIdf` stands for. */
export function tfIdfLabels({ ngrams, terms }: TfIdfEncoder): string[] {
  return terms.map((term) =>
    ngrams === 'words' ? `weight of "${term}"` : `weight of the letters "${term}"`,
  );
}

/** @param nBuckets a power of two. */
export function fitHashedText(
  column: TextColumn,
  rows: Uint32Array,
  ngrams: NgramKind,
  nBuckets: number,
): HashedTextEncoder {
  const read = textsToRead(column, rows, MAX_CHARACTERS_READ[ngrams]);
  const texts = new Uint32Array(nBuckets);
  const last = new Int32Array(nBuckets).fill(-1);
  read.forEach((row, i) => {
    eachNgram(column.values[row], ngrams, (term) => {
      const { bucket } = placeOfHash(murmur3(term), nBuckets);
      if (last[bucket] === i) return;
      last[bucket] = i;
      texts[bucket]++;
    });
  });
  return { kind: 'hashed', ngrams, idf: Array.from(texts, (n) => inverseFrequency(read.length, n)) };
}

/** Half of the terms count negatively, so that terms that share a bucket cancel out on average instead of adding up
 *  (Weinberger et al. 2009). @returns one Float64Array (rows.length) per bucket, never NaN. */
export function encodeHashedText(
  { ngrams, idf }: HashedTextEncoder,
  column: TextColumn,
  rows: Uint32Array,
): Float64Array[] {
  const columns = idf.map(() => new Float64Array(rows.length));
  const sums = new Float64Array(idf.length);
  for (let i = 0; i < rows.length; i++) {
    const counts = new Map<string, number>();
    eachNgram(column.values[rows[i]], ngrams, (term) => {
      counts.set(term, (counts.get(term) ?? 0) + 1);
    });
    const held = new Set<number>();
    for (const [term, count] of counts) {
      const { bucket, sign } = placeOfHash(murmur3(term), idf.length);
      sums[bucket] += sign * weight(count) * idf[bucket];
      held.add(bucket);
    }
    let squares = 0;
    for (const bucket of held) squares += sums[bucket] ** 2;
    const length = Math.sqrt(squares);
    for (const bucket of held) {
      if (length > 0) columns[bucket][i] = sums[bucket] / length;
      sums[bucket] = 0;
    }
  }
  return columns;
}

/** What each column of `encodeHashedText` stands for. */
export function hashedTextLabels({ ngrams, idf }: HashedTextEncoder): string[] {
  return idf.map((_, bucket) => `${ngrams} in bucket ${bucket + 1}`);
}

/** As scikit-learn's HashingVectorizer places a term. @param hash signed 32-bit. */
function placeOfHash(hash: number, nBuckets: number): { bucket: number; sign: 1 | -1 } {
  return { bucket: Math.abs(hash) % nBuckets, sign: hash >= 0 ? 1 : -1 };
}

function weight(count: number): number {
  return 1 + Math.log(count);
}

function inverseFrequency(nTexts: number, holding: number): number {
  return Math.log((1 + nTexts) / (1 + holding)) + 1;
}

/** Rows spread evenly over `rows`, of about `limit` characters together. */
function textsToRead(column: TextColumn, rows: Uint32Array, limit: number): Uint32Array {
  let characters = 0;
  for (const row of rows) characters += column.values[row].length;
  const stride = Math.ceil(characters / limit);
  return stride <= 1 ? rows : rows.filter((_, i) => i % stride === 0);
}
