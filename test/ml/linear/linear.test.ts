import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linear } from '../../../src/ml/linear/linear.ts';
import { describeEstimator } from '../../contracts/estimator.ts';
import { problem } from '../small-problem.ts';

describeEstimator('linear', linear, {});
describeEstimator('linear with an elastic net', linear, { regularisation: 0.01, l1Ratio: 0.5 });

const line = Array.from({ length: 50 }, (_, i) => i);

describe('linear', () => {
  it('recovers a noiseless line without a penalty', async () => {
    const training = problem(
      'regression',
      [line],
      line.map((x) => 1000 - 3 * x),
    );
    const { model, predict, curve } = await linear.fit(training, { regularisation: 0 }, { seed: 1 });
    expect(model.weights[0]).toBeCloseTo(-3, 5);
    expect(model.intercepts[0]).toBeCloseTo(1000, 4);
    expect([...predict(training.features)]).toEqual([...training.target].map((y) => expect.closeTo(y, 3)));
    expect(curve.at(-1)?.trainLoss).toBeCloseTo(0, 6);
  });

  it('reports the squared error per row in the unit of the target', async () => {
    const training = problem(
      'regression',
      [line.map((x) => x % 2)],
      line.map((x) => 1000 * x),
    );
    const { predict, curve } = await linear.fit(training, {}, { seed: 1 });
    const predicted = predict(training.features);
    const loss = training.target.reduce((sum, y, i) => sum + (predicted[i] - y) ** 2, 0) / 50;
    expect((curve.at(-1)?.trainLoss ?? 0) / loss).toBeCloseTo(1, 9);
  });

  it('gives the same model whatever the unit of the target is', async () => {
    const y = line.map((x) => Math.sin(x) + x / 20);
    const parameters = { regularisation: 0.1, l1Ratio: 0.3 };
    const small = await linear.fit(problem('regression', [line], y), parameters, { seed: 1 });
    const large = await linear.fit(
      problem(
        'regression',
        [line],
        y.map((v) => 1e6 * v),
      ),
      parameters,
      { seed: 1 },
    );
    expect(large.model.weights[0] / small.model.weights[0] / 1e6).toBeCloseTo(1, 9);
  });

  it.each([0, 1e-6, 0.1])('stays finite on separable classes (regularisation %f)', async (regularisation) => {
    const training = problem(
      'binary',
      [line],
      line.map((x) => (x > 20 ? 1 : 0)),
    );
    const { predict, curve } = await linear.fit(training, { regularisation }, { seed: 1 });
    const predicted = predict(training.features);
    expect(predicted.every(Number.isFinite)).toBe(true);
    training.target.forEach((y, i) => {
      if (Math.abs(i - 20.5) > 8) expect(predicted[2 * i + 1] > 0.5).toBe(y === 1);
    });
    expect(curve.length).toBeLessThanOrEqual(200);
  });

  it('gives constant columns no weight, even when they later vary', async () => {
    const training = problem('regression', [line, line.map(() => 0.1)], line);
    const { model, predict } = await linear.fit(training, {}, { seed: 1 });
    expect(model.weights[1]).toBe(0);
    const moved = problem('regression', [line, line.map(() => 1e9)], line);
    expect(predict(moved.features)).toEqual(predict(training.features));
  });

  it('predicts the mean, in no step, when every column is constant', async () => {
    const { predict, curve, bestStep } = await linear.fit(
      problem('regression', [[1, 1]], [2, 4]),
      {},
      { seed: 1 },
    );
    expect([...predict(problem('regression', [[1, 7]], [0, 0]).features)]).toEqual([3, 3]);
    expect([curve.length, bestStep]).toEqual([0, 0]);
  });

  it('shares the weight between equal columns, and has a solution with more columns than rows', async () => {
    const columns = Array.from({ length: 80 }, (_, j) =>
      line.slice(0, 20).map((x) => (j < 2 ? x : Math.sin(x * j))),
    );
    const training = problem('regression', columns, line.slice(0, 20));
    const { model, curve } = await linear.fit(
      training,
      { regularisation: 0.01, tolerance: 1e-9 },
      { seed: 1 },
    );
    expect(model.weights[0]).toBeCloseTo(model.weights[1], 7);
    expect(curve.length).toBeLessThan(200);
  });

  it('sets the weights of useless features to exactly zero under the lasso', async () => {
    const noise = Array.from({ length: 5 }, (_, j) => line.map((x) => Math.sin((x + 1) ** 2 * (j + 1))));
    const training = problem(
      'regression',
      [line, ...noise],
      line.map((x) => 2 * x),
    );
    const { model } = await linear.fit(training, { regularisation: 0.3, l1Ratio: 1 }, { seed: 1 });
    expect(model.weights[0]).toBeGreaterThan(0.5);
    expect([...model.weights.subarray(1)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('is indifferent to the origin and the unit of a feature when there is no penalty', async () => {
    const y = line.map((x) => (Math.sin(x) + x / 30 > 0.6 ? 1 : 0));
    const parameters = { regularisation: 0, tolerance: 1e-9 };
    const plain = await linear.fit(problem('binary', [line], y), parameters, { seed: 1 });
    const moved = problem('binary', [line.map((x) => 1e5 + 1e-3 * x)], y);
    const other = await linear.fit(moved, parameters, { seed: 1 });
    const expected = plain.predict(problem('binary', [line], y).features);
    other.predict(moved.features).forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i], 5);
    });
  });

  it('takes NaN as the training mean and infinities as large numbers, in training too', async () => {
    const holes = line.map((x) => (x === 3 ? Number.NaN : x === 4 ? Number.POSITIVE_INFINITY : x));
    const training = problem(
      'binary',
      [holes, line],
      line.map((x) => (x % 5 > 2 ? 1 : 0)),
    );
    const { predict } = await linear.fit(training, {}, { seed: 1 });
    expect(predict(training.features).every(Number.isFinite)).toBe(true);
  });

  it('survives small and wild training sets', async () => {
    const row = fc.tuple(fc.double(), fc.double({ min: -10, max: 10 }), fc.integer({ min: 0, max: 2 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(0, 0.5, 1),
        async (rows, l1Ratio) => {
          const columns = [rows.map((r) => r[0]), rows.map((r) => r[1])];
          const target = rows.map((r) => r[2]);
          for (const [task, nClasses] of [
            ['multiclass', 3],
            ['regression', 1],
          ] as const) {
            const training = problem(task, columns, target, nClasses);
            const { predict } = await linear.fit(training, { l1Ratio, maxSteps: 50 }, { seed: 1 });
            expect(predict(training.features).some(Number.isNaN)).toBe(false);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('adds validation losses to the curve', async () => {
    const training = problem(
      'binary',
      [line],
      line.map((x) => (x % 7 > 3 ? 1 : 0)),
    );
    const { curve } = await linear.fit(training, {}, { seed: 1, validation: training });
    expect(curve.length).toBeGreaterThan(0);
    for (const { trainLoss, validationLoss } of curve) expect(validationLoss).toBe(trainLoss);
  });

  it('survives wild rows whatever their weights and the balance of their classes', async () => {
    const row = fc.tuple(fc.double(), fc.constantFrom(0, 1, 2), fc.double({ min: 0, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), fc.boolean(), async (rows, walks) => {
        const weights = Float64Array.from(rows, (r) => (Number.isFinite(r[2]) ? r[2] : 1)).with(0, 1);
        const columns = [rows.map((r) => r[0]), rows.map(() => 3)];
        const target = rows.map((r) => r[1]);
        const training = { ...problem('multiclass', columns, target, 3), weights };
        const parameters = { classWeight: 'balanced', maxSteps: 20, pathLength: walks ? 5 : 1, l1Ratio: 0.5 };
        const { predict } = await linear.fit(training, parameters, { seed: 1, validation: training });
        expect(predict(training.features).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('tells rare classes as readily as frequent ones when they are balanced', async () => {
    const rare = problem(
      'binary',
      [line.map((x) => Math.sin(x))],
      line.map((x) => (x % 10 === 0 ? 1 : 0)),
    );
    const { predict } = await linear.fit(
      rare,
      { classWeight: 'balanced', regularisation: 0, tolerance: 1e-9 },
      { seed: 1 },
    );
    const p = predict(rare.features);
    const meanOf = (label: number) => {
      const own = line.filter((i) => rare.target[i] === label);
      return own.reduce((sum, i) => sum + p[2 * i + 1], 0) / own.length;
    };
    // With an intercept the weighted mean of p is the weighted share of the class: one half.
    expect((meanOf(0) + meanOf(1)) / 2).toBeCloseTo(0.5, 7);
    const values = problem('regression', [line], line);
    await expect(linear.fit(values, { classWeight: 'balanced' }, { seed: 1 })).rejects.toThrow('regression');
  });

  it('reads models that were stored before there were paths', async () => {
    const training = problem('regression', [line], line);
    const fitted = await linear.fit(training, {}, { seed: 1 });
    const { json, arrays } = fitted.serialise();
    const { bestStep: _, ...header } = json as Record<string, unknown>;
    const restored = await linear.restore({ json: { ...header, version: 1 }, arrays });
    expect(restored.bestStep).toBe(fitted.bestStep);
    expect(restored.predict(training.features)).toEqual(fitted.predict(training.features));
  });

  it('refuses features in another order, unknown parameters and stored forms without weights', async () => {
    const training = problem('regression', [line, line], line);
    const fitted = await linear.fit(training, {}, { seed: 1 });
    const reversed = { ...training.features, features: training.features.features.toReversed() };
    expect(() => fitted.predict(reversed)).toThrow('feature 0 should be "x0", got "x1"');
    const wider = problem('regression', [line, line, line], line);
    expect(() => fitted.predict(wider.features)).toThrow('expected 2 features, got 3');
    await expect(linear.fit(training, { alpha: 1 }, { seed: 1 })).rejects.toThrow('alpha');
    await expect(linear.restore({ json: fitted.serialise().json, arrays: {} })).rejects.toThrow('lacks');
  });
});
