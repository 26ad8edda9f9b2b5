import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neighbours } from '../../../src/ml/neighbours/neighbours.ts';
import { describeEstimator, throughFile, toyProblem } from '../../contracts/estimator.ts';
import { describeRowWeights } from '../../contracts/row-weights.ts';
import { problem } from '../small-problem.ts';

describeEstimator('neighbours', neighbours, {});
describeEstimator('neighbours by distance, thinned', neighbours, {
  k: 25,
  weights: 'distance',
  smoothing: 2,
  maxRows: 200,
});
// k counts rows, not their weights.
describeRowWeights('neighbours', neighbours, { k: 7 }, { repeats: false });

const line = Array.from({ length: 50 }, (_, i) => i);

describe('neighbours', () => {
  it('predicts the mean of the nearest values', async () => {
    const training = problem(
      'regression',
      [line],
      line.map((x) => x * x),
    );
    const { predict } = await neighbours.fit(training, { k: 3 }, { seed: 1 });
    const asked = problem('regression', [[10.1, -5, 1000]], [0, 0, 0]);
    expect([...predict(asked.features)]).toEqual([
      expect.closeTo((81 + 100 + 121) / 3, 9),
      expect.closeTo(5 / 3, 9),
      expect.closeTo((47 ** 2 + 48 ** 2 + 49 ** 2) / 3, 9),
    ]);
  });

  it('judges training rows by their neighbours, not by themselves', async () => {
    const training = problem(
      'regression',
      [line],
      line.map((x) => x % 2),
    );
    const { curve } = await neighbours.fit(training, { k: 1 }, { seed: 1, validation: training });
    expect(curve).toEqual([{ step: 1, trainLoss: 1, validationLoss: 0 }]);
  });

  it('predicts the mean or the shares from a single row, and from rows without features', async () => {
    const one = await neighbours.fit(problem('regression', [[3]], [7]), {}, { seed: 1 });
    expect([...one.predict(problem('regression', [[Number.NaN, 9]], [0, 0]).features)]).toEqual([7, 7]);
    expect(one.curve).toEqual([{ step: 1, trainLoss: 0 }]);
    const blank = problem('binary', [], [0, 0, 0, 1]);
    const { predict } = await neighbours.fit(blank, {}, { seed: 1 });
    expect([...predict(blank.features).subarray(0, 2)]).toEqual([0.75, 0.25]);
  });

  it('holds no class for impossible, though it has no row or no neighbour', async () => {
    const training = problem(
      'multiclass',
      [line],
      line.map(() => 0),
      3,
    );
    const { predict } = await neighbours.fit(training, {}, { seed: 1 });
    const [first, second, third] = predict(training.features);
    expect(second).toBeGreaterThan(0);
    expect(third).toBe(second);
    expect(first).toBeGreaterThan(0.99);
  });

  it('keeps a seeded draw of the rows where they are too many', async () => {
    const training = toyProblem('regression', 200, 1, false);
    const stored = async (seed: number) => {
      const fitted = await neighbours.fit(training, { maxRows: 50 }, { seed });
      return fitted.serialise().arrays;
    };
    const [first, again, other] = [await stored(1), await stored(1), await stored(2)];
    expect(first.target).toHaveLength(50);
    expect(again).toEqual(first);
    expect(other.target).not.toEqual(first.target);
  });

  it('keeps its weights through a file', async () => {
    const training = toyProblem('multiclass', 100, 1, false);
    const weights = training.target.map((_, i) => i % 3);
    const fitted = await neighbours.fit({ ...training, weights }, { k: 5 }, { seed: 1 });
    const restored = await neighbours.restore(throughFile(fitted.serialise()));
    expect(restored.predict(training.features)).toEqual(fitted.predict(training.features));
  });

  it('survives small and wild training sets', async () => {
    const row = fc.tuple(fc.double(), fc.double({ min: -10, max: 10 }), fc.integer({ min: 0, max: 2 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.constantFrom('uniform', 'distance'),
        fc.integer({ min: 1, max: 50 }),
        async (rows, weights, k) => {
          const columns = [rows.map((r) => r[0]), rows.map((r) => r[1]), rows.map(() => 3)];
          const target = rows.map((r) => r[2]);
          for (const [task, nClasses] of [
            ['multiclass', 3],
            ['regression', 1],
          ] as const) {
            const training = problem(task, columns, target, nClasses);
            const fitted = await neighbours.fit(training, { k, weights }, { seed: 1, validation: training });
            expect(fitted.predict(training.features).every(Number.isFinite)).toBe(true);
            expect(Number.isFinite(fitted.curve[0].trainLoss)).toBe(true);
            expect(Number.isFinite(fitted.curve[0].validationLoss)).toBe(true);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('refuses no rows, other features, unknown parameters and stored forms without their rows', async () => {
    const training = problem('regression', [line, line], line);
    const fitted = await neighbours.fit(training, {}, { seed: 1 });
    const reversed = { ...training.features, features: training.features.features.toReversed() };
    expect(() => fitted.predict(reversed)).toThrow('feature 0 should be "x0", got "x1"');
    expect(() => fitted.predict(problem('regression', [line], line).features)).toThrow(
      'expected 2 features, got 1',
    );
    await expect(neighbours.fit(problem('regression', [[]], []), {}, { seed: 1 })).rejects.toThrow(
      'at least one',
    );
    await expect(neighbours.fit(training, { nNeighbours: 3 }, { seed: 1 })).rejects.toThrow('nNeighbours');
    await expect(neighbours.fit(training, { k: 0 }, { seed: 1 })).rejects.toThrow();
    const { json, arrays } = fitted.serialise();
    const { target: _, ...rest } = arrays;
    await expect(neighbours.restore({ json, arrays: rest })).rejects.toThrow('lack');
    const short = { ...arrays, means: new Float64Array(1) };
    await expect(neighbours.restore({ json, arrays: short })).rejects.toThrow('lack');
  });
});
