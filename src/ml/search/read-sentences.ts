/** The texts of a table, read by a pretrained sentence encoder: once for all trials, folds and threads, before anything is
 *  trained, because it takes longer than most fits and knows nothing of the outcome. */
import { ModelwrightError } from '../../errors/errors.ts';
import { shared, type Table, type TextColumn } from '../data/table.ts';
import type { SentenceEncoder } from '../neural/sentences/encoder.ts';
import type { SentenceModel } from '../neural/sentences/model.ts';
import { coerceColumn } from '../preprocessing/coerce.ts';

/** Different texts with what an encoder made of them.
 *  @property vectors Float32Array (texts × width), row-major. */
export interface ReadTexts {
  readonly model: string;
  readonly width: number;
  readonly texts: readonly string[];
  readonly vectors: Float32Array;
}

/** Names of the columns of free text among `features`. */
export function textColumns({ columns }: Table, features: readonly string[]): string[] {
  return columns.flatMap(({ name, type }) => (type === 'text' && features.includes(name) ? [name] : []));
}

/** The different texts of the columns, empty and missing ones left out, in the order in which they come. */
export function distinctTexts(table: Table, columns: readonly string[]): string[] {
  const texts = new Set<string>();
  for (const { values } of asTexts(table, columns).values()) for (const text of values) texts.add(text);
  texts.delete('');
  return [...texts];
}

/** The table whose `columns` are texts that have been read. Those that the table lacks are left out.
 *  @param read every text of `distinctTexts`; other texts get 0. */
export function withSentences(table: Table, columns: readonly string[], read: ReadTexts): Table {
  const { model, width, texts, vectors } = read;
  const placeOf = new Map(texts.map((text, place) => [text, place]));
  const byName = asTexts(table, columns);
  return {
    ...table,
    columns: table.columns.map((column) => {
      const text = byName.get(column.name);
      if (!text) return column;
      const own = shared.float32(table.nRows * width);
      text.values.forEach((value, row) => {
        const place = placeOf.get(value);
        if (place !== undefined) own.set(vectors.subarray(place * width, (place + 1) * width), row * width);
      });
      return { ...text, sentences: { model, width, vectors: own } };
    }),
  };
}

/** Reads everything here and now. @throws COLUMN_TYPE_CHANGED */
export function readSentences(table: Table, columns: readonly string[], encoder: SentenceEncoder): Table {
  const texts = distinctTexts(table, columns);
  const { id: model, width } = encoder;
  return withSentences(table, columns, { model, width, texts, vectors: encoder.encode(texts) });
}

/** @param id of the encoder that is needed. @throws SENTENCE_MODEL_MISSING where `installed` is another one. */
export async function loadEncoder(installed: SentenceModel | null, id: string): Promise<SentenceEncoder> {
  if (installed?.id !== id) {
    const found = installed ? `what is installed is ${installed.id}` : 'it is not installed';
    throw new ModelwrightError('SENTENCE_MODEL_MISSING', { model: id, found });
  }
  const { createSentenceEncoder } = await import('../neural/sentences/encoder.ts');
  return createSentenceEncoder(installed);
}

/** In a file of other rows a column of texts may look like one of categories. */
function asTexts({ columns }: Table, names: readonly string[]): Map<string, TextColumn> {
  const wanted = columns.filter(({ name }) => names.includes(name));
  return new Map(wanted.map((column) => [column.name, coerceColumn(column, 'text')]));
}
