/** Every parameter, on tables of every kind. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/ml/data/table.ts';
import type { FeatureMatrix } from '../../../src/ml/estimator.ts';
import { PreprocessingParameters, splitParameters } from '../../../src/ml/preprocessing/parameters.ts';
import type { FittedPipeline } from '../../../src/ml/preprocessing/pipeline.ts';
import { restorePipeline } from '../../../src/ml/preprocessing/pipeline.ts';
import { Random } from '../../../src/ml/random.ts';
import { allRows, boolean, categorical, datetime, fitted, numeric, outcome, table, text } from './columns.ts';
import { wildNumber, wildTable } from './wild-tables.ts';

const VIEWS = ['tree', 'dense'] as const;
const SETTINGS: Record<string, unknown>[] = [
  {},
  { minCategoryRows: 1 },
  { minCategoryRows: 40 },
  { targetEncoding: 'high' },
  { targetEncoding: 'all', targetSmoothing: 20 },
  { dates: 'cyclical' },
  { numericTransform: 'quantile' },
  { numericTransform: 'power' },
  { numericTransform: 'smoothClip' },
  { numericTransform: 'common' },
  { text: 'tfidf' },
  { text: 'tfidf', textNgrams: 'both', textFeatures: 64 },
  { text: 'hashed', textFeatures: 100 },
  { text: 'hashed', textNgrams: 'characters', textFeatures: 32 },
  { interactions: 'categorical' },
  { interactions: 'categorical', targetEncoding: 'all' },
  { interactions: 'arithmetic' },
  { interactions: 'both', aggregates: true },
  { aggregates: true, numericTransform: 'power' },
  { selectFeatures: 0.3 },
  { selectFeatures: 0.5, targetEncoding: 'all', interactions: 'both', aggregates: true, text: 'tfidf' },
];

function richTable(nRows: number): { data: Table; values: Float64Array } {
  const random = new Random(5);
  const cells = <T>(make: (row: number) => T) =>
    Array.from({ length: nRows }, (_, row) => (random.uniform() < 0.06 ? null : make(row)));
  const words = ['soup', 'größe', 'bread', '猫', 'no', 'yes', '😀'];
  const data = table(
    numeric('a', ...cells(() => random.normal())),
    numeric('b', ...cells(() => Math.exp(2 * random.normal()))),
    boolean('flag', ['no', 'yes'], ...cells(() => random.integer(2) as 0 | 1)),
    categorical('shape', ...cells(() => 'pqr'[random.integer(3)])),
    categorical('city', ...cells(() => `city ${random.integer(30)}`)),
    datetime('start', ...cells(() => new Date(1.6e12 + random.uniform() * 1e11).toISOString())),
    datetime('end', ...cells(() => new Date(1.7e12 + random.uniform() * 1e11).toISOString())),
    text('note', ...cells(() => Array.from({ length: 5 }, () => words[random.integer(7)]).join(' '))),
  );
  const [a, b, flag, shape] = data.columns;
  const values = Float64Array.from({ length: nRows }, (_, row) => {
    const product = (a as { values: Float64Array }).values[row] * (b as { values: Float64Array }).values[row];
    const isSame =
      (flag as { values: Uint8Array }).values[row] === (shape as { codes: Int32Array }).codes[row] % 2;
    return (Number.isNaN(product) ? 0 : Math.tanh(product)) + (isSame ? 1 : 0) + 0.1 * random.normal();
  });
  return { data, values };
}

function expectWellFormed(pipeline: FittedPipeline, data: Table, view: 'tree' | 'dense'): void {
  const matrix = pipeline.transform(data);
  expect(matrix.columns.length).toBe(matrix.features.length);
  expect(new Set(matrix.features.map(({ name }) => name)).size).toBe(matrix.features.length);
  matrix.columns.forEach((column, j) => {
    expect(column.length).toBe(data.nRows);
    const { kind, name, nCategories = 0 } = matrix.features[j];
    for (const value of column) {
      const isGap = view === 'tree' && Number.isNaN(value);
      if (!isGap && !Number.isFinite(value)) expect.fail(`${name} is ${value}`);
      if (kind === 'categorical' && value >= nCategories) expect.fail(`${name} has code ${value}`);
    }
  });
}

/** As JSON writes it: a file does not keep the sign of 0. */
const written = ({ columns }: FeatureMatrix) => JSON.stringify(columns.map((column) => [...column]));

describe.each(VIEWS)('every setting (%s view)', (view) => {
  const { data, values } = richTable(240);
  const rows = allRows(240).filter((row) => row % 4 > 0);
  const target = outcome(values);

  it.each(SETTINGS)('%j survives a file and repeats itself', (parameters) => {
    const pipeline = fitted(data, view, { parameters, rows, target });
    expectWellFormed(pipeline, data, view);
    const restored = restorePipeline(JSON.parse(JSON.stringify(pipeline.serialise())));
    expect(restored.features).toEqual(pipeline.features);
    expect(restored.selection).toEqual(pipeline.selection);
    expect(written(restored.transform(data))).toBe(written(pipeline.transform(data)));
    expect(fitted(data, view, { parameters, rows, target }).serialise()).toEqual(pipeline.serialise());
    const some = pipeline.transform(data, Uint32Array.of(9, 2));
    const all = pipeline.transform(data);
    some.columns.forEach((column, j) => {
      expect([...column]).toEqual([all.columns[j][9], all.columns[j][2]]);
    });
  });

  it.each(SETTINGS)('%j looks at the training rows only', (parameters) => {
    const others = richTable(240).data;
    const scrambled = table(
      ...others.columns.map((column) =>
        column.type === 'numeric'
          ? { ...column, values: column.values.map((v, row) => (row % 4 > 0 ? v : 1e9)) }
          : column,
      ),
    );
    const changed = outcome(values.map((value, row) => (row % 4 > 0 ? value : -1e9)));
    const a = fitted(data, view, { parameters, rows, target }).serialise();
    const b = fitted(scrambled, view, { parameters, rows, target: changed }).serialise();
    expect(b).toEqual(a);
  });
});

describe('a common scale', () => {
  it('is one mean and one deviation of all numbers, and marks no gaps', () => {
    const data = table(
      numeric('a', 0, 4, 8, 4),
      numeric('b', 8, null, 8, 8),
      boolean('c', ['0', '1'], 0, 1, 0, 1),
    );
    const values = Float64Array.from([0, 1, 0, 1]);
    const pipeline = fitted(data, 'dense', {
      parameters: { numericTransform: 'common' },
      target: outcome(values),
    });
    const all = [0, 4, 8, 4, 8, 8, 8, 0, 1, 0, 1];
    const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
    const deviation = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length);
    const { features, columns } = pipeline.transform(data);
    expect(features.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    // The gap is filled with the median, 8.
    [0, 4, 8, 4, 8, 8, 8, 8, 0, 1, 0, 1].forEach((x, i) => {
      expect(columns[Math.floor(i / 4)][i % 4]).toBeCloseTo((x - mean) / deviation, 10);
    });
  });
});

describe('what a setting adds', () => {
  const { data, values } = richTable(1500);
  const namesWith = (parameters: Record<string, unknown>) =>
    fitted(data, 'tree', { parameters, target: outcome(values) }).features.map(({ name }) => name);
  const plain = new Set(namesWith({}));
  const added = (parameters: Record<string, unknown>) =>
    namesWith(parameters).filter((name) => !plain.has(name));

  it('crosses the categories that together tell more', () => {
    expect(added({ interactions: 'categorical' })[0]).toBe('flag × shape');
  });
  it('multiplies the numbers that together tell more', () => {
    expect(added({ interactions: 'arithmetic' })).toContain('a × b');
  });
  it('tells what is usual within the categories', () => {
    const names = added({ aggregates: true });
    expect(names).toContain('shape: frequency');
    expect(names).toContain('mean of a by shape');
    expect(names).toContain('deviation of a by shape');
  });
  it('places dates on circles', () => {
    expect(added({ dates: 'cyclical' })).toContain('start: month_sin');
  });
  it('weighs words in place of marking them', () => {
    expect(added({ text: 'tfidf' })).toContain('note: weight of "soup bread"');
    expect(namesWith({ text: 'tfidf' })).not.toContain('note: contains "soup"');
  });
  it('makes as many text features as it was told at most', () => {
    expect(added({ text: 'hashed', textFeatures: 100 })).toHaveLength(64);
    expect(added({ text: 'tfidf', textFeatures: 20, textNgrams: 'both' })).toHaveLength(20);
  });
});

describe('wild tables', () => {
  const parameters = (): fc.Arbitrary<Record<string, unknown>> =>
    fc.record(
      {
        minCategoryRows: fc.constantFrom(1, 3),
        targetEncoding: fc.constantFrom('none', 'high', 'all'),
        dates: fc.constantFrom('parts', 'cyclical'),
        numericTransform: fc.constantFrom('robust', 'quantile', 'power', 'smoothClip', 'common'),
        text: fc.constantFrom('facts', 'tfidf', 'hashed'),
        textNgrams: fc.constantFrom('words', 'characters', 'both'),
        textFeatures: fc.constant(16),
        interactions: fc.constantFrom('none', 'both'),
        aggregates: fc.boolean(),
        selectFeatures: fc.constantFrom(1, 0.4),
      },
      { requiredKeys: ['textFeatures'] },
    );
  const anyOutcome = fc.array(fc.oneof(wildNumber, fc.constant(Number.NaN)), {
    minLength: 12,
    maxLength: 12,
  });

  it.each(VIEWS)('never break a pipeline (%s view)', (view) => {
    fc.assert(
      fc.property(wildTable(), parameters(), anyOutcome, fc.boolean(), (data, setting, drawn, isClasses) => {
        const known = drawn.slice(0, data.nRows);
        const values = isClasses ? known.map((y) => (Number.isNaN(y) ? y : Number(y > 0))) : known;
        const classes = isClasses ? ['n', 'y'] : [];
        const target = outcome(values, isClasses ? 2 : 1);
        const rows = allRows(data.nRows).filter((row) => row % 3 < 2);
        const pipeline = fitted(data, view, { parameters: setting, rows, classes, target });
        expectWellFormed(pipeline, data, view);
        for (const column of pipeline.transformTraining(data, rows).columns)
          for (const value of column) if (view === 'dense') expect(Number.isFinite(value)).toBe(true);
        const restored = restorePipeline(JSON.parse(JSON.stringify(pipeline.serialise())));
        expect(written(restored.transform(data))).toBe(written(pipeline.transform(data)));
      }),
      { numRuns: 150 },
    );
  });

  it.each(VIEWS)('with 20,000 categories and texts take a moment (%s view)', (view) => {
    const names = Array.from({ length: 20_000 }, (_, i) => `näme ${i}`);
    const data = table(
      categorical('c', ...names),
      text('t', ...names),
      categorical('d', ...names.toReversed()),
    );
    const pipeline = fitted(data, view, {
      parameters: {
        targetEncoding: 'all',
        minCategoryRows: 1,
        interactions: 'both',
        text: 'tfidf',
        textFeatures: 16,
      },
    });
    expectWellFormed(pipeline, data, view);
    expect(pipeline.transform(table(...data.columns), new Uint32Array(0)).nRows).toBe(0);
  });
});

describe('the parameters', () => {
  it('are told from those of estimators', () => {
    const { preprocessing, estimator } = splitParameters({ learningRate: 0.1, text: 'hashed' });
    expect(estimator).toEqual({ learningRate: 0.1 });
    expect(preprocessing).toEqual({ ...PreprocessingParameters.parse({}), text: 'hashed' });
    expect(() => splitParameters({ selectFeatures: 0 })).toThrowError();
  });

  it('share no name with those of an estimator', async () => {
    const rooms = ['gbdt', 'linear', 'neural', 'naive-bayes', 'neighbours'];
    const modules = await Promise.all(rooms.map((room) => import(`../../../src/ml/${room}/parameters.ts`)));
    const theirs = modules.flatMap((module) =>
      Object.values(module).flatMap((schema) => Object.keys((schema as { shape?: object }).shape ?? {})),
    );
    expect(theirs.length).toBeGreaterThan(20);
    const ours = Object.keys(PreprocessingParameters.shape);
    expect(ours.filter((name) => theirs.includes(name))).toEqual([]);
  });
});
