import { expect, it } from 'vitest';
import { wilsonInterval } from '../../../src/ml/metrics/wilson.ts';
import { oracle } from './oracle.ts';

it('equals statsmodels, ends at 0 and 1 included', () => {
  for (const [successes, n, confidence, low, high] of oracle<number[][]>('metrics/wilson.json')) {
    const interval = wilsonInterval(successes / n, n, confidence);
    expect(interval.low).toBeCloseTo(low, 8);
    expect(interval.high).toBeCloseTo(high, 8);
  }
});

it('is the whole range without observations', () => {
  expect(wilsonInterval(0, 0, 0.95)).toEqual({ low: 0, high: 1 });
});
