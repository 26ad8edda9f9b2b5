import { describe, expect, it } from 'vitest';
import { association } from '../../../src/ml/inspection/association.ts';
import { heterogeneity, varianceComponents } from '../../../src/ml/metrics/variance-components.ts';
import { chiSquaredQuantile, chiSquaredTail } from '../../../src/ml/quantiles.ts';
import { Random } from '../../../src/ml/random.ts';
import { oracle } from './oracle.ts';

const reference = oracle<{
  components: { scores: number[][]; within: number; between: number; low: number; high: number }[];
  groups: { values: number[]; errors: number[]; q: number; variance: number; p: number }[];
  tails: [number, number, number][];
  quantiles: [number, number, number][];
  associations: { a: number[]; b: number[]; v: number }[];
}>('metrics/stability.json');

const isNear = (value: number, expected: number, share: number) =>
  expect(Math.abs(value - expected)).toBeLessThan(share * Math.max(1e-6, Math.abs(expected)));

describe('variance components', () => {
  it.each(reference.components.map((one, i) => [i, one] as const))(
    'of layout %d are those of a mixed model by REML',
    (_, { scores, within, between, low, high }) => {
      const found = varianceComponents(scores);
      isNear(found.within, within, 2e-3); // as far as the likelihood was climbed there
      isNear(found.between, between, 2e-3);
      isNear(found.withinLow, low, 1e-8);
      isNear(found.withinHigh, high, 1e-8);
    },
  );

  it('are found again on average, and the interval of the one within holds it 95 times of 100', () => {
    const random = new Random(3);
    let [within, between, held] = [0, 0, 0];
    const times = 2000;
    for (let i = 0; i < times; i++) {
      const places = Array.from({ length: 5 }, () => 2 * random.normal());
      const scores = Array.from({ length: 3 }, () => places.map((place) => place + 0.5 * random.normal()));
      const found = varianceComponents(scores);
      within += found.within / times;
      between += found.between / times;
      held += found.withinLow <= 0.25 && found.withinHigh >= 0.25 ? 1 / times : 0;
    }
    isNear(within, 0.25, 0.05);
    isNear(between, 4, 0.1);
    expect(Math.abs(held - 0.95)).toBeLessThan(0.015);
  });

  it('of a single repeat are not told apart', () => {
    const { within, between } = varianceComponents([[1, 2, 3]]);
    expect([within, between]).toEqual([Number.NaN, 1]);
  });
});

describe('heterogeneity', () => {
  it.each(reference.groups)('$q is that of statsmodels', ({ values, errors, q, variance, p }) => {
    const found = heterogeneity(values.map((value, i) => ({ value, error: errors[i] as number })));
    isNear(found.q, q, 1e-9);
    isNear(found.variance, variance, 1e-8);
    isNear(chiSquaredTail(found.q, found.freedom), p, 1e-9);
  });
});

describe('chi-squared', () => {
  it.each(reference.tails)('tail at %d with %d degrees of freedom equals SciPy', (x, df, expected) => {
    expect(Math.abs(chiSquaredTail(x, df) - expected)).toBeLessThan(1e-12 + 1e-9 * expected);
  });

  it.each(reference.quantiles)('quantile of %d with %d degrees equals SciPy', (p, df, expected) => {
    expect(Math.abs(chiSquaredQuantile(p, df) / expected - 1)).toBeLessThan(1e-8);
  });

  it('is undefined outside of its domain', () => {
    expect([chiSquaredQuantile(0, 3), chiSquaredQuantile(0.5, 0), chiSquaredTail(1, 0)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(chiSquaredTail(-1, 3)).toBe(1);
  });
});

describe('association', () => {
  it.each(reference.associations.map((one, i) => [i, one] as const))(
    'of pair %d is the corrected V of Bergsma',
    (_, { a, b, v }) => {
      const of = (codes: readonly number[]) => [Int32Array.from(codes), Math.max(...codes) + 1] as const;
      isNear(association(...of(a), ...of(b)), v, 1e-9);
      isNear(association(...of(b), ...of(a)), v, 1e-9);
    },
  );

  it('is 1 for a column and itself, and 0 where one has a single value', () => {
    const codes = Int32Array.from({ length: 60 }, (_, i) => i % 4);
    expect(association(codes, 4, codes, 4)).toBeCloseTo(1, 12);
    expect(association(codes, 4, new Int32Array(60), 1)).toBe(0);
  });
});
