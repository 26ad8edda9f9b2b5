import { describe, expect, it } from 'vitest';
import { classFactors, rowWeights, weightsOfCountingRows } from '../../src/ml/class-weights.ts';
import type { TrainingSet } from '../../src/ml/estimator.ts';

function outcomes(target: number[], weights?: number[], nClasses = 3): TrainingSet {
  return {
    task: nClasses === 1 ? 'regression' : 'multiclass',
    nClasses,
    features: { nRows: target.length, features: [], columns: [] },
    target: Float64Array.from(target),
    ...(weights && { weights: Float64Array.from(weights) }),
  };
}

describe('classFactors', () => {
  it('makes the classes that have rows count alike, and leaves the others alone', () => {
    // scikit-learn 1.2.1: compute_class_weight('balanced', classes=[0, 2], y=[0, 0, 0, 2]) = [2/3, 2].
    expect([...(classFactors(outcomes([0, 0, 0, 2]), 'balanced') ?? [])]).toEqual([2 / 3, 1, 2]);
  });

  it('counts rows by their weights', () => {
    expect([...(classFactors(outcomes([0, 1, 2], [2, 1, 1]), 'balanced') ?? [])]).toEqual([
      expect.closeTo(2 / 3, 12),
      expect.closeTo(4 / 3, 12),
      expect.closeTo(4 / 3, 12),
    ]);
  });

  it('has nothing to say unless asked, and refuses a regression', () => {
    expect(classFactors(outcomes([0, 1]), 'none')).toBeUndefined();
    expect(() => classFactors(outcomes([0.5], undefined, 1), 'balanced')).toThrow(RangeError);
  });
});

describe('rowWeights', () => {
  it('scales weights and class factors to a mean of 1', () => {
    expect(rowWeights(outcomes([0, 1]))).toBeUndefined();
    expect([...(rowWeights(outcomes([0, 1, 2], [0, 1, 5])) ?? [])]).toEqual([0, 0.5, 2.5]);
    expect([...(rowWeights(outcomes([0, 1]), Float64Array.of(1, 3, 9)) ?? [])]).toEqual([0.5, 1.5]);
    expect([...(rowWeights(outcomes([0, 1], [3, 1]), Float64Array.of(1, 3, 9)) ?? [])]).toEqual([1, 1]);
  });

  it('stays finite for huge weights', () => {
    const huge = Number.MAX_VALUE;
    expect([...(rowWeights(outcomes([0, 1, 2], [huge, huge, huge])) ?? [])]).toEqual([1, 1, 1]);
  });

  it('takes what is next to nothing as 0, so that no class factor is infinite', () => {
    const uneven = outcomes([0, 1], [5e-324, 1]);
    expect([...(classFactors(uneven, 'balanced') ?? [])]).toEqual([1, 1, 1]);
    expect([...(rowWeights(uneven) ?? [])]).toEqual([0, 2]);
  });
});

describe('weightsOfCountingRows', () => {
  it('gives the positive weights a mean of 1', () => {
    expect([...weightsOfCountingRows(Float64Array.of(0, 0.5, 2.5))]).toEqual([
      0,
      expect.closeTo(1 / 3, 12),
      expect.closeTo(5 / 3, 12),
    ]);
  });
});
