/** Equality with scikit-learn's Ridge, ElasticNet and LogisticRegression (values in test/oracles/linear). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/ml/experiment.ts';
import { linear } from '../../../src/ml/linear/linear.ts';
import type { Parameters } from '../../../src/ml/tuning/distributions.ts';
import { problem } from '../small-problem.ts';

interface Oracle {
  task: Task;
  parameters: Parameters;
  columns: number[][];
  target: number[];
  weights?: number[];
  coefficients: number[][];
  intercepts: number[];
}

describe.each([
  'ridge',
  'elastic-net',
  'logistic',
  'logistic-elastic-net',
  'multinomial',
  'ridge-weighted',
  'elastic-net-weighted',
  'logistic-weighted',
  'multinomial-weighted',
  'logistic-balanced',
  'multinomial-balanced',
])('%s, against scikit-learn', (name) => {
  const url = new URL(`../../oracles/linear/${name}.json`, import.meta.url);
  const oracle = JSON.parse(readFileSync(url, 'utf8')) as Oracle;
  const nFeatures = oracle.columns.length;

  it('has the same coefficients and intercepts', async () => {
    const nClasses = { binary: 2, multiclass: oracle.intercepts.length, regression: 1 }[oracle.task];
    const { model, curve } = await linear.fit(
      {
        ...problem(oracle.task, oracle.columns, oracle.target, nClasses),
        ...(oracle.weights && { weights: Float64Array.from(oracle.weights) }),
      },
      { ...oracle.parameters, tolerance: 1e-9, maxSteps: 1000 },
      { seed: 1 },
    );
    expect(curve.length).toBeLessThan(200);
    oracle.coefficients.forEach((coefficients, k) => {
      expect(model.intercepts[k]).toBeCloseTo(oracle.intercepts[k], 6);
      coefficients.forEach((coefficient, j) => {
        expect(model.weights[k * nFeatures + j]).toBeCloseTo(coefficient, 6);
        if (coefficient === 0) expect(model.weights[k * nFeatures + j]).toBe(0);
      });
    });
  });
});
