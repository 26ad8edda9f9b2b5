/** The texts of a run, read by a sentence encoder in all training threads side by side, and kept for the next run on the
 *  same data. */
import { ModelwrightError } from '../src/errors/errors.ts';
import type { Table } from '../src/ml/data/table.ts';
import type { SentenceModel } from '../src/ml/neural/sentences/model.ts';
import { distinctTexts, withSentences } from '../src/ml/search/read-sentences.ts';
import type { Plan } from '../src/plan/plan.ts';
import { inParts } from './in-parts.ts';
import { createKeptTables } from './kept-tables.ts';

/** Finds the sentence encoder that is installed. */
export type FindSentenceModel = () => Promise<SentenceModel | null>;

export type ReadPart = (
  model: SentenceModel,
  texts: readonly string[],
  signal: AbortSignal,
) => Promise<Float32Array | null>;

type PlanToRead = Pick<Plan, 'dataset' | 'sentences'>;

export interface TextReader {
  /** The table as the plan wants it read. Runs of the same data set wait for one reading.
   *  @throws SENTENCE_MODEL_MISSING; the signal's reason when it aborts. */
  read(table: Table, plan: PlanToRead, signal: AbortSignal): Promise<Table>;
}

/** Texts that a thread reads at a time: a few seconds of work. */
const PART = 96;

export function createTextReader(find: FindSentenceModel, readPart: ReadPart): TextReader {
  const kept = createKeptTables();

  async function readAll(table: Table, wanted: NonNullable<Plan['sentences']>, signal: AbortSignal) {
    const installed = await find();
    if (installed?.id !== wanted.model) {
      const found = installed ? `what is installed is ${installed.id}` : 'it is not installed';
      throw new ModelwrightError('SENTENCE_MODEL_MISSING', { model: wanted.model, found });
    }
    const texts = distinctTexts(table, wanted.columns);
    const parts = await inParts(texts.length, PART, signal, (start, end) =>
      readPart(installed, texts.slice(start, end), signal),
    );
    const width = (parts[0]?.length ?? 0) / Math.min(PART, texts.length);
    const vectors = new Float32Array(texts.length * width);
    parts.forEach((part, i) => {
      vectors.set(part, i * PART * width);
    });
    return withSentences(table, wanted.columns, { model: wanted.model, width, texts, vectors });
  }

  return {
    async read(table, { dataset, sentences }, signal) {
      if (!sentences) return table;
      const key = [dataset.hash, sentences.model, ...sentences.columns].join('\0');
      return kept.get(key, () => readAll(table, sentences, signal), signal);
    },
  };
}
