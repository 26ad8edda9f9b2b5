import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import type { Distribution } from '../../../../src/ml/tuning/distributions.ts';
import { drawSetting } from '../../../../src/ml/tuning/samplers/random.ts';
import { samplerContract } from '../../../contracts/sampler.ts';

samplerContract('random');

function draws(distribution: Distribution, n = 20_000): number[] {
  const random = new Random(5);
  return Array.from({ length: n }, () => drawSetting({ x: distribution }, random).x as number);
}

function share(values: number[], test: (value: number) => boolean): number {
  return values.filter(test).length / values.length;
}

describe('drawSetting', () => {
  it('spreads a log float evenly over the decades', () => {
    const values = draws({ kind: 'float', low: 1e-4, high: 1, log: true });
    for (const decade of [1e-4, 1e-3, 1e-2, 1e-1]) {
      expect(share(values, (value) => value >= decade && value < 10 * decade)).toBeCloseTo(0.25, 1.5);
    }
  });

  it('draws the ends of a whole-number range as often as the values between', () => {
    const values = draws({ kind: 'int', low: 3, high: 7, log: false });
    for (const k of [3, 4, 5, 6, 7])
      expect(Math.abs(share(values, (value) => value === k) - 0.2)).toBeLessThan(0.01);
  });

  it('draws each value of a log whole-number range as often as its width in the logarithm', () => {
    const values = draws({ kind: 'int', low: 1, high: 8, log: true });
    const width = Math.log(8.5 / 0.5);
    for (const k of [1, 2, 5, 8]) {
      const expected = Math.log((k + 0.5) / (k - 0.5)) / width;
      expect(Math.abs(share(values, (value) => value === k) - expected)).toBeLessThan(0.012);
    }
  });

  it('keeps the values of other parameters when one is added or the order changes', () => {
    const a: Distribution = { kind: 'float', low: 0, high: 1, log: false };
    const b: Distribution = { kind: 'int', low: 0, high: 1000, log: false };
    const alone = drawSetting({ a }, new Random(2));
    expect(drawSetting({ b, a }, new Random(2)).a).toBe(alone.a);
    expect(drawSetting({ b, a }, new Random(2))).toEqual(drawSetting({ a, b }, new Random(2)));
  });
});
