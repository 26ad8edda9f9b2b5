import { describe, expect, it } from 'vitest';
import { selectionStability } from '../../../src/ml/preprocessing/selection-stability.ts';
import { Random } from '../../../src/ml/random.ts';
import { categorical, fitted, numeric, outcome, table } from './columns.ts';

const N_ROWS = 1000;
const random = new Random(11);
const draw = () => Float64Array.from({ length: N_ROWS }, () => random.normal());
const signals = Array.from({ length: 4 }, draw);
const noises = Array.from({ length: 16 }, draw);
const target = outcome(
  Float64Array.from({ length: N_ROWS }, (_, i) => signals.reduce((sum, s) => sum + s[i], random.normal())),
);
const copy = signals[0].map((value) => value + 0.01 * random.normal());
const columns = [
  ...noises.map((values, j) => numeric(`noise ${j}`, ...values)),
  ...signals.map((values, j) => numeric(`signal ${j}`, ...values)),
];

describe.each(['tree', 'dense'] as const)('feature selection (%s view)', (view) => {
  it('keeps what tells of the outcome, and is sure of it', () => {
    const pipeline = fitted(table(...columns), view, { target, parameters: { selectFeatures: 0.2 } });
    expect(pipeline.features.map(({ name }) => name)).toEqual([0, 1, 2, 3].map((j) => `signal ${j}`));
    const { selection } = pipeline;
    expect(selection?.stability.value).toBeGreaterThan(0.95);
    expect(selection?.candidates).toHaveLength(20);
    expect(selection?.candidates.filter(({ kept }) => kept).map(({ frequency }) => frequency)).toEqual([
      1, 1, 1, 1,
    ]);
  });

  it('says that a choice among noise is chance', () => {
    const data = table(...noises.map((values, j) => numeric(`noise ${j}`, ...values)));
    const { selection } = fitted(data, view, { target, parameters: { selectFeatures: 0.25 } });
    expect(selection?.stability.value).toBeLessThan(0.6);
    expect(selection?.stability.low).toBeLessThan(selection?.stability.value as number);
  });

  it('does not keep a feature and its copy in place of another one', () => {
    const data = table(...columns, numeric('copy', ...copy));
    const names = fitted(data, view, { target, parameters: { selectFeatures: 4 / 21 } }).features.map(
      (f) => f.name,
    );
    expect(names.filter((name) => name === 'copy' || name === 'signal 0')).toHaveLength(1);
    expect(names).toHaveLength(4);
  });

  it('needs no column at predict time of which nothing is kept', () => {
    const pipeline = fitted(table(...columns), view, { target, parameters: { selectFeatures: 0.2 } });
    expect(() => pipeline.transform(table(...columns.slice(16)))).not.toThrow();
    expect(() => pipeline.transform(table(...columns.slice(0, 19)))).toThrowError(/COLUMN_MISSING.*signal 3/);
  });

  it('keeps one feature at least', () => {
    const pipeline = fitted(table(...columns), view, { target, parameters: { selectFeatures: 0.001 } });
    expect(pipeline.features).toHaveLength(1);
  });
});

describe('feature selection of encoded categories', () => {
  it('does not fall for a column that names rows', () => {
    const names = categorical('name', ...Array.from({ length: N_ROWS }, (_, i) => `n${i >> 1}`));
    const parameters = { targetEncoding: 'all', minCategoryRows: 1, selectFeatures: 0.2 } as const;
    const { features } = fitted(table(names, ...columns), 'tree', { target, parameters });
    expect(features.map(({ source }) => source)).not.toContain('name');
  });
});

describe('selectionStability', () => {
  const choice = (...chosen: number[]) => Uint8Array.from(chosen);

  it('is 1 for equal choices, and for choices without a choice', () => {
    expect(selectionStability([choice(1, 0, 0), choice(1, 0, 0)]).value).toBe(1);
    expect(selectionStability([choice(1, 1), choice(1, 1)])).toEqual({ value: 1, low: 1, high: 1 });
  });

  it('is what the definition says', () => {
    // Frequencies 1, 1/2, 1/2, 0; mean share 1/2: 1 - (2 × 1/2 + 2 × 1/2) / 4 / 2 ÷ 1/4 with m / (m - 1) = 2.
    expect(selectionStability([choice(1, 1, 0, 0), choice(1, 0, 1, 0)]).value).toBeCloseTo(
      1 - 0.25 / 0.25,
      12,
    );
  });

  it('is about 0 for choices by chance, inside its interval', () => {
    const choices = Array.from({ length: 200 }, () =>
      Uint8Array.from({ length: 50 }, () => (random.uniform() < 0.3 ? 1 : 0)),
    );
    const { value, low, high } = selectionStability(choices);
    expect(Math.abs(value)).toBeLessThan(0.02);
    expect(low).toBeLessThan(0.005);
    expect(high).toBeGreaterThan(-0.005);
  });
});
