import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, sortedSample } from '../../../src/ml/preprocessing/quantile.ts';
import { fitRobustScaler, scaleValues } from '../../../src/ml/preprocessing/scale.ts';
import { Random } from '../../../src/ml/random.ts';

describe('quantile', () => {
  it('interpolates as numpy does: numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.5, 0.9, 1])', () => {
    const sorted = Float64Array.of(1, 2, 4, 8);
    [1, 1.3, 3, 6.8, 8].forEach((expected, i) => {
      expect(quantile(sorted, [0, 0.1, 0.5, 0.9, 1][i])).toBeCloseTo(expected, 12);
    });
  });

  it('works on a thinned sample of long columns', () => {
    const values = new Random(1).shuffle(Float64Array.from({ length: 100_000 }, (_, i) => i));
    const sample = sortedSample(values);
    expect(sample.length).toBeLessThanOrEqual(20_000);
    expect(quantile(sample, 0.5)).toBeGreaterThan(48_000);
    expect(quantile(sample, 0.5)).toBeLessThan(52_000);
  });
});

describe('the robust scaler', () => {
  it('gives a normal column mean 0 and deviation 1', () => {
    const random = new Random(1);
    const values = Float64Array.from({ length: 5000 }, () => 100 + 7 * random.normal()).sort();
    const { centre, scale } = fitRobustScaler(values);
    expect(centre).toBeCloseTo(100, 0);
    expect(scale).toBeCloseTo(7, 0);
  });

  it('uses mean and deviation where the middle half is one value', () => {
    const values = new Float64Array(100);
    values[0] = 50;
    const scaler = fitRobustScaler(sortedSample(values));
    expect(scaler.scale).toBeCloseTo(Math.sqrt(25 - 0.25), 10);
    expect(scaleValues(scaler, values)[0]).toBe(6);
  });

  it('is finite for any finite numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (numbers) => {
        const values = Float64Array.from(numbers);
        for (const value of scaleValues(fitRobustScaler(values.toSorted()), values))
          expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });
});
