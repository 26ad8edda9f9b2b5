import { describe, expect, it } from 'vitest';
import { LEVELS, learnSpread, pinball, quantileOf } from '../../../src/ml/forecasting/spread.ts';
import { normalQuantile } from '../../../src/ml/quantiles.ts';
import { Random } from '../../../src/ml/random.ts';

describe('the spread of errors', () => {
  it('has the quantiles of the errors of each step', () => {
    const random = new Random(1);
    const n = 20_000;
    const steps = Uint8Array.from({ length: n }, (_, i) => 1 + (i % 2));
    const errors = Float64Array.from(steps, (step) => step * random.normal());
    const spread = learnSpread(steps, errors, 2);
    LEVELS.forEach((level, i) => {
      expect(Math.abs(spread.quantiles[0][i] - normalQuantile(level))).toBeLessThan(0.06);
      expect(Math.abs(spread.quantiles[1][i] - 2 * normalQuantile(level))).toBeLessThan(0.12);
    });
    expect(quantileOf(spread, 0, 1, 10, 3)).toBe(10 + 3 * spread.quantiles[0][0]);
  });

  it('takes the errors of neighbouring steps where a step has few', () => {
    const steps = [1, 2, 3];
    const spread = learnSpread(steps, Float64Array.of(-1, 0, 5), 4);
    expect(spread.quantiles).toHaveLength(4);
    expect(spread.quantiles[3][0]).toBe(-1);
    expect(spread.quantiles[0][LEVELS.length - 1]).toBe(5);
  });

  it('rises from level to level', () => {
    const random = new Random(2);
    const errors = Float64Array.from({ length: 37 }, () => random.normal());
    const [quantiles] = learnSpread(new Uint8Array(37).fill(1), errors, 1).quantiles;
    expect([...quantiles].sort((a, b) => a - b)).toEqual(quantiles);
  });
});

describe('the pinball loss', () => {
  it('weighs an error by the share on its side, and is least at the quantile', () => {
    expect(pinball(10, 8, 0.9)).toBeCloseTo(1.8, 12);
    expect(pinball(8, 10, 0.9)).toBeCloseTo(0.2, 12);
    const values = Array.from({ length: 101 }, (_, i) => i);
    const cost = (quantile: number) => values.reduce((sum, value) => sum + pinball(value, quantile, 0.9), 0);
    const best = values.reduce((least, quantile) => (cost(quantile) < cost(least) ? quantile : least), 0);
    expect(best).toBe(90);
  });
});
