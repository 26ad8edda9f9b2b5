/** What row weights must mean to every estimator that honours them, run for each of them. */
import { describe, expect, it } from 'vitest';
import type { Estimator, TrainingSet } from '../../src/ml/estimator.ts';
import type { Parameters } from '../../src/ml/tuning/distributions.ts';
import { ALL_TASKS, type EstimatorTraits, toyProblem } from './estimator.ts';

interface WeightTraits extends Pick<EstimatorTraits, 'tasks' | 'nonNegative'> {
  /** Whether a row of weight 2 is the same as that row twice; true unless said otherwise. It is not where rows are
   *  counted against a fixed number of them. */
  readonly repeats?: boolean;
}

/** Registers the suite. @param parameters must let the fit come as close to its optimum as 1e-6 of a prediction. */
export function describeRowWeights(
  name: string,
  estimator: Estimator,
  parameters: Parameters,
  { tasks = ALL_TASKS, nonNegative = false, repeats = true }: WeightTraits = {},
): void {
  describe.each([...tasks])(`${name} with row weights, %s`, (task) => {
    const rows = toyProblem(task, 120, 3, nonNegative);
    const validation = toyProblem(task, 60, 4, nonNegative);
    const weights = rows.target.map((_, i) => i % 4);
    const weighted = { ...rows, weights };

    async function expectAlike(one: TrainingSet, other: TrainingSet): Promise<void> {
      const [a, b] = await Promise.all([
        estimator.fit(one, parameters, { seed: 1 }),
        estimator.fit(other, parameters, { seed: 1 }),
      ]);
      const expected = b.predict(validation.features);
      a.predict(validation.features).forEach((p, i) => {
        expect(p).toBeCloseTo(expected[i], 6);
      });
      expect(a.curve.at(-1)?.trainLoss).toBeCloseTo(b.curve.at(-1)?.trainLoss ?? Number.NaN, 6);
    }

    it('learns something else than from rows that count alike', async () => {
      const plain = await estimator.fit(rows, parameters, { seed: 1 });
      const other = await estimator.fit(weighted, parameters, { seed: 1 });
      expect(other.predict(validation.features)).not.toEqual(plain.predict(validation.features));
    });

    it('takes equal weights, of whatever size, as none', async () => {
      await expectAlike({ ...rows, weights: new Float64Array(120).fill(7e200) }, rows);
      await expectAlike({ ...rows, weights: weights.map((w) => w * 1e-200) }, weighted);
    });

    it('takes a row of weight 0 as absent, whatever it holds', async () => {
      const wild = [Number.NaN, Number.POSITIVE_INFINITY, -1e300];
      const columns = rows.features.columns.map((column) =>
        column.map((x, i) => (weights[i] === 0 ? wild[i % 3] : x)),
      );
      await expectAlike(
        { ...weighted, features: { ...rows.features, columns } },
        repeated(weighted, (w) => Math.min(w, 1)),
      );
    });

    it.runIf(repeats)('takes a whole weight as that many rows', async () => {
      const { weights: _, ...copies } = repeated(weighted, (w) => w);
      await expectAlike(weighted, copies);
    });

    it('weighs the rows of the validation loss', async () => {
      const judged = { ...validation, weights: validation.target.map((_, i) => i % 3) };
      const { weights: _, ...copies } = repeated(judged, (w) => w);
      const lossOn = async (set: TrainingSet) => {
        const { curve } = await estimator.fit(rows, parameters, { seed: 1, validation: set });
        return curve.at(-1)?.validationLoss ?? Number.NaN;
      };
      const loss = await lossOn(judged);
      expect(loss).toBeCloseTo(await lossOn(copies), 9);
      expect(loss).not.toBeCloseTo(await lossOn(validation), 9);
    });

    it('refuses weights that are negative, infinite, too few or all 0', async () => {
      const fitWith = (given: Float64Array) =>
        estimator.fit({ ...rows, weights: given }, parameters, { seed: 1 });
      await expect(fitWith(weights.with(5, -1))).rejects.toThrow('the weight of row 5');
      await expect(fitWith(weights.with(5, Number.NaN))).rejects.toThrow('got NaN');
      await expect(fitWith(weights.with(5, Number.POSITIVE_INFINITY))).rejects.toThrow('got Infinity');
      await expect(fitWith(weights.slice(1))).rejects.toThrow('expected 120 row weights, got 119');
      await expect(fitWith(new Float64Array(120))).rejects.toThrow('all 0');
    });
  });
}

/** The set with each row as often as its weight says; every copy keeps the weight. */
function repeated(
  set: TrainingSet & { weights: Float64Array },
  times: (weight: number) => number,
): TrainingSet {
  const rows = [...set.weights].flatMap((weight, i) => new Array<number>(times(weight)).fill(i));
  const pick = (values: Float64Array) => Float64Array.from(rows, (i) => values[i]);
  return {
    ...set,
    features: { ...set.features, nRows: rows.length, columns: set.features.columns.map(pick) },
    target: pick(set.target),
    weights: pick(set.weights),
  };
}
