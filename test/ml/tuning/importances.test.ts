import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/ml/random.ts';
import type { Parameters, SearchSpace } from '../../../src/ml/tuning/distributions.ts';
import { hyperparameterImportances } from '../../../src/ml/tuning/importances.ts';
import { drawSetting } from '../../../src/ml/tuning/samplers/random.ts';

const SPACE: SearchSpace = {
  a: { kind: 'float', low: 0, high: 1, log: false },
  b: { kind: 'float', low: 0, high: 1, log: false },
  rate: { kind: 'float', low: 1e-3, high: 1, log: true },
  mode: { kind: 'categorical', choices: ['x', 'y', 'z', 'w'] },
};

function sharesOf(value: (parameters: Parameters) => number, n = 300): Record<string, number> {
  const random = new Random(1);
  const trials = Array.from({ length: n }, () => {
    const parameters = drawSetting(SPACE, random);
    return { parameters, state: 'complete' as const, value: value(parameters) };
  });
  return Object.fromEntries(hyperparameterImportances(SPACE, trials).map(({ name, share }) => [name, share]));
}

describe('the importance of hyperparameters', () => {
  it('is the share of the variance, where that is known', () => {
    // Variances of 2a and b over the unit interval are 4 / 12 and 1 / 12.
    const linear = sharesOf(({ a, b }) => 2 * (a as number) + (b as number));
    expect(linear.a).toBeCloseTo(0.8, 1);
    expect(linear.b).toBeCloseTo(0.2, 1);
    expect(linear.rate).toBeLessThan(0.03);
    expect(linear.mode).toBeLessThan(0.03);
  });

  it('measures ranges on their own scale and choices by how different they are', () => {
    // In the logarithm uniform over 3 decades: variance 9 / 12. One choice of four 2 higher: 4 * 3 / 16 = 9 / 12.
    const shares = sharesOf(({ rate, mode }) => Math.log10(rate as number) + (mode === 'y' ? 2 : 0));
    expect(shares.rate).toBeCloseTo(0.5, 1);
    expect(shares.mode).toBeCloseTo(0.5, 1);
  });

  it('adds up to one, largest first, and is the same again', () => {
    const shares = sharesOf(({ a, b }) => Math.sin(9 * (a as number)) * (b as number), 30);
    const values = Object.values(shares);
    expect(values.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(values).toEqual([...values].sort((x, y) => y - x));
    expect(sharesOf(({ a, b }) => Math.sin(9 * (a as number)) * (b as number), 30)).toEqual(shares);
  });

  it('says nothing where there is nothing to tell', () => {
    expect(sharesOf(() => 1)).toEqual({});
    expect(sharesOf(({ a }) => a as number, 1)).toEqual({});
    expect(hyperparameterImportances(SPACE, [])).toEqual([]);
    expect(
      hyperparameterImportances(SPACE, [{ parameters: {}, state: 'failed', value: Number.NaN }]),
    ).toEqual([]);
  });
});
