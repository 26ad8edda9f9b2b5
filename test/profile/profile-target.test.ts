import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../src/datasets/read-dataset.ts';
import { ModelwrightError } from '../../src/errors/errors.ts';
import type { Table } from '../../src/ml/data/table.ts';
import { TargetProfile } from '../../src/profile/profile.ts';
import { profileTable } from '../../src/profile/profile-table.ts';
import { profileTarget } from '../../src/profile/profile-target.ts';
import { honestCells, makeTable } from './tables.ts';

const n = 100;
const rows = <T>(make: (row: number) => T, count = n) => Array.from({ length: count }, (_, row) => make(row));
const DAY = 86_400_000;

function profiled(table: Table, target: string, positiveClass?: string): TargetProfile {
  return profileTarget(table, profileTable(table), target, positiveClass);
}

function refusal(table: Table, target: string, positiveClass?: string): string {
  try {
    profiled(table, target, positiveClass);
  } catch (error) {
    if (error instanceof ModelwrightError) return error.person;
    throw error;
  }
  throw new Error('nothing was refused');
}

const x = rows((row) => Math.sin(row));

describe('a target is refused with a sentence when', () => {
  it('it does not exist, with the nearest name', () => {
    expect(refusal(makeTable({ 'Churn Flag': x, b: x }), 'churn_flag')).toBe(
      'There is no column "churn_flag" in the data. Did you mean "Churn Flag"?',
    );
    expect(refusal(makeTable({ a: x, b: x }), 'price')).toBe(
      'There is no column "price" in the data. The columns are a, b.',
    );
  });

  it('it has one value only', () => {
    expect(refusal(makeTable({ x, churn: rows(() => 'no') }), 'churn')).toBe(
      'The column churn has only one value ("no") in all 100 known rows, so there is nothing to tell apart. Please choose another target or add rows with other outcomes.',
    );
    expect(refusal(makeTable({ x, churn: rows(() => 3) }), 'churn')).toMatch(/only one value \("3"\)/);
  });

  it('it is empty', () => {
    expect(refusal(makeTable({ x, churn: rows(() => null) }), 'churn')).toBe(
      'The column churn is empty in all 100 rows, so there is nothing to learn from. Please choose another target.',
    );
  });

  it('it identifies rows', () => {
    const sentence =
      'The column ref names rows (100 different values in 100 rows) and cannot be predicted. Please choose a column that describes an outcome.';
    expect(refusal(makeTable({ x, ref: rows((row) => `r${row}`) }, { ref: 'id' }), 'ref')).toBe(sentence);
    expect(refusal(makeTable({ x, ref: rows((row) => row + 1) }), 'ref')).toBe(sentence);
    expect(refusal(makeTable({ x, ref: rows((row) => `name ${row}`) }), 'ref')).toBe(sentence);
  });

  it('it is text or a date', () => {
    const cells = { x, note: rows((row) => `a b c ${row}`), when: rows((row) => row * DAY) };
    const table = makeTable(cells, { note: 'text', when: 'datetime' });
    expect(refusal(table, 'note')).toBe(
      'The column note holds free text, which I cannot predict. Please choose a column with classes or numbers.',
    );
    expect(refusal(table, 'when')).toMatch(/^The column when holds dates,/);
  });

  it('too few rows have a value', () => {
    expect(
      refusal(
        makeTable({ x, churn: rows((row) => (row < 12 ? ['a', 'b'][row % 2] : null) ?? null) }),
        'churn',
      ),
    ).toBe('Only 12 of 100 rows have a value of churn; I need at least 20. Please fill in more outcomes.');
  });

  it('a class has one row', () => {
    const churn = rows((row) => (row === 50 ? 'maybe' : row % 2 ? 'yes' : 'no'));
    expect(refusal(makeTable({ x, churn }), 'churn')).toBe(
      'The class "maybe" of churn has only one row, so it can be learned or tested but not both. Please add rows of it, merge it into another class, or remove that row.',
    );
  });

  it('the wanted positive class is no class', () => {
    expect(refusal(makeTable({ x, churn: rows((row) => (row % 2 ? 'yes' : 'no')) }), 'churn', 'left')).toBe(
      'The column churn has no class "left". Its classes are "no" and "yes".',
    );
  });
});

describe('profileTarget', () => {
  it.each([
    [['no', 'yes'], 'yes', 'by its word'],
    [['churned', 'stayed'], 'churned', 'by its word'],
    [['1', '0'], '1', 'by its word'],
    [['great', 'other'], 'other', 'as the rarer one'],
  ])('puts the positive class of %j last: %s, %s', (labels, positive) => {
    const target = rows((row) => labels[row % 3 ? 0 : 1] as string);
    expect(profiled(makeTable({ x, target }), 'target').classes.at(-1)?.label).toBe(positive);
    const other = labels.find((label) => label !== positive) as string;
    expect(profiled(makeTable({ x, target }), 'target', other).classes.at(-1)?.label).toBe(other);
  });

  it('takes a column of 0 and 1 for two classes, and orders numeric classes by number', () => {
    expect(profiled(makeTable({ x, y: rows((row) => (row % 3 ? 0 : 1)) }), 'y')).toMatchObject({
      task: 'binary',
      classes: [
        { label: '0', count: 66 },
        { label: '1', count: 34 },
      ],
    });
    const labels = profiled(makeTable({ x, y: rows((row) => 8 + (row % 4)) }), 'y').classes.map(
      ({ label }) => label,
    );
    expect(labels).toEqual(['8', '9', '10', '11']);
  });

  it('takes whole numbers for amounts when one of them is alone', () => {
    expect(
      profiled(makeTable({ x, rooms: rows((row) => (row === 3 ? 6 : 1 + (row % 5))) }), 'rooms').task,
    ).toBe('regression');
  });

  it('names useless columns, each with its reason', () => {
    const cells = {
      x,
      same: rows(() => 'a'),
      partly: rows((row) => (row % 2 ? 'a' : null)),
      empty: rows(() => null),
      no: rows((row) => row),
      shop_id: rows((row) => `s${row % 30}`),
      y: rows((row) => row % 2),
    };
    expect(profiled(makeTable(cells, { shop_id: 'id' }), 'y').useless).toEqual([
      { column: 'same', reason: 'It has the same value in every row.' },
      { column: 'empty', reason: 'It has no value in any row.' },
      { column: 'no', reason: 'It names rows instead of describing them.' },
      { column: 'shop_id', reason: 'It names 30 entities in 100 rows instead of describing them.' },
    ]);
  });

  it('counts rows that no model can get right, and rows without an outcome', () => {
    const cells = {
      id: rows((row) => `r${row}`),
      a: rows((row) => row % 10),
      b: rows(() => 'k'),
      y: rows((row) => (row < 20 ? (row < 10 ? 'n' : 'y') : row < 30 ? null : 'n')),
    };
    const profile = profiled(makeTable(cells, { id: 'id' }), 'y');
    expect(profile.missing).toBe(10);
    expect(profile.conflictingRows).toBe(90);
    expect(profile.warnings).toContain(
      '90 rows (100%) have twins with the same features and another y; no model can be right on all of them.',
    );
    expect(profile.warnings).toContain('10 rows (10%) have no y and are left out of the training.');
  });

  it('warns of a file that is sorted by its outcome, without suspecting a column', () => {
    const { suspects, warnings } = profiled(makeTable({ x, y: rows((row) => (row < 60 ? 'a' : 'b')) }), 'y');
    expect(suspects).toEqual([]);
    expect(warnings).toEqual(['The rows are sorted by y; they are shuffled before they are divided.']);
  });

  it('survives its own schema', () => {
    const profile = profiled(makeTable({ x, y: rows((row) => row % 3) }), 'y');
    expect(TargetProfile.parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
  });
});

describe('the demanded split', () => {
  const { cells, random } = honestCells('binary', 600, 11);
  const times = rows((row) => row * DAY, 600);

  it('is stratified for exchangeable rows, with the class shares', () => {
    const target = rows((row) => (row % 4 ? 'no' : 'yes'));
    const { split, splitReason } = profiled(makeTable({ x, target }), 'target');
    expect(split).toEqual({ kind: 'stratified' });
    expect(splitReason).toBe(
      'Nothing orders or groups the rows, so they are divided at random and each part gets the same class shares (no 75%, yes 25%).',
    );
  });

  it('is by time for one row per day, whatever the order of the rows', () => {
    const { split, splitReason } = profiled(
      makeTable({ date: random.shuffle([...times]), ...cells }, { date: 'datetime' }),
      'target',
    );
    expect(split).toEqual({ kind: 'time', column: 'date' });
    expect(splitReason).toBe(
      'There is one row per step of `date`, so the model is trained on the past and judged on the future.',
    );
  });

  it('is by time when the outcome moves with it', () => {
    const signup = rows(() => Math.floor(random.uniform() * 300) * DAY, 600);
    const target = signup.map((time) => (time / DAY / 300 + 0.3 * random.normal() > 0.5 ? 'yes' : 'no'));
    const { split, splitReason } = profiled(
      makeTable({ signup, ...cells, target }, { signup: 'datetime' }),
      'target',
    );
    expect(split).toEqual({ kind: 'time', column: 'signup' });
    expect(splitReason).toBe(
      'The rows have `signup` and target changes over time, so the model is trained on the past and judged on the future.',
    );
  });

  it('is not by time merely because some column is a date', () => {
    const birthday = rows(() => Math.floor(random.uniform() * 20_000) * DAY, 600);
    const { split, splitReason } = profiled(
      makeTable({ birthday, ...cells }, { birthday: 'datetime' }),
      'target',
    );
    expect(split).toEqual({ kind: 'stratified' });
    expect(splitReason).toMatch(
      /`birthday` is a date, but target hardly moves with it, so no split by time\.$/,
    );
  });

  it('says which rows are copies that a row number of their own tells apart', () => {
    const { cells } = honestCells('binary', 400, 5);
    const twice = Object.fromEntries(
      Object.entries(cells).map(([name, values]) => [name, [...values, ...values.slice(0, 30)]]),
    );
    const numbered = { row_id: rows((row) => row + 1, 430), ...twice };
    const profile = profiled(makeTable(numbered), 'target');
    expect(profile.repeatedRows).toBe(30);
    expect(profile.warnings?.join(' ')).toContain(
      '30 rows (7.0%) repeat an earlier row in everything but row_id',
    );
    expect(profiled(makeTable(twice), 'target').repeatedRows).toBe(0);
  });

  it('keeps the rows of an entity together', () => {
    const customer_id = rows((row) => `c${row % 150}`, 600);
    const { split, splitReason } = profiled(
      makeTable({ customer_id, ...cells }, { customer_id: 'id' }),
      'target',
    );
    expect(split).toEqual({ kind: 'group', column: 'customer_id' });
    expect(splitReason).toBe(
      '`customer_id` names 150 entities in 600 rows; all rows of one entity stay on one side, so that none is both learned and tested.',
    );
  });
});

describe('real data sets are not suspected', () => {
  const shipped = new URL('../../examples/data/', import.meta.url).pathname;
  const shared = new URL('../../../shared/data/', import.meta.url).pathname;
  for (const [path, target, kind] of [
    [`${shipped}telco_churn.csv`, 'churn', 'stratified'],
    [`${shipped}ames.csv`, 'Sale_Price', 'stratified'],
    [`${shipped}penguins.csv`, 'species', 'stratified'],
    [`${shipped}digits_8x8.csv`, 'digit', 'stratified'],
    [`${shared}hmda.csv`, 'deny', 'stratified'],
    [`${shared}diamonds.csv`, 'price', 'stratified'],
    [`${shared}letterrecognition.csv`, 'lettr', 'stratified'],
    [`${shared}fine_foods_train.csv`, 'score', 'stratified'],
    [`${shared}chicago.csv`, 'ridership', 'time'],
  ] as const) {
    const name = path.split('/').at(-1) as string;
    it.skipIf(!existsSync(path))(
      `${name} asks for a ${kind} split (skipped where the file is absent)`,
      async () => {
        const profile = profiled((await readDataset(path, { name })).table, target);
        expect(profile.suspects).toEqual([]);
        expect(profile.split.kind).toBe(kind);
      },
    );
  }
});
