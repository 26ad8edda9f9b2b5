/** The texts of a run, read by a sentence encoder in all training threads side by side, and kept for the next run on the
 *  same data. */
import { ModelwrightError } from '../src/errors/errors.ts';
import type { Table } from '../src/ml/data/table.ts';
import type { SentenceModel } from '../src/ml/neural/sentences/model.ts';
import { distinctTexts, withSentences } from '../src/ml/search/read-sentences.ts';
import type { Plan } from '../src/plan/plan.ts';

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
/** Tables that are kept as they were read. */
const MOST_KEPT = 2;

export function createTextReader(find: FindSentenceModel, readPart: ReadPart): TextReader {
  const kept = new Map<string, Promise<Table>>();

  async function readAll(table: Table, wanted: NonNullable<Plan['sentences']>, signal: AbortSignal) {
    const installed = await find();
    if (installed?.id !== wanted.model) {
      const found = installed ? `what is installed is ${installed.id}` : 'it is not installed';
      throw new ModelwrightError('SENTENCE_MODEL_MISSING', { model: wanted.model, found });
    }
    const texts = distinctTexts(table, wanted.columns);
    const starts = Array.from({ length: Math.ceil(texts.length / PART) }, (_, i) => i * PART);
    const parts = await Promise.all(
      starts.map(async (start) => {
        const part = await readPart(installed, texts.slice(start, start + PART), signal);
        if (!part) throw signal.reason;
        return part;
      }),
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
      for (let known = kept.get(key); known; known = kept.get(key)) {
        try {
          return await orAbort(known, signal);
        } catch (error) {
          // Otherwise it was another run that was stopped while both waited for its reading.
          if (signal.aborted || error instanceof ModelwrightError) throw error;
        }
      }
      const reading = readAll(table, sentences, signal);
      kept.set(key, reading);
      reading.catch(() => kept.delete(key));
      for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
      return reading;
    },
  };
}

/** The promise's value, unless the signal aborts first. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
