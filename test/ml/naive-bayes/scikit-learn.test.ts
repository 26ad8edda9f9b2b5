/** Equality with scikit-learn's MultinomialNB and ComplementNB (values in test/oracles/naive-bayes). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { naiveBayes } from '../../../src/ml/naive-bayes/naive-bayes.ts';
import { numericMatrix, problem } from '../small-problem.ts';

interface Oracle {
  parameters: { variant: string; alpha: number };
  nClasses: number;
  columns: number[][];
  target: number[];
  weights: number[] | null;
  queries: number[][];
  predictions: number[];
}

const names = ['multinomial', 'complement'].flatMap((variant) =>
  ['counts', 'weighted', 'tf-idf'].map((data) => `${variant}-${data}`),
);

describe.each(names)('%s, against scikit-learn', (name) => {
  const url = new URL(`../../oracles/naive-bayes/${name}.json`, import.meta.url);
  const oracle = JSON.parse(readFileSync(url, 'utf8')) as Oracle;

  it('predicts the same probabilities', async () => {
    const fitted = await naiveBayes.fit(
      {
        ...problem(
          oracle.nClasses === 2 ? 'binary' : 'multiclass',
          oracle.columns,
          oracle.target,
          oracle.nClasses,
        ),
        ...(oracle.weights && { weights: Float64Array.from(oracle.weights) }),
      },
      oracle.parameters,
      { seed: 1 },
    );
    const predicted = fitted.predict(numericMatrix(oracle.queries));
    expect(predicted).toHaveLength(oracle.predictions.length);
    oracle.predictions.forEach((p, i) => {
      expect(predicted[i]).toBeCloseTo(p, 9);
    });
  });
});
