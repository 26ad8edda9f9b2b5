import { describe, expect, it } from 'vitest';
import { factorsFor } from '../../../src/ml/trees/gradients.ts';
import { countBitsOf } from '../../../src/ml/trees/grower.ts';

describe('factorsFor', () => {
  it.each([1, 20, 65_535, 1_000_000, 2_097_151, 2_097_152, 50_000_000])(
    'leaves the sums over %i rows small enough for the search and for their cells',
    (nRows) => {
      const countBits = countBitsOf(nRows);
      const { gradientFactor, hessianFactor } = factorsFor(3, 0.7, countBits);
      expect(nRows * Math.round(3 * gradientFactor)).toBeLessThanOrEqual(2 ** 51);
      expect(nRows * Math.round(0.7 * hessianFactor)).toBeLessThan(2 ** Math.min(51, 63 - countBits));
    },
  );

  it('gives a gradient 30 bits up to two million rows', () => {
    expect(factorsFor(1, 1, countBitsOf(2_000_000)).gradientFactor).toBe(2 ** 30);
  });
});
