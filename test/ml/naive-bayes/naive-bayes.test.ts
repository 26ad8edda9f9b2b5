import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrainingSet } from '../../../src/ml/estimator.ts';
import { naiveBayes } from '../../../src/ml/naive-bayes/naive-bayes.ts';
import { describeEstimator, throughFile, toyProblem } from '../../contracts/estimator.ts';
import { describeRowWeights } from '../../contracts/row-weights.ts';
import { problem as taskProblem } from '../small-problem.ts';

const classes = { tasks: ['binary', 'multiclass'], nonNegative: true } as const;

describeEstimator('multinomial naive Bayes', naiveBayes, {}, classes);
describeEstimator('complement naive Bayes', naiveBayes, { variant: 'complement', alpha: 0.1 }, classes);
// Smoothing counts in rows of mean weight, so that twice the weight is not twice the row.
describeRowWeights('multinomial naive Bayes', naiveBayes, {}, { ...classes, repeats: false });
describeRowWeights(
  'complement naive Bayes',
  naiveBayes,
  { variant: 'complement' },
  { ...classes, repeats: false },
);

const problem = (columns: number[][], target: number[], nClasses = 2) =>
  taskProblem(nClasses === 2 ? 'binary' : 'multiclass', columns, target, nClasses);

describe('naive Bayes', () => {
  it('tells classes by their words', async () => {
    const training = problem(
      [
        [2, 3, 0, 0],
        [0, 0, 4, 1],
        [1, 1, 1, 1],
      ],
      [0, 0, 1, 1],
    );
    const { predict, curve } = await naiveBayes.fit(training, {}, { seed: 1 });
    const p = predict(
      problem(
        [
          [1, 0, 0],
          [0, 1, 0],
          [1, 1, 7],
        ],
        [0, 0, 0],
      ).features,
    );
    expect(p[0]).toBeGreaterThan(0.7);
    expect(p[3]).toBeGreaterThan(0.7);
    expect(p[4]).toBeCloseTo(0.5, 12);
    expect(curve).toHaveLength(1);
  });

  it.each(['multinomial', 'complement'])(
    'takes a whole weight as that many rows, alpha in proportion, %s',
    async (variant) => {
      const training = toyProblem('multiclass', 60, 1, true);
      const weights = training.target.map((_, i) => 1 + (i % 3));
      const rows = [...weights].flatMap((weight, i) => new Array<number>(weight).fill(i));
      const pick = (values: Float64Array) => Float64Array.from(rows, (i) => values[i]);
      const copies: TrainingSet = {
        ...training,
        target: pick(training.target),
        features: { ...training.features, nRows: rows.length, columns: training.features.columns.map(pick) },
      };
      const weighted = await naiveBayes.fit({ ...training, weights }, { variant, alpha: 3 }, { seed: 1 });
      const repeated = await naiveBayes.fit(copies, { variant, alpha: (3 * rows.length) / 60 }, { seed: 1 });
      const expected = repeated.predict(training.features);
      weighted.predict(training.features).forEach((p, i) => {
        expect(p).toBeCloseTo(expected[i], 9);
      });
    },
  );

  it('keeps its evidence and curve through a file', async () => {
    const training = toyProblem('multiclass', 60, 1, true);
    const fitted = await naiveBayes.fit(training, {}, { seed: 1, validation: training });
    const restored = await naiveBayes.restore(throughFile(fitted.serialise()));
    expect(restored.serialise()).toEqual(fitted.serialise());
  });

  it('has a finite loss though an outcome seemed impossible', async () => {
    const training = problem(
      [
        [900, 0],
        [0, 900],
      ],
      [0, 1],
    );
    const surprising = problem([[900], [0]], [1]);
    const { curve } = await naiveBayes.fit(training, { alpha: 1e-6 }, { seed: 1, validation: surprising });
    expect(curve[0].validationLoss).toBeGreaterThan(1000);
    expect(curve[0].validationLoss).toBeLessThan(1e6);
  });

  it('survives small and wild training sets', async () => {
    const row = fc.tuple(
      fc.double(),
      fc.double({ min: 0, max: 10, noNaN: true }),
      fc.integer({ min: 0, max: 2 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('multinomial', 'complement'),
        fc.constantFrom(1e-10, 1, 1e6),
        async (rows, variant, alpha) => {
          const columns = [
            rows.map((r) => r[0]),
            rows.map((r) => r[1]),
            rows.map(() => 3),
            rows.map(() => 0),
          ];
          const training = problem(
            columns,
            rows.map((r) => r[2]),
            3,
          );
          const fitted = await naiveBayes.fit(
            training,
            { variant, alpha },
            { seed: 1, validation: training },
          );
          const p = fitted.predict(training.features);
          rows.forEach((_, i) => {
            expect(p[3 * i] + p[3 * i + 1] + p[3 * i + 2]).toBeCloseTo(1, 9);
          });
          expect(Number.isFinite(fitted.curve[0].trainLoss)).toBe(true);
          expect(fitted.curve[0].trainLoss).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('predicts the shares of the classes without features, and a sole class from one row', async () => {
    const blank = problem([], [0, 0, 0, 1]);
    const shares = await naiveBayes.fit(blank, {}, { seed: 1 });
    expect([...shares.predict(blank.features).subarray(0, 2)]).toEqual([
      expect.closeTo(0.75, 12),
      expect.closeTo(0.25, 12),
    ]);
    const one = problem([[2]], [1]);
    const sole = await naiveBayes.fit(one, {}, { seed: 1 });
    expect(sole.predict(one.features)[1]).toBeCloseTo(1, 12);
  });

  it('refuses regressions, no rows, other features, unknown parameters and stored forms without evidence', async () => {
    const training = problem(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 1],
    );
    const fitted = await naiveBayes.fit(training, {}, { seed: 1 });
    const reversed = { ...training.features, features: training.features.features.toReversed() };
    expect(() => fitted.predict(reversed)).toThrow('feature 0 should be "x0", got "x1"');
    expect(() => fitted.predict(problem([[1]], [0]).features)).toThrow('expected 2 features, got 1');
    const values: TrainingSet = { ...training, task: 'regression', nClasses: 1 };
    await expect(naiveBayes.fit(values, {}, { seed: 1 })).rejects.toThrow('cannot predict values');
    await expect(naiveBayes.fit(problem([[]], []), {}, { seed: 1 })).rejects.toThrow('at least one');
    await expect(naiveBayes.fit(training, { alpha: 0 }, { seed: 1 })).rejects.toThrow();
    await expect(naiveBayes.fit(training, { fitPrior: 1 }, { seed: 1 })).rejects.toThrow('fitPrior');
    const { json, arrays } = fitted.serialise();
    const { intercepts: _, ...rest } = arrays;
    await expect(naiveBayes.restore({ json, arrays: rest })).rejects.toThrow('lacks');
  });
});
