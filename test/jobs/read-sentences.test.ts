import { describe, expect, it } from 'vitest';
import { createTextReader, type ReadPart } from '../../jobs/read-sentences.ts';
import type { SentenceModel } from '../../src/ml/neural/sentences/model.ts';
import { table, text } from '../ml/preprocessing/columns.ts';

const MODEL: SentenceModel = { id: 'm@1', pieces: [], scores: new Float64Array(), tensors: {} };
const note = Array.from({ length: 250 }, (_, i) => (i % 5 === 4 ? null : `text ${i % 200}`));
const data = table(text('note', ...note));
const plan = (hash = 'ab') => ({
  dataset: { hash: hash.repeat(32), name: 'x', rows: 250, columns: 1 },
  sentences: { model: 'm@1', columns: ['note'] },
});
const never = new AbortController().signal;

/** The number in each text, twice. */
function numbers(): { readPart: ReadPart; parts: number[] } {
  const parts: number[] = [];
  return {
    parts,
    readPart: async (_, texts) => {
      parts.push(texts.length);
      return Float32Array.from(texts.flatMap((value) => [Number(value.slice(5)), Number(value.slice(5))]));
    },
  };
}

describe('reading the texts of a run', () => {
  it('reads each different text once, in parts, and puts the vectors where the texts are', async () => {
    const { readPart, parts } = numbers();
    const read = await createTextReader(async () => MODEL, readPart).read(data, plan(), never);
    expect(parts.reduce((sum, n) => sum + n, 0)).toBe(160);
    expect(parts.length).toBeGreaterThan(1);
    const [column] = read.columns;
    const vectors = column?.type === 'text' ? [...(column.sentences?.vectors ?? [])] : [];
    expect(vectors).toEqual(
      note.flatMap((value) => Array(2).fill(value === null ? 0 : Number(value.slice(5)))),
    );
  });

  it('reads a data set once for several runs at the same time, and another one anew', async () => {
    const { readPart, parts } = numbers();
    const reader = createTextReader(async () => MODEL, readPart);
    const [first, second] = await Promise.all([
      reader.read(data, plan(), never),
      reader.read(data, plan(), never),
    ]);
    expect(second).toBe(first);
    const once = parts.length;
    await reader.read(data, plan('cd'), never);
    expect(parts).toHaveLength(2 * once);
  });

  it('reads nothing for a plan without sentences', async () => {
    const { readPart, parts } = numbers();
    const { dataset } = plan();
    expect(await createTextReader(async () => null, readPart).read(data, { dataset }, never)).toBe(data);
    expect(parts).toEqual([]);
  });

  it('goes on for one run when another that had begun to read is stopped', async () => {
    const stop = new AbortController();
    let calls = 0;
    const { readPart } = numbers();
    const reader = createTextReader(
      async () => MODEL,
      (model, texts, signal) => {
        calls++;
        if (signal !== stop.signal) return readPart(model, texts, signal);
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));
      },
    );
    const stopped = reader.read(data, plan(), stop.signal);
    const other = reader.read(data, plan(), never);
    await expect.poll(() => calls).toBeGreaterThan(0);
    stop.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
    expect((await other).columns[0]).toHaveProperty('sentences');
  });

  it.each([
    [null, 'it is not installed'],
    [{ ...MODEL, id: 'n@2' }, 'what is installed is n@2'],
  ])('refuses a plan whose encoder is not the one that is installed', async (installed, sentence) => {
    const { readPart } = numbers();
    const reading = createTextReader(async () => installed, readPart).read(data, plan(), never);
    await expect(reading).rejects.toMatchObject({
      code: 'SENTENCE_MODEL_MISSING',
      person: expect.stringContaining(sentence),
    });
  });
});
