import { describe, expect, it } from 'vitest';
import { drawFolds, NOT_FITTED } from '../../../src/ml/preprocessing/cross-fitting.ts';
import { restorePipeline } from '../../../src/ml/preprocessing/pipeline.ts';
import { Random } from '../../../src/ml/random.ts';
import { allRows, categorical, fitted, numeric, outcome, table, text } from './columns.ts';

const N_ROWS = 3000;
/** Correlations of independent columns of 3000 rows stay below this but once in 5000 times. */
const CHANCE = 3.7 / Math.sqrt(N_ROWS);

const random = new Random(7);
const noise = Float64Array.from({ length: N_ROWS }, () => random.normal());
const coins = Float64Array.from(noise, (value) => (value > 0.3 ? 1 : 0));
const dice = Float64Array.from({ length: N_ROWS }, () => random.integer(3));
const manyKinds = table(
  categorical('kind', ...Array.from({ length: N_ROWS }, () => `k${random.integer(450)}`)),
  categorical('other', ...Array.from({ length: N_ROWS }, () => `o${random.integer(30)}`)),
);
const everything = { targetEncoding: 'all', interactions: 'both', aggregates: true } as const;

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x / n, 0);
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

describe.each(['tree', 'dense'] as const)('target encoding (%s view)', (view) => {
  it.each([
    ['numbers', noise, []],
    ['two classes', coins, ['a', 'b']],
    ['three classes', dice, ['a', 'b', 'c']],
  ] as const)('tells nothing of noise to the rows that it was learned from: %s', (_, values, classes) => {
    const target = outcome(values, Math.max(1, classes.length));
    const fitting = { target, classes, parameters: everything };
    const pipeline = fitted(manyKinds, view, fitting);
    const indicators =
      classes.length === 3 ? [0, 1, 2].map((k) => values.map((v) => Number(v === k))) : [values];
    const strongest = (columns: readonly Float64Array[]) =>
      Math.max(...columns.flatMap((column) => indicators.map((y) => Math.abs(correlation(column, y)))));

    const honest = pipeline.transformTraining(manyKinds, allRows(N_ROWS)).columns;
    const naive = pipeline.transform(manyKinds).columns;
    expect(honest.length).toBeGreaterThanOrEqual(2);
    expect(strongest(honest)).toBeLessThan(CHANCE);
    expect(strongest(naive)).toBeGreaterThan(4 * CHANCE);
  });

  it('is no different for a row whose own outcome was another', () => {
    const row = 17;
    const others = Float64Array.from(noise);
    others[row] = 1000;
    const parameters = { targetEncoding: 'all', dates: 'cyclical' } as const;
    const featuresOf = (values: Float64Array) =>
      fitted(manyKinds, 'tree', { target: outcome(values), parameters }).transformTraining(
        manyKinds,
        Uint32Array.of(row),
      ).columns;
    expect(featuresOf(others)).toEqual(featuresOf(noise));
  });

  it('finds what a column tells', () => {
    const effects = Float64Array.from({ length: 450 }, () => random.normal());
    const column = manyKinds.columns[0] as Extract<
      (typeof manyKinds.columns)[0],
      { type: 'categorical' | 'id' }
    >;
    const telling = Float64Array.from(column.codes, (code, i) => 2 * effects[code] + noise[i]);
    const pipeline = fitted(table(column), view, {
      target: outcome(telling),
      parameters: { targetEncoding: 'high' },
    });
    const { columns } = pipeline.transformTraining(table(column), allRows(N_ROWS));
    expect(correlation(columns[0], telling)).toBeGreaterThan(0.75);
  });

  it('looks at no outcome of other rows', () => {
    const rows = allRows(N_ROWS).filter((row) => row % 3 > 0);
    const elsewhere = noise.map((value, row) => (row % 3 > 0 ? value : Number.NaN));
    const serialised = [noise, elsewhere].map((values) =>
      fitted(manyKinds, view, { rows, target: outcome(values), parameters: everything }).serialise(),
    );
    expect(serialised[0]).toEqual(serialised[1]);
  });

  it('gives new categories and gaps a number', () => {
    const pipeline = fitted(manyKinds, view, { target: outcome(noise), parameters: everything });
    const unseen = table(categorical('kind', 'new', null, 'k1'), categorical('other', null, 'o1', 'new'));
    for (const column of pipeline.transform(unseen).columns)
      for (const value of column) expect(value).not.toBeNaN();
  });

  it('knows training rows only, and only in the process that fitted', () => {
    const rows = Uint32Array.of(0, 1, 2, 3);
    const pipeline = fitted(manyKinds, view, { rows });
    expect(() => pipeline.transformTraining(manyKinds, Uint32Array.of(4))).toThrowError(/row 4 was not part/);
    const shorter = table(categorical('kind', 'a'), categorical('other', 'b'));
    expect(() => pipeline.transformTraining(shorter, Uint32Array.of(0))).toThrowError(/3000 rows, not 1/);
    const restored = restorePipeline(JSON.parse(JSON.stringify(pipeline.serialise())));
    expect(() => restored.transformTraining(manyKinds, rows)).toThrowError(/restored/);
  });
});

describe('which columns are encoded by the target', () => {
  const few = categorical('few', ...Array.from({ length: 200 }, (_, i) => `f${i % 10}`));
  const many = categorical('many', ...Array.from({ length: 200 }, (_, i) => `m${i % 11}`));
  const rare = categorical('rare', ...Array.from({ length: 200 }, (_, i) => `r${i}`));
  const data = table(few, many, rare, numeric('n', ...allRows(200)), text('t', ...Array(200).fill('same')));
  const encodedBy = (parameters: Record<string, unknown>, classes: readonly string[] = []) =>
    fitted(data, 'tree', { parameters, classes, target: outcome(new Float64Array(200), classes.length || 1) })
      .features.filter(({ name }) => /mean of|share of/.test(name))
      .map(({ name }) => name);

  it('is none by default', () => expect(encodedBy({})).toEqual([]));
  it('is those with more than 10 categories that have rows enough', () => {
    expect(encodedBy({ targetEncoding: 'high' })).toEqual(['many: mean of y']);
    expect(encodedBy({ targetEncoding: 'high', minCategoryRows: 1 })).toEqual([
      'many: mean of y',
      'rare: mean of y',
    ]);
  });
  it('is all of them, with a number per class; of two classes the second', () => {
    expect(encodedBy({ targetEncoding: 'all' }, ['no', 'yes'])).toEqual([
      'few: share of yes',
      'many: share of yes',
    ]);
    expect(encodedBy({ targetEncoding: 'all' }, ['a', 'b', 'c'])).toHaveLength(6);
    expect(encodedBy({ targetEncoding: 'all' }, Array.from('abcdefghijk'))).toEqual([]);
  });
});

describe('drawFolds', () => {
  it('deals the fitted rows into five folds with the shares of each class', () => {
    const values = Float64Array.from({ length: 103 }, (_, i) => (i < 30 ? 1 : i < 100 ? 0 : Number.NaN));
    const rows = allRows(103).filter((row) => row !== 50);
    const { foldOf, nFolds } = drawFolds(values, rows, 103, true, 3);
    expect(nFolds).toBe(5);
    expect(foldOf[50]).toBe(NOT_FITTED);
    for (let fold = 0; fold < 5; fold++) {
      const inFold = [...rows].filter((row) => foldOf[row] === fold);
      expect(inFold.filter((row) => values[row] === 1)).toHaveLength(6);
      expect(inFold.length).toBeGreaterThanOrEqual(20);
    }
    expect(drawFolds(values, rows, 103, true, 3)).toEqual({ foldOf, nFolds });
    expect(drawFolds(values, rows, 103, true, 4).foldOf).not.toEqual(foldOf);
  });
});
