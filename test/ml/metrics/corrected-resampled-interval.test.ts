import { expect, it } from 'vitest';
import { correctedResampledInterval } from '../../../src/ml/metrics/corrected-resampled-interval.ts';
import { oracle } from './oracle.ts';

interface Case {
  folds: number[];
  nTrain: number;
  nTest: number;
  value: number;
  low: number;
  high: number;
}

it.each(oracle<Case[]>('metrics/corrected-resampled.json'))(
  'equals the formula with SciPy for $folds.length folds',
  ({ folds, nTrain, nTest, ...expected }) => {
    const actual = correctedResampledInterval(folds, nTrain, nTest);
    expect(actual.value).toBeCloseTo(expected.value, 12);
    expect(actual.low).toBeCloseTo(expected.low, 8);
    expect(actual.high).toBeCloseTo(expected.high, 8);
  },
);

it('has no ends for a single fold', () => {
  const { value, low, high } = correctedResampledInterval([0.8], 80, 20);
  expect([value, low, high]).toEqual([0.8, Number.NaN, Number.NaN]);
});
