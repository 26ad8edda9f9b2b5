import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerQuestion, sampleRows } from '../../src/datasets/answer-question.ts';
import { readDataset } from '../../src/datasets/read-dataset.ts';
import type { Table } from '../../src/ml/data/table.ts';
import { DataQuestion } from '../../src/profile/data-question.ts';

interface Row {
  readonly price: number | null;
  readonly colour: string;
  readonly day: string;
  readonly sold: 'yes' | 'no';
}

/** Prices with gaps, a rare colour of three rows, and one row per day. */
const ROWS: readonly Row[] = Array.from({ length: 200 }, (_, i) => ({
  price: i % 9 === 0 ? null : ((i * 37) % 101) + 0.5,
  colour: i < 3 ? "o'ne" : (['red', 'green', 'blue'][i % 3] as string),
  day: new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
  sold: (i * 7) % 5 > 2 ? 'yes' : 'no',
}));

let table: Table;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-question-'));
  const path = join(folder, 'sales.csv');
  const lines = ROWS.map(({ price, colour, day, sold }) => `${price ?? ''},${colour},${day},${sold}`);
  await writeFile(path, `price,colour,day,sold\n${lines.join('\n')}\n`);
  table = (await readDataset(path, { name: 'sales.csv' })).table;
});
afterAll(() => rm(folder, { recursive: true }));

const ask = (question: DataQuestion, smallestGroup = 1) =>
  answerQuestion(table, DataQuestion.parse(question), { smallestGroup });
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const prices = (rows: readonly Row[]) => rows.flatMap(({ price }) => (price === null ? [] : [price]));

describe('measures', () => {
  it('are those of a naive count', async () => {
    const { rows, rowsMeant } = await ask({
      measures: [
        { what: 'rows' },
        { what: 'missing', column: 'price' },
        { what: 'mean', column: 'price' },
        { what: 'max', column: 'price' },
        { what: 'share', column: 'sold', value: 'yes' },
        { what: 'distinct', column: 'colour' },
      ],
    });
    const all = prices(ROWS);
    expect(rowsMeant).toBe(200);
    expect(rows[0]).toEqual([
      200,
      200 - all.length,
      expect.closeTo(mean(all), 9),
      Math.max(...all),
      expect.closeTo(ROWS.filter(({ sold }) => sold === 'yes').length / 200, 9),
      4,
    ]);
  });

  it('follow conditions, also with quotes in the value', async () => {
    const { rows } = await ask({
      measures: [{ what: 'rows' }],
      conditions: [{ column: 'colour', is: '=', value: "o'ne" }],
    });
    expect(rows).toEqual([[3]]);
    const later = await ask({
      measures: [{ what: 'rows' }, { what: 'min', column: 'day' }],
      conditions: [
        { column: 'day', is: '>=', value: '2024-03-01' },
        { column: 'price', is: 'present' },
      ],
    });
    const meant = ROWS.filter(({ day, price }) => day >= '2024-03-01' && price !== null);
    expect(later.rows).toEqual([[meant.length, `${meant[0]?.day}T00:00:00`]]);
  });

  it('say which of their columns are shares, behind the groups', async () => {
    const { shares, columns } = await ask({
      measures: [{ what: 'rows' }, { what: 'share', column: 'sold', value: 'yes' }],
      groups: [{ column: 'colour' }],
    });
    expect(shares.map((j) => columns[j])).toEqual(['share of sold = yes']);
    expect((await ask({ measures: [{ what: 'rows' }] })).shares).toEqual([]);
  });

  it('come by group, in order of size, no more than asked for', async () => {
    const { columns, rows, moreGroups } = await ask({
      measures: [{ what: 'mean', column: 'price' }],
      groups: [{ column: 'colour' }],
      order: 'size',
      most: 2,
    });
    const means = ['red', 'green', 'blue', "o'ne"]
      .map((colour) => [colour, mean(prices(ROWS.filter((row) => row.colour === colour)))] as const)
      .sort((a, b) => b[1] - a[1]);
    expect(columns).toEqual(['colour', 'mean of price']);
    expect(rows).toEqual(means.slice(0, 2).map(([colour, value]) => [colour, expect.closeTo(value, 9)]));
    expect(moreGroups).toBe(2);
  });

  it('come by bins of a number and by parts of a date', async () => {
    const bins = await ask({ measures: [{ what: 'rows' }], groups: [{ column: 'price', width: 50 }] });
    const inBin = (from: number) => prices(ROWS).filter((price) => price >= from && price < from + 50).length;
    expect(bins.rows.slice(0, 2)).toEqual([
      [0, inBin(0)],
      [50, inBin(50)],
    ]);
    const months = await ask({ measures: [{ what: 'rows' }], groups: [{ column: 'day', part: 'month' }] });
    expect(months.rows[1]).toEqual(['2024-02-01', 29]);
  });
});

describe('what is not told', () => {
  it('is a group of few rows, whether it is a group or what the conditions leave', async () => {
    const grouped = await ask({ measures: [{ what: 'rows' }], groups: [{ column: 'colour' }] }, 5);
    expect(grouped.rows.map(([colour]) => colour)).toEqual(['blue', 'green', 'red']);
    expect(grouped.groupsTooSmall).toBe(1);
    const narrowed = await ask(
      {
        measures: [{ what: 'mean', column: 'price' }],
        conditions: [{ column: 'day', is: '=', value: '2024-01-02' }],
      },
      5,
    );
    expect(narrowed).toMatchObject({ rows: [], rowsMeant: 0, groupsTooSmall: 1 });
  });
});

describe('what cannot be asked', () => {
  it.each([
    [
      'a column that is not there',
      { measures: [{ what: 'mean', column: 'nothing' }] },
      /no column "nothing"/,
    ],
    ['a mean of words', { measures: [{ what: 'mean', column: 'colour' }] }, /holds no numbers/],
    ['a share of nothing', { measures: [{ what: 'share', column: 'sold' }] }, /needs the value/],
    [
      'a number that is none',
      { measures: [{ what: 'rows' }], conditions: [{ column: 'price', is: '>', value: '1); DROP TABLE t' }] },
      /is no number/,
    ],
  ] as const)('is %s', async (_, question, problem) => {
    await expect(ask(question as unknown as DataQuestion)).rejects.toMatchObject({
      code: 'QUESTION_INVALID',
      person: expect.stringMatching(problem),
    });
  });

  it('is anything beyond the schema', () => {
    const parse = (question: object) => DataQuestion.safeParse(question).success;
    expect(parse({ measures: [{ what: 'rows' }], sql: 'SELECT 1' })).toBe(false);
    expect(parse({ measures: [{ what: 'read_csv', column: '/etc/passwd' }] })).toBe(false);
    expect(parse({ measures: [{ what: 'rows' }], most: 5000 })).toBe(false);
  });

  it('is named as a column and stays a name', async () => {
    const hostile = "read_text('/etc/passwd')";
    await expect(ask({ measures: [{ what: 'rows' }], groups: [{ column: hostile }] })).rejects.toMatchObject({
      code: 'QUESTION_INVALID',
    });
    const { rowsMeant } = await ask({
      measures: [{ what: 'rows' }],
      conditions: [{ column: 'colour', is: '=', value: "x' OR 1=1 --" }],
    });
    expect(rowsMeant).toBe(0);
  });
});

it('gives rows from all over the table', () => {
  const { columns, rows } = sampleRows(table, 4);
  expect(columns).toEqual(['price', 'colour', 'day', 'sold']);
  expect(rows.map((row) => row[1])).toEqual([0, 50, 100, 150].map((i) => ROWS[i]?.colour));
});
