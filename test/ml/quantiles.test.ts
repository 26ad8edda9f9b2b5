import { describe, expect, it } from 'vitest';
import { normalQuantile, studentTQuantile } from '../../src/ml/quantiles.ts';
import { oracle } from './metrics/oracle.ts';

const reference = oracle<{ normal: [number, number][]; studentT: [number, number, number][] }>(
  'metrics/quantiles.json',
);

describe('normalQuantile', () => {
  it.each(reference.normal)('at %d equals SciPy', (p, expected) => {
    expect(Math.abs(normalQuantile(p) - expected)).toBeLessThan(2e-9 * Math.max(1, Math.abs(expected)));
  });

  it('is undefined outside (0, 1)', () => {
    expect([0, 1, -1, Number.NaN].map(normalQuantile)).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe('studentTQuantile', () => {
  it.each(reference.studentT)('at %d with %d degrees of freedom equals SciPy', (p, df, expected) => {
    expect(Math.abs(studentTQuantile(p, df) - expected)).toBeLessThan(1e-8 * Math.max(1, Math.abs(expected)));
  });

  it('is undefined without degrees of freedom', () => {
    expect(studentTQuantile(0.975, 0)).toBeNaN();
  });
});
