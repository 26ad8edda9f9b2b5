/** Texts as vectors of their meaning, which a pretrained encoder made before (`ml/search/read-sentences.ts`): what is fitted
 *  is which encoder that was, and nothing of it is kept here. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type { TextColumn } from '../data/table.ts';

export const SentenceEncoding = z.object({
  kind: z.literal('sentences'),
  /** Id of the encoder: vectors of another one mean something else. */
  model: z.string(),
  width: z.number().int().min(1).max(4096),
  /** What the vectors of length 1 are multiplied by. */
  scale: z.number().positive(),
});
export type SentenceEncoding = z.infer<typeof SentenceEncoding>;

/** @param spread `unit` keeps vectors of length 1, as TF-IDF has; `even` makes each number about as large as a scaled
 *                column. @throws SENTENCES_UNREAD */
export function fitSentences(column: TextColumn, spread: 'unit' | 'even'): SentenceEncoding {
  const { sentences } = column;
  if (!sentences) throw new ModelwrightError('SENTENCES_UNREAD', { column: column.name });
  const { model, width } = sentences;
  return { kind: 'sentences', model, width, scale: spread === 'unit' ? 1 : Math.sqrt(width) };
}

/** @returns one Float64Array (rows.length) per number of a vector, 0 for texts that are empty or missing; never NaN.
 *  @throws SENTENCES_UNREAD where nobody has read the texts with this encoder. */
export function encodeSentences(
  { model, width, scale }: SentenceEncoding,
  column: TextColumn,
  rows: Uint32Array,
): Float64Array[] {
  const { sentences } = column;
  if (sentences?.model !== model) throw new ModelwrightError('SENTENCES_UNREAD', { column: column.name });
  const { vectors } = sentences;
  return Array.from({ length: width }, (_, place) => {
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = scale * (vectors[rows[i] * width + place] as number);
    return values;
  });
}

/** What each column of `encodeSentences` stands for. */
export function sentenceLabels({ width }: SentenceEncoding): string[] {
  return Array.from({ length: width }, (_, place) => `meaning ${place + 1}`);
}
