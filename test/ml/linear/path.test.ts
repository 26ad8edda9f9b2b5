import { describe, expect, it } from 'vitest';
import type { TrainingSet } from '../../../src/ml/estimator.ts';
import { linear } from '../../../src/ml/linear/linear.ts';
import { firstLambda, lambdaPath, PathJudge } from '../../../src/ml/linear/path.ts';
import { Random } from '../../../src/ml/random.ts';

/** Two features of twenty matter. */
function sparseProblem(seed: number, nRows = 120): TrainingSet {
  const random = new Random(seed);
  const columns = Array.from({ length: 20 }, () =>
    Float64Array.from({ length: nRows }, () => random.normal()),
  );
  return {
    task: 'regression',
    nClasses: 1,
    target: Float64Array.from(
      { length: nRows },
      (_, i) => 2 * columns[0][i] - columns[1][i] + 2 * random.normal(),
    ),
    features: {
      nRows,
      columns,
      features: columns.map((_, j) => ({ name: `x${j}`, source: `x${j}`, kind: 'numeric' })),
    },
  };
}

describe('a regularisation path', () => {
  const training = sparseProblem(1);
  const validation = sparseProblem(2);
  const parameters = { pathLength: 30, l1Ratio: 0.9, pathRatio: 1e-4, tolerance: 1e-8, maxSteps: 1000 };

  it('keeps the lambda with the best validation loss', async () => {
    const { curve, bestStep } = await linear.fit(training, parameters, { seed: 1, validation });
    const losses = curve.map(({ validationLoss }) => validationLoss ?? Number.NaN);
    expect(bestStep).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(bestStep).toBeGreaterThan(1);
    expect(curve.length).toBeLessThan(30);
  });

  it('says which lambda it chose, and a fit with that lambda alone is the same model', async () => {
    const fitted = await linear.fit(training, parameters, { seed: 1, validation });
    expect(fitted.chosen?.regularisation).toBeGreaterThan(0);
    const alone = await linear.fit(training, { ...parameters, ...fitted.chosen, pathLength: 1 }, { seed: 1 });
    fitted.model.weights.forEach((weight, j) => {
      expect(alone.model.weights[j]).toBeCloseTo(weight, 5);
    });
  });

  it('walks no path without validation rows', async () => {
    const fitted = await linear.fit(training, { ...parameters, regularisation: 0.1 }, { seed: 1 });
    const plain = await linear.fit(
      training,
      { ...parameters, pathLength: 1, regularisation: 0.1 },
      { seed: 1 },
    );
    expect(fitted.model.weights).toEqual(plain.model.weights);
    expect(fitted.chosen).toBeUndefined();
  });

  it('beats both ends of itself', async () => {
    const losses = await Promise.all(
      [0.3, 1e-6].map(async (regularisation) => {
        const { curve } = await linear.fit(
          training,
          { l1Ratio: 0.9, regularisation },
          { seed: 1, validation },
        );
        return curve.at(-1)?.validationLoss ?? Number.NaN;
      }),
    );
    const { curve, bestStep } = await linear.fit(training, parameters, { seed: 1, validation });
    expect(curve[bestStep - 1].validationLoss).toBeLessThan(Math.min(...losses));
  });
});

describe('the lambdas', () => {
  it('start where the lasso lets the first weight in', () => {
    expect(firstLambda(Float64Array.of(0.2, -0.5), 1, 1)).toBeCloseTo(0.5, 12);
    expect(firstLambda(new Float64Array(3), 1, 1)).toBe(0);
  });

  it('fall evenly in the logarithm', () => {
    expect(lambdaPath(1, 1e-4, 3)).toEqual([1, expect.closeTo(0.01, 12), expect.closeTo(1e-4, 12)]);
    expect(lambdaPath(2, 0.1, 1)).toEqual([2]);
  });

  it('end once the validation loss has been worse for a while', () => {
    const judge = new PathJudge(10, 1);
    const losses = [0.9, 0.8, 0.85, 0.86, 0.87, 0.88];
    const ended = losses.findIndex((loss, i) => judge.see(1 - i / 10, loss));
    expect(ended).toBe(4);
    expect(judge.bestStep).toBe(2);
  });
});
