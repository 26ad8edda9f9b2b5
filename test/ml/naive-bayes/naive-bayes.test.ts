import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, TrainingSet } from '../../../src/ml/estimator.ts';
import { naiveBayes } from '../../../src/ml/naive-bayes/naive-bayes.ts';
import { describeEstimator } from '../../contracts/estimator.ts';

// The contract's features are centred, and what is below 0 tells naive Bayes nothing.
describeEstimator(
  'multinomial naive Bayes',
  naiveBayes,
  {},
  { learns: false, tasks: ['binary', 'multiclass'] },
);
describeEstimator(
  'complement naive Bayes',
  naiveBayes,
  { variant: 'complement' },
  { learns: false, tasks: ['binary', 'multiclass'] },
);

interface Oracle {
  columns: number[][];
  labels: number[];
  weights: number[];
  cases: { variant: string; alpha: number; weighted: boolean; probabilities: number[][] }[];
}

const url = new URL('../../oracles/naive-bayes/values.json', import.meta.url);
const oracle = JSON.parse(readFileSync(url, 'utf8')) as Oracle;

function matrixOf(columns: readonly ArrayLike<number>[]): FeatureMatrix {
  return {
    nRows: columns[0]?.length ?? 0,
    columns: columns.map((column) => Float64Array.from(column)),
    features: columns.map((_, j) => ({ name: `x${j}`, source: `x${j}`, kind: 'numeric' })),
  };
}

const counted: TrainingSet = {
  task: 'multiclass',
  nClasses: 3,
  features: matrixOf(oracle.columns),
  target: Float64Array.from(oracle.labels),
};

describe.each(oracle.cases)('$variant, alpha $alpha, weighted $weighted, against scikit-learn', (stored) => {
  it('has the same probabilities', async () => {
    const { variant, alpha } = stored;
    // Smoothing is in units of weight, and ours have a mean of 1.
    const mean = oracle.weights.reduce((sum, weight) => sum + weight, 0) / oracle.weights.length;
    const set = stored.weighted ? { ...counted, weights: Float64Array.from(oracle.weights) } : counted;
    const parameters = { variant, alpha: stored.weighted ? alpha / mean : alpha };
    const fitted = await naiveBayes.fit(set, parameters, { seed: 1 });
    fitted.predict(set.features).forEach((p, i) => {
      expect(p).toBeCloseTo(stored.probabilities[Math.floor(i / 3)][i % 3], 6);
    });
  });
});

describe('naive Bayes', () => {
  it('refuses a regression', async () => {
    await expect(
      naiveBayes.fit({ ...counted, task: 'regression', nClasses: 1 }, {}, { seed: 1 }),
    ).rejects.toThrow('cannot predict values');
  });

  it('takes negative and missing cells as nothing', async () => {
    const { predict } = await naiveBayes.fit(counted, {}, { seed: 1 });
    const strange = matrixOf(oracle.columns.map(() => [Number.NaN, -3, 0]));
    const p = predict(strange);
    expect([...p.subarray(0, 3)]).toEqual([...p.subarray(6, 9)]);
    expect([...p.subarray(3, 6)]).toEqual([...p.subarray(6, 9)]);
  });

  it('never says NaN, whatever the cells hold', async () => {
    const cell = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e300));
    const row = fc.tuple(cell, cell, fc.integer({ min: 0, max: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        const features = matrixOf([0, 1].map((j) => rows.map((r) => r[j])));
        const target = Float64Array.from(rows, (r) => r[2]);
        for (const variant of ['multinomial', 'complement']) {
          const set: TrainingSet = { task: 'binary', nClasses: 2, features, target };
          const fitted = await naiveBayes.fit(set, { variant }, { seed: 1 });
          expect(fitted.predict(features).some(Number.isNaN)).toBe(false);
          expect(fitted.curve.every(({ trainLoss }) => Number.isFinite(trainLoss))).toBe(true);
        }
      }),
    );
  });
});
