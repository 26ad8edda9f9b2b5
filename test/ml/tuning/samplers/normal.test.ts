import { describe, expect, it } from 'vitest';
import { normalCdf, normalMass } from '../../../../src/ml/tuning/samplers/normal.ts';

/** scipy 1.10.1: `norm.cdf(z)`. */
const CDF: readonly (readonly [number, number])[] = [
  [-8, 6.220960574271785e-16],
  [-3.5, 0.00023262907903552504],
  [-2.9, 0.0018658133003840378],
  [-1, 0.15865525393145707],
  [0, 0.5],
  [0.3, 0.6179114221889526],
  [2, 0.9772498680518208],
];

describe('the normal distribution', () => {
  it.each(CDF)('has the probability below %d that scipy gives', (z, expected) => {
    expect(Math.abs(normalCdf(z) / expected - 1)).toBeLessThan(1e-13);
  });

  it('keeps the digits of masses far from the middle', () => {
    expect(normalMass(6, 7) / 9.853078324938088e-10).toBeCloseTo(1, 10);
    expect(normalMass(-7, -6)).toBe(normalMass(6, 7));
    expect(normalMass(-1, 2)).toBeCloseTo(0.8185946141203637, 14);
    expect(normalMass(0, Number.POSITIVE_INFINITY)).toBe(0.5);
  });
});
