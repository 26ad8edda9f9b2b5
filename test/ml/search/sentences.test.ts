import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { type Table, takeRows } from '../../../src/ml/data/table.ts';
import type { SentenceEncoder } from '../../../src/ml/neural/sentences/encoder.ts';
import type { SentenceModel } from '../../../src/ml/neural/sentences/model.ts';
import { restorePipeline } from '../../../src/ml/preprocessing/pipeline.ts';
import { calibrate } from '../../../src/ml/search/calibrate.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { measureSentences } from '../../../src/ml/search/measure-sentences.ts';
import { restorePredictor, type SerialisedPredictor } from '../../../src/ml/search/predictor.ts';
import {
  distinctTexts,
  loadEncoder,
  readSentences,
  textColumns,
  withSentences,
} from '../../../src/ml/search/read-sentences.ts';
import { refit } from '../../../src/ml/search/refit.ts';
import { findSentenceModel } from '../../../src/pretrained/sentence-model.ts';
import { categorical, fitted, numeric, table, text } from '../preprocessing/columns.ts';
import { countingClock, quickSpec, shopExperiment } from './small-experiment.ts';

/** Two numbers of each text, for what does not depend on the real encoder. */
const lengths: SentenceEncoder = {
  id: 'lengths',
  width: 2,
  encode: (texts) => Float32Array.from(texts.flatMap((value) => [value.length, value.split(' ').length])),
};

const small = table(
  text('note', 'two words', 'one', null, 'two words', ''),
  numeric('n', 1, 2, 3, 4, 5),
  text('other', 'x', 'one', 'y', 'z', 'x'),
);

const vectorsOf = (read: Table, name: string) => {
  const column = read.columns.find((found) => found.name === name);
  return column?.type === 'text' ? column.sentences : undefined;
};

describe('reading the texts of a table', () => {
  it('reads every different text once, and leaves 0 for empty and missing ones', () => {
    expect(textColumns(small, ['note', 'n'])).toEqual(['note']);
    expect(distinctTexts(small, ['note', 'other'])).toEqual(['two words', 'one', 'x', 'y', 'z']);
    const read = readSentences(small, ['note'], lengths);
    expect(vectorsOf(read, 'note')).toEqual({
      model: 'lengths',
      width: 2,
      vectors: Float32Array.of(9, 2, 3, 1, 0, 0, 9, 2, 0, 0),
    });
    expect(vectorsOf(read, 'other')).toBeUndefined();
    expect(vectorsOf(small, 'note')).toBeUndefined();
  });

  it('keeps the vectors of rows that are taken', () => {
    const taken = takeRows(readSentences(small, ['note'], lengths), [3, 2, 1]);
    expect(vectorsOf(taken, 'note')?.vectors).toEqual(Float32Array.of(9, 2, 0, 0, 3, 1));
  });

  it('reads a column that looks like another type in a file of other rows', () => {
    const other = table(categorical('note', 'one', 'one', null), numeric('n', 1, 2, 3));
    const read = readSentences(other, ['note', 'absent'], lengths);
    expect(vectorsOf(read, 'note')?.vectors).toEqual(Float32Array.of(3, 1, 3, 1, 0, 0));
  });
});

const installed = await findSentenceModel();
const GOOD = [
  'It tastes wonderful',
  'I love it',
  'Great value, will buy again',
  'A delight for everyone',
  'Perfect',
];
const BAD = ['It tastes awful', 'I hate it', 'A waste of money', 'Stale and broken', 'Never again, terrible'];
const ENDINGS = [
  '',
  ' today',
  ' with my coffee',
  ' for the dog',
  ', I must say',
  ' in this box',
  ', really',
  '!',
];
/** Reviews whose words hardly repeat between the rows, beside a number that means nothing. */
const reviews = table(
  text(
    'review',
    ...Array.from(
      { length: 80 },
      (_, i) => `${(i % 2 ? GOOD : BAD)[Math.floor(i / 2) % 5]}${ENDINGS[Math.floor(i / 10)]}`,
    ),
  ),
  numeric('weight', ...Array.from({ length: 80 }, (_, i) => (i * 7) % 11)),
  categorical('liked', ...Array.from({ length: 80 }, (_, i) => (i % 2 ? 'yes' : 'no'))),
);
const experiment = {
  ...shopExperiment('binary'),
  target: 'liked',
  classes: ['no', 'yes'],
  positiveClass: 'yes',
  features: ['review', 'weight'],
  split: { kind: 'random' as const },
};

describe.skipIf(!installed)(
  'sentences in a trial (skipped where the optional encoder is not installed)',
  () => {
    const model = installed as SentenceModel;
    const spec = quickSpec('linear', {
      parameters: { text: 'facts', sentences: 'unit', regularisation: 0.01 },
    });

    async function trained(): Promise<SerialisedPredictor> {
      const read = readSentences(reviews, ['review'], await loadEncoder(model, model.id));
      const result = await refit(read, experiment, spec, [], 'all', { clock: countingClock() });
      if (!result) throw new Error('stopped');
      const members = [{ ...result.member, weight: 1 }];
      return { format: 'modelwright-predictor-2', experiment, members, stacker: null, threshold: null };
    }

    it('tell what words alone do not', async () => {
      const read = readSentences(reviews, ['review'], await loadEncoder(model, model.id));
      const { score } = await evaluateTrial(read, experiment, spec, { clock: countingClock() });
      expect(score).toBeGreaterThan(0.9);
    });

    it('must have been read before a trial asks for them', async () => {
      const result = await evaluateTrial(reviews, experiment, spec, { clock: countingClock() });
      expect(result).toMatchObject({ state: 'failed', reason: expect.stringContaining('review') });
    });

    it('are read again by a stored model, in another process alike, and the model holds no weights of the encoder', async () => {
      const stored = await trained();
      expect(serialize(stored).byteLength).toBeLessThan(100_000);
      const ask = table(
        text('review', 'A wonderful delight', 'Awful and stale', null, ''),
        numeric('weight', 1, 2, 3, 4),
      );
      const predictor = await restorePredictor(structuredClone(stored), (id) => loadEncoder(model, id));
      const prediction = predictor.predict(ask);
      if (prediction.kind !== 'classes') throw new Error('expected classes');
      expect(prediction.labels.slice(0, 2)).toEqual(['yes', 'no']);
      expect(prediction.probabilities.every(Number.isFinite)).toBe(true);
      const directory = mkdtempSync(join(tmpdir(), 'modelwright-sentences-'));
      try {
        const file = join(directory, 'model');
        writeFileSync(file, serialize(stored));
        const entry = fileURLToPath(new URL('predict-sentences-elsewhere.ts', import.meta.url));
        const printed = execFileSync(process.execPath, ['--import', 'tsx', entry, file], {
          encoding: 'utf8',
        });
        expect(Buffer.from(printed, 'base64')).toEqual(Buffer.from(prediction.probabilities.buffer));
      } finally {
        rmSync(directory, { recursive: true });
      }
    });

    it('are refused clearly where the encoder is absent or another one', async () => {
      const stored = await trained();
      await expect(restorePredictor(stored)).rejects.toMatchObject({
        code: 'SENTENCE_MODEL_MISSING',
        person: expect.stringMatching(/model-embeddings-en@0\.2\.0 \(\w{12}\), but it is not installed/),
      });
      const other = { ...model, id: 'another@1.0.0 (000000000000)' };
      await expect(restorePredictor(stored, (id) => loadEncoder(other, id))).rejects.toMatchObject({
        code: 'SENTENCE_MODEL_MISSING',
        person: expect.stringContaining('another@1.0.0'),
      });
    });

    it('cost what the calibration measures, on a table as if read where the budget allows it', async () => {
      const clock = { now: () => performance.now() };
      const means = { sentences: model, threads: 2, budgetSeconds: 600 };
      const { sentences } = await calibrate(reviews, experiment, ['linear'], clock, means);
      expect(sentences).toMatchObject({ model: model.id, columns: ['review'], texts: 80 });
      expect(sentences?.seconds).toBeGreaterThan(0.05);
      expect(await calibrate(reviews, experiment, ['linear'], clock)).not.toHaveProperty('sentences');
      const enough = await measureSentences(reviews, experiment.features, means, clock);
      const [first = 0, second = 0] = vectorsOf(enough?.table as Table, 'review')?.vectors ?? [];
      expect(Math.abs(first) + Math.abs(second)).toBeGreaterThan(0);
      const short = await measureSentences(
        reviews,
        experiment.features,
        { ...means, budgetSeconds: 0 },
        clock,
      );
      expect(short?.table).toBeNull();
      expect(await measureSentences(reviews, ['weight'], means, clock)).toBeNull();
    });
  },
);

describe('the sentences step', () => {
  const vectors = Float32Array.of(0.6, 0.8);
  const read = withSentences(small, ['note', 'other'], { model: 'm', width: 2, texts: ['one'], vectors });

  it('makes numbers as long as TF-IDF has, or as large as a scaled column has', () => {
    for (const [sentences, scale] of [
      ['unit', 1],
      ['even', Math.sqrt(2)],
    ] as const) {
      const pipeline = fitted(read, 'dense', { parameters: { sentences } });
      const { features, columns } = pipeline.transform(read);
      const place = features.findIndex(({ name }) => name === 'note: meaning 1');
      expect(features[place]).toMatchObject({ source: 'note', kind: 'numeric' });
      expect([0, 1].map((i) => columns[place + i]?.[1])).toEqual([
        Math.fround(0.6) * scale,
        Math.fround(0.8) * scale,
      ]);
      expect([0, 1].map((i) => columns[place + i]?.[2])).toEqual([0, 0]);
      expect(pipeline.sentences).toEqual([
        { column: 'note', model: 'm' },
        { column: 'other', model: 'm' },
      ]);
      expect(restorePipeline(pipeline.serialise()).transform(read)).toEqual({ nRows: 5, features, columns });
    }
  });

  it('takes only vectors of the encoder that it was fitted with', () => {
    const pipeline = fitted(read, 'tree', { parameters: { sentences: 'unit' } });
    const other = withSentences(small, ['note', 'other'], { model: 'n', width: 2, texts: ['one'], vectors });
    expect(() => pipeline.transform(other)).toThrow(expect.objectContaining({ code: 'SENTENCES_UNREAD' }));
    expect(() => pipeline.transform(small)).toThrow(expect.objectContaining({ code: 'SENTENCES_UNREAD' }));
  });
});
