import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../../src/ml/data/table.ts';
import { takeRows } from '../../../src/ml/data/table.ts';
import type { FeatureMatrix } from '../../../src/ml/estimator.ts';
import { restorePipeline } from '../../../src/ml/preprocessing/pipeline.ts';
import { allRows, boolean, categorical, datetime, fitted, numeric, table, text } from './columns.ts';

const fitAll = (data: Table, view: 'tree' | 'dense') => fitted(data, view);

const byName = (matrix: FeatureMatrix) =>
  Object.fromEntries(matrix.features.map((feature, j) => [feature.name, [...matrix.columns[j]]]));

const mixed = table(
  numeric('age', 30, null, 50, 40, 20, 60),
  boolean('paid', ['no', 'yes'], 1, 0, null, 1, 1, 0),
  categorical('plan', 'b', 'a', 'b', null, 'c', 'b'),
  datetime('since', '2024-02-29', '2023-12-31', null, '2024-01-01', '2024-01-07', '2024-01-08'),
  text('note', 'Good!', 'bad, very bad', '', null, 'ok?', 'GOOD 12'),
);

describe('the tree view', () => {
  it('keeps gaps as NaN, numbers as they are, and categories as codes by falling count', () => {
    const features = byName(fitAll(mixed, 'tree').transform(mixed));
    expect(features.age).toEqual([30, Number.NaN, 50, 40, 20, 60]);
    expect(features.paid).toEqual([1, 0, Number.NaN, 1, 1, 0]);
    expect(features.plan).toEqual([0, 1, 0, Number.NaN, 2, 0]);
  });

  it('makes date parts in UTC, without the hour where no date has a time', () => {
    const features = byName(fitAll(mixed, 'tree').transform(mixed));
    expect(features['since: year']).toEqual([2024, 2023, Number.NaN, 2024, 2024, 2024]);
    expect(features['since: month'][0]).toBe(2);
    expect(features['since: day_of_month'][0]).toBe(29);
    expect(features['since: day_of_week'].slice(3)).toEqual([1, 7, 1]);
    expect(features['since: epoch_days'][3]).toBe(19723);
    expect(features).not.toHaveProperty('since: hour');
    const timed = table(datetime('at', '2024-01-01T18:30:00Z', '1969-12-31T06:00:00Z'));
    expect(byName(fitAll(timed, 'tree').transform(timed))['at: hour']).toEqual([18.5, 6]);
  });

  it('turns text into facts and frequent words', () => {
    const notes = table(
      text('note', ...Array.from({ length: 30 }, (_, i) => (i < 12 ? 'Great soup!' : `Nr ${i}`))),
    );
    const features = byName(fitAll(notes, 'tree').transform(notes));
    expect(features['note: words'][0]).toBe(2);
    expect(features['note: exclamation_marks'][0]).toBe(1);
    expect(features['note: contains "great"'].slice(10, 14)).toEqual([1, 1, 0, 0]);
    expect(byName(fitAll(mixed, 'tree').transform(mixed))['note: characters'][3]).toBeNaN();
  });

  it('says the source column of every feature, and how many codes a categorical one has', () => {
    const { features } = fitAll(mixed, 'tree');
    expect(new Set(features.map((f) => f.source))).toEqual(new Set(mixed.columns.map((c) => c.name)));
    expect(features.find((f) => f.name === 'plan')).toMatchObject({ kind: 'categorical', nCategories: 3 });
  });

  it('holds at most 255 codes; rare and new categories share the last', () => {
    const many = table(categorical('id', ...Array.from({ length: 1000 }, (_, i) => `c${i % 400}`)));
    const pipeline = fitAll(many, 'tree');
    expect(pipeline.features[0].nCategories).toBe(255);
    const unseen = pipeline.transform(table(categorical('id', 'never seen', 'c0')));
    expect([...unseen.columns[0]]).toEqual([254, 0]);
  });
});

describe('the dense view', () => {
  it('fills gaps with the median and marks them', () => {
    const data = table(numeric('age', 1, 2, 3, null, 4, 5));
    const features = byName(fitAll(data, 'dense').transform(data));
    expect(features['age is missing']).toEqual([0, 0, 0, 1, 0, 0]);
    expect(features.age[3]).toBe(0);
    expect(features.age[0]).toBe(-features.age[5]);
  });

  it('gives a normal column deviation one, and draws far values in', () => {
    const values = Array.from({ length: 999 }, (_, i) => Math.tan(((i + 1) / 1000 - 0.5) * 3.1));
    const data = table(numeric('x', ...values, 1e12));
    const [scaled] = fitAll(data, 'dense').transform(data).columns;
    expect(scaled[999]).toBe(6);
    expect(Math.min(...scaled)).toBe(-6);
  });

  it('one-hot encodes frequent categories; rare and new ones share a column, missing has its own', () => {
    const cells = [...Array(10).fill('a'), ...Array(6).fill('b'), 'c', 'd', null];
    const data = table(categorical('k', ...cells));
    const pipeline = fitAll(data, 'dense');
    expect(pipeline.features.map((f) => f.name)).toEqual(['k=a', 'k=b', 'k=(rare or new)', 'k=(missing)']);
    const rows = pipeline.transform(table(categorical('k', 'b', 'zebra', null)));
    expect(byName(rows)).toEqual({
      'k=a': [0, 0, 0],
      'k=b': [1, 0, 0],
      'k=(rare or new)': [0, 1, 0],
      'k=(missing)': [0, 0, 1],
    });
  });

  it('leaves a new category at zero everywhere when training had no rare one', () => {
    const data = table(categorical('k', ...Array(5).fill('a'), ...Array(5).fill('b')));
    const matrix = fitAll(data, 'dense').transform(table(categorical('k', 'new')));
    expect(matrix.columns.map((column) => column[0])).toEqual([0, 0]);
  });

  it('makes constant and empty columns zero', () => {
    const data = table(numeric('constant', 7, 7, 7), numeric('empty', null, null, null));
    const features = byName(fitAll(data, 'dense').transform(data));
    expect(features.constant).toEqual([0, 0, 0]);
    expect(features.empty).toEqual([0, 0, 0]);
  });

  it('shares one budget of columns among many categorical columns', () => {
    const columns = Array.from({ length: 300 }, (_, j) =>
      categorical(`c${j}`, ...Array.from({ length: 400 }, (_, i) => `v${(i * (j + 1)) % 40}`)),
    );
    const { features } = fitAll(table(...columns), 'dense');
    expect(features.length).toBeLessThan(2400);
  });
});

describe.each(['tree', 'dense'] as const)('a fitted pipeline (%s view)', (view) => {
  it('looks at the training rows only', () => {
    const training = allRows(5);
    const others = takeRows(mixed, [0, 1, 2, 3, 4, 0]);
    const a = fitted(mixed, view, { rows: training });
    const b = fitted(others, view, { rows: training });
    expect(a.serialise()).toEqual(b.serialise());
  });

  it('is the same after a trip through JSON', () => {
    const pipeline = fitAll(mixed, view);
    const restored = restorePipeline(JSON.parse(JSON.stringify(pipeline.serialise())));
    expect(restored.transform(mixed)).toEqual(pipeline.transform(mixed));
    expect(restored.features).toEqual(pipeline.features);
  });

  it('transforms the rows it is asked for, in that order', () => {
    const pipeline = fitAll(mixed, view);
    const some = pipeline.transform(mixed, Uint32Array.of(5, 0));
    const all = pipeline.transform(mixed);
    expect(some.nRows).toBe(2);
    some.columns.forEach((column, j) => {
      expect([...column]).toEqual([all.columns[j][5], all.columns[j][0]]);
    });
  });

  it('names the columns that are missing from a table', () => {
    const pipeline = fitAll(mixed, view);
    const lacking = table(mixed.columns[0]);
    expect(() => pipeline.transform(lacking)).toThrowError(/COLUMN_MISSING.*paid, plan, since, note/);
  });

  it('takes a table whose columns are in another order, with further ones, for the same', () => {
    const pipeline = fitAll(mixed, view);
    const shuffled = table(numeric('extra', 1, 2, 3, 4, 5, 6), ...[...mixed.columns].reverse());
    expect(pipeline.transform(shuffled)).toEqual(pipeline.transform(mixed));
  });

  it('reads columns that another file typed otherwise', () => {
    const pipeline = fitAll(mixed, view);
    const retyped = table(
      categorical('age', '30', null, '50', '40', '20', '60'),
      categorical('paid', 'yes', 'no', null, 'yes', 'yes', 'no'),
      text('plan', 'b', 'a', 'b', null, 'c', 'b'),
      text('since', '2024-02-29', '2023-12-31', null, '2024-01-01', '2024-01-07', '2024-01-08'),
      categorical('note', 'Good!', 'bad, very bad', '', null, 'ok?', 'GOOD 12'),
    );
    expect(pipeline.transform(retyped)).toEqual(pipeline.transform(mixed));
  });

  it('takes a column without any value as missing, whatever its type', () => {
    const pipeline = fitAll(mixed, view);
    const empty = table(
      text('age', null),
      numeric('paid', null),
      datetime('plan', null),
      numeric('since', null),
      numeric('note', null),
    );
    expect(() => pipeline.transform(empty)).not.toThrow();
  });

  it('refuses words where it learned numbers, with an example', () => {
    const pipeline = fitAll(table(mixed.columns[0]), view);
    expect(() => pipeline.transform(table(categorical('age', '12', 'old')))).toThrowError(
      expect.objectContaining({ code: 'COLUMN_TYPE_CHANGED', person: expect.stringContaining('"old"') }),
    );
  });

  it('keeps names unique when columns and categories collide', () => {
    const cells = Array(6).fill('y=z');
    const data = table(
      categorical('x', ...cells),
      categorical('x=y', ...Array(6).fill('z')),
      numeric('x=y=z', 1, 2, 3, 4, 5, 6),
    );
    const names = fitAll(data, view).features.map((f) => f.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('takes 3,000 columns', () => {
    const columns = Array.from({ length: 3000 }, (_, j) =>
      j % 3 === 0 ? categorical(`c${j}`, 'a', 'b', null, 'a') : numeric(`c${j}`, j, null, 2, 3),
    );
    const data = table(...columns);
    expect(fitAll(data, view).transform(data).columns.length).toBeGreaterThanOrEqual(3000);
  });

  it('survives any column', () => {
    const cell = <T>(value: fc.Arbitrary<T>) =>
      fc.array(fc.option(value, { freq: 4 }), { minLength: 8, maxLength: 8 });
    const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true });
    const anyColumn: fc.Arbitrary<Column> = fc.oneof(
      cell(anyNumber).map((cells) => numeric('x', ...cells)),
      cell(fc.string({ unit: 'binary' })).map((cells) => categorical('x', ...cells)),
      cell(fc.constantFrom<0 | 1>(0, 1)).map((cells) => boolean('x', ['n', 'y'], ...cells)),
      cell(fc.string({ unit: 'binary' })).map((cells) => text('x', ...cells)),
      cell(fc.date({ noInvalidDate: true }).map((d) => d.toISOString())).map((cells) =>
        datetime('x', ...cells),
      ),
    );
    fc.assert(
      fc.property(anyColumn, (column) => {
        const pipeline = fitted(table(column), view, { rows: Uint32Array.of(0, 2, 4, 6) });
        const matrix = pipeline.transform(table(column));
        expect(matrix.columns.length).toBe(matrix.features.length);
        for (const [j, values] of matrix.columns.entries()) {
          const { kind, nCategories } = matrix.features[j];
          expect(values.length).toBe(8);
          for (const value of values) {
            if (view === 'dense') expect(Number.isFinite(value)).toBe(true);
            else if (kind === 'categorical' && !Number.isNaN(value))
              expect(value).toBeLessThan(nCategories as number);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('restorePipeline', () => {
  it('refuses a form that it does not know', () => {
    expect(() => restorePipeline({ format: 'modelwright-pipeline-0' })).toThrowError(/MODEL_FORMAT_UNKNOWN/);
    const older = { format: 'modelwright-pipeline-1', view: 'tree', steps: [] };
    expect(() => restorePipeline(older)).toThrowError(/MODEL_FORMAT_UNKNOWN/);
  });
});
