import { describe, expect, it } from 'vitest';
import type { CurvePoint } from '../../../src/ml/estimator.ts';
import { linear } from '../../../src/ml/linear/linear.ts';
import { firstLambda, lambdaPath, PathJudge } from '../../../src/ml/linear/path.ts';
import { ALL_TASKS, describeEstimator, throughFile, toyProblem } from '../../contracts/estimator.ts';
import { describeRowWeights } from '../../contracts/row-weights.ts';

const exact = { tolerance: 1e-9, maxSteps: 1000 };

describeEstimator('linear without validation rows for its path', linear, { pathLength: 20 });
describeRowWeights('linear', linear, { ...exact, regularisation: 0.05, l1Ratio: 0.3 });

describe('firstLambda', () => {
  it('is where the lasso keeps every weight at 0', () => {
    expect(firstLambda(Float64Array.of(0.2, -0.6), 0.5, 1)).toBeCloseTo(0.6, 12);
  });

  it('is where the ridge cannot win more than a tenth of the loss', () => {
    expect(firstLambda(Float64Array.of(0.2, -0.6), 0.5, 0)).toBeCloseTo(0.4 / 0.05, 12);
  });

  it('is the smaller of both under an elastic net', () => {
    expect(firstLambda(Float64Array.of(0.2, -0.6), 0.5, 0.5)).toBeCloseTo(1.2, 12);
    expect(firstLambda(Float64Array.of(0.2, -0.6), 0.5, 1e-320)).toBeCloseTo(8, 9);
  });

  it('is 0 without any slope', () => {
    expect(firstLambda(Float64Array.of(0, 0), 0.5, 0.5)).toBe(0);
  });
});

describe('lambdaPath', () => {
  it('falls evenly in the logarithm', () => {
    expect(lambdaPath(2, 1e-4, 3)).toEqual([2, expect.closeTo(0.02, 12), expect.closeTo(2e-4, 12)]);
    expect(lambdaPath(2, 1e-4, 1)).toEqual([2]);
  });
});

describe('PathJudge', () => {
  it('knows the best step, the earlier one on a tie, and ends when it is long past', () => {
    const judge = new PathJudge(10, 1);
    const losses = [0.9, 0.7, 0.7, 0.8, 0.8];
    expect(losses.map((loss, i) => judge.see(1 - 0.1 * i, loss))).toEqual([false, false, false, false, true]);
    expect(judge.bestStep).toBe(2);
  });

  it('ends when the training loss falls no more', () => {
    const judge = new PathJudge(100, 1);
    const ends = [0.9, 0.5, 0.5, 0.5, 0.5].map((loss, i) => judge.see(loss, 1 - 0.1 * i));
    expect(ends).toEqual([false, false, false, false, true]);
  });

  it('keeps the first step though no loss is a number', () => {
    const judge = new PathJudge(10, 1);
    judge.see(1, Number.NaN);
    judge.see(1, Number.NaN);
    expect(judge.bestStep).toBe(1);
  });
});

describe.each(ALL_TASKS)('a regularisation path, %s', (task) => {
  const training = toyProblem(task, 60, 1, false);
  const validation = toyProblem(task, 40, 2, false);
  const unseen = toyProblem(task, 50, 3, false);
  const path = { ...exact, l1Ratio: 0.5, pathLength: 12, pathRatio: 1e-3 };

  it('reaches from warm starts what each lambda reaches by itself', async () => {
    const points: CurvePoint[] = [];
    const { curve, bestStep, chosen } = await linear.fit(training, path, {
      seed: 1,
      validation,
      onStep: (point) => points.push(point),
    });
    expect(points).toEqual(curve);
    expect(curve.length).toBeGreaterThan(3);
    const { pathLength, pathRatio } = path;
    const first = Number(chosen?.regularisation) / pathRatio ** ((bestStep - 1) / (pathLength - 1));
    const lambdas = lambdaPath(first, pathRatio, pathLength);
    for (const { step, trainLoss, validationLoss } of curve.slice(1)) {
      const cold = await linear.fit(
        training,
        { ...exact, l1Ratio: 0.5, regularisation: lambdas[step - 1] },
        { seed: 1, validation },
      );
      expect(trainLoss).toBeCloseTo(cold.curve.at(-1)?.trainLoss ?? Number.NaN, 6);
      expect(validationLoss).toBeCloseTo(cold.curve.at(-1)?.validationLoss ?? Number.NaN, 6);
    }
  });

  it.each([0, 0.5, 1])(
    'keeps the lambda with the least validation loss and tells it, l1Ratio %f',
    async (l1Ratio) => {
      const found = await linear.fit(training, { ...path, l1Ratio }, { seed: 1, validation });
      const losses = found.curve.map(({ validationLoss }) => validationLoss);
      expect(found.bestStep).toBe(1 + losses.indexOf(Math.min(...losses.map(Number))));
      expect(found.chosen).toEqual({ regularisation: expect.any(Number), pathLength: 1 });
      const refit = await linear.fit(
        training,
        { ...path, l1Ratio, ...found.chosen },
        { seed: 1, validation },
      );
      expect(refit.chosen).toBeUndefined();
      expect(refit.curve.at(-1)?.validationLoss).toBeCloseTo(Number(losses[found.bestStep - 1]), 6);
      const expected = found.predict(unseen.features);
      refit.predict(unseen.features).forEach((p, i) => {
        expect(p).toBeCloseTo(expected[i], 6);
      });
    },
  );

  it('comes back from a file with its choice', async () => {
    const found = await linear.fit(training, path, { seed: 1, validation });
    const restored = await linear.restore(throughFile(found.serialise()));
    expect(restored.chosen).toEqual(found.chosen);
    expect(restored.bestStep).toBe(found.bestStep);
    expect(restored.curve).toEqual(found.curve);
    expect(restored.predict(unseen.features)).toEqual(found.predict(unseen.features));
  });

  it('takes the lambda that it was given where there are no validation rows', async () => {
    const given = { ...exact, l1Ratio: 0.5, regularisation: 0.02 };
    const walked = await linear.fit(training, { ...given, pathLength: 12 }, { seed: 1 });
    const plain = await linear.fit(training, given, { seed: 1 });
    expect(walked.predict(unseen.features)).toEqual(plain.predict(unseen.features));
    expect(walked.chosen).toBeUndefined();
  });

  it('ends early when asked to, with the best so far', async () => {
    let steps = 0;
    const found = await linear.fit(training, path, {
      seed: 1,
      validation,
      onStep: () => steps++,
      shouldStop: () => steps >= 3,
    });
    expect(found.curve).toHaveLength(3);
    expect(found.bestStep).toBeGreaterThan(0);
    const atOnce = await linear.fit(training, path, { seed: 1, validation, shouldStop: () => true });
    expect([atOnce.curve.length, atOnce.bestStep, atOnce.chosen]).toEqual([0, 0, undefined]);
    expect(atOnce.predict(unseen.features).every(Number.isFinite)).toBe(true);
  });

  it('has a single step where no feature tells anything', async () => {
    const blank = {
      ...training,
      features: { ...training.features, columns: training.features.columns.map((c) => c.map(() => 0)) },
    };
    const found = await linear.fit(blank, { ...path, regularisation: 0.25 }, { seed: 1, validation });
    expect(found.curve).toHaveLength(1);
    expect(found.chosen?.regularisation).toBe(0.25);
  });

  it('starts from the weighted outcomes, so that the first lambda of the lasso keeps every weight at 0', async () => {
    const weights = training.target.map((_, i) => 1 + (i % 7));
    const { model, curve } = await linear.fit(
      { ...training, weights },
      { ...path, l1Ratio: 1, maxSteps: 1 },
      { seed: 1, validation, shouldStop: stopAfter(2) },
    );
    expect(curve).toHaveLength(1);
    expect([...model.weights].every((weight) => weight === 0)).toBe(true);
  });
});

/** Says that it is enough from the question after the first `n` on. */
function stopAfter(n: number): () => boolean {
  let asked = 0;
  return () => ++asked > n;
}
