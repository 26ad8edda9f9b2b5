import { describe, expect, it } from 'vitest';
import { meanInterval } from '../../../src/ml/metrics/mean-interval.ts';
import { Random } from '../../../src/ml/random.ts';

describe('the interval of a mean', () => {
  it('is the normal one for many independent values', () => {
    const random = new Random(1);
    const values = Float64Array.from({ length: 2500 }, () => 5 + 2 * random.normal());
    const { value, low, high } = meanInterval(values, { seed: 1 });
    expect(value).toBeCloseTo(values.reduce((sum, x) => sum + x, 0) / 2500, 12);
    const half = 1.96 * (2 / Math.sqrt(2500));
    expect(Math.abs(value - low - half)).toBeLessThan(0.012);
    expect(Math.abs(high - value - half)).toBeLessThan(0.012);
  });

  it('is as wide as that of the groups where the values of a group are alike', () => {
    const random = new Random(2);
    const levels = Array.from({ length: 100 }, () => random.normal());
    const groups = Int32Array.from({ length: 2000 }, (_, i) => Math.floor(i / 20));
    const values = Float64Array.from(groups, (group) => levels[group]);
    const together = meanInterval(values, { seed: 1, groups });
    const alone = meanInterval(values, { seed: 1 });
    const ratio = (together.high - together.low) / (alone.high - alone.low);
    expect(ratio).toBeGreaterThan(3.5);
    expect(ratio).toBeLessThan(5.5);
  });
});
