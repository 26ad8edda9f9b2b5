import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SerialisedEstimator, TrainingSet } from '../../../src/ml/estimator.ts';
import { ordered } from '../../../src/ml/gbdt/ordered.ts';
import { automaticLearningRate } from '../../../src/ml/gbdt/ordered-parameters.ts';
import { Random } from '../../../src/ml/random.ts';
import { describeEstimator } from '../../contracts/estimator.ts';

describeEstimator('ordered', ordered, { maxSteps: 40, depth: 4, learningRate: 0.15 });
describeEstimator('ordered with subsampling and early stopping', ordered, {
  maxSteps: 40,
  depth: 3,
  learningRate: 0.2,
  rowFraction: 0.7,
  columnFraction: 0.7,
  baggingTemperature: 0,
  patience: 5,
});

/** A few-valued and a many-valued categorical feature and a numeric one, with missing values; the target depends on all. */
function mixedProblem(seed: number, nRows = 400): TrainingSet {
  const random = new Random(seed);
  const maybe = (x: number) => (random.uniform() < 0.1 ? Number.NaN : x);
  const city = Float64Array.from({ length: nRows }, () => maybe(random.integer(40)));
  const sex = Float64Array.from({ length: nRows }, () => maybe(random.integer(2)));
  const size = Float64Array.from({ length: nRows }, () => maybe(random.normal()));
  const odds = (i: number) => (city[i] % 3 === 0 ? 3 : -1) * (size[i] > 0 ? 1 : 0.3) + (sex[i] === 1 ? 1 : 0);
  return {
    task: 'binary',
    nClasses: 2,
    target: Float64Array.from({ length: nRows }, (_, i) =>
      random.uniform() < 1 / (1 + Math.exp(-odds(i))) ? 1 : 0,
    ),
    features: {
      nRows,
      columns: [city, sex, size],
      features: [
        { name: 'city', source: 'city', kind: 'categorical', nCategories: 40 },
        { name: 'sex', source: 'sex', kind: 'categorical', nCategories: 2 },
        { name: 'size', source: 'size', kind: 'numeric' },
      ],
    },
  };
}

/** A feature of 300 categories and a target that has nothing to do with it. */
function noise(seed: number, nRows: number): TrainingSet {
  const random = new Random(seed);
  return {
    task: 'binary',
    nClasses: 2,
    target: Float64Array.from({ length: nRows }, () => random.integer(2)),
    features: {
      nRows,
      columns: [Float64Array.from({ length: nRows }, () => random.integer(300))],
      features: [{ name: 'id', source: 'id', kind: 'categorical', nCategories: 300 }],
    },
  };
}

const quick = { maxSteps: 20, learningRate: 0.1, depth: 4 };
const throughFile = ({ json, arrays }: SerialisedEstimator): SerialisedEstimator => ({
  json: JSON.parse(JSON.stringify(json)),
  arrays: structuredClone(arrays),
});

describe('ordered', () => {
  const training = mixedProblem(1);
  const validation = mixedProblem(2);

  it('does not read a row its own outcome where categories say nothing', async () => {
    const set = noise(1, 2000);
    const unseen = noise(2, 2000);
    /** The mean outcome of each category over all rows, the row itself included. */
    const [sums, counts] = [new Float64Array(300), new Float64Array(300)];
    set.features.columns[0].forEach((category, i) => {
      sums[category] += set.target[i];
      counts[category]++;
    });
    const greedy = ({ features, ...rest }: TrainingSet): TrainingSet => ({
      ...rest,
      features: {
        nRows: features.nRows,
        features: [{ name: 'mean', source: 'id', kind: 'numeric' }],
        columns: [features.columns[0].map((category) => (sums[category] + 0.5) / (counts[category] + 1))],
      },
    });
    const parameters = { maxSteps: 60, learningRate: 0.1 };
    const lossesOf = async (training: TrainingSet, validation: TrainingSet) => {
      const { curve } = await ordered.fit(training, parameters, { seed: 1, validation });
      return { train: curve[59].trainLoss, validation: curve[59].validationLoss ?? Number.NaN };
    };
    const ours = await lossesOf(set, unseen);
    const leaking = await lossesOf(greedy(set), greedy(unseen));
    expect(leaking.train).toBeLessThan(0.63);
    expect(leaking.validation).toBeGreaterThan(0.77);
    expect(ours.train).toBeGreaterThan(0.65);
    expect(ours.validation).toBeLessThan(0.715); // ln 2 is 0.693
  });

  it('learns from categories of many values, and from pairs of them', async () => {
    const random = new Random(5);
    const columns = [0, 1].map(() => Float64Array.from({ length: 1500 }, () => random.integer(12)));
    const target = columns[0].map((x, i) => (x + columns[1][i]) % 2);
    const features = ['a', 'b'].map((name) => ({ name, source: name, kind: 'categorical' as const }));
    const set = {
      task: 'binary' as const,
      nClasses: 2,
      target,
      features: { nRows: 1500, columns, features },
    };
    const lossOf = async (combinations: number) =>
      (await ordered.fit(set, { ...quick, oneHotMax: 2, combinations }, { seed: 1 })).curve[19].trainLoss;
    expect(await lossOf(1)).toBeGreaterThan(0.6);
    expect(await lossOf(2)).toBeLessThan(0.4);
  });

  it('keeps the trees up to the best validation loss, and stops once patience is used up', async () => {
    const parameters = { maxSteps: 300, learningRate: 0.5, patience: 7 };
    const { curve, bestStep, model } = await ordered.fit(training, parameters, { seed: 1, validation });
    const losses = curve.map(({ validationLoss }) => validationLoss ?? Number.NaN);
    expect(curve).toHaveLength(bestStep + 7);
    expect(bestStep).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(model.ensemble.trees).toHaveLength(bestStep);
  });

  it('chooses a learning rate, and tells it to a refit', async () => {
    // As CatBoost 1.2.10 reports them.
    expect(automaticLearningRate('regression', 5000, 1000, true)).toBeCloseTo(0.065559, 4);
    expect(automaticLearningRate('binary', 300, 200, false)).toBeCloseTo(0.026954, 3);
    expect(automaticLearningRate('multiclass', 300, 200, true)).toBeCloseTo(0.194929, 4);
    const fitted = await ordered.fit(training, { maxSteps: 3 }, { seed: 1, validation });
    expect(fitted.chosen).toEqual({ learningRate: automaticLearningRate('binary', 400, 3, true) });
  });

  it('never predicts NaN for unseen categories, missing cells and infinities', async () => {
    const { predict } = await ordered.fit(training, quick, { seed: 1 });
    const cell = fc.oneof(fc.double(), fc.integer({ min: -3, max: 300 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (rows) => {
        const columns = [0, 1, 2].map((j) => Float64Array.from(rows, (row) => row[j]));
        const predictions = predict({ ...training.features, nRows: rows.length, columns });
        expect(predictions.every((p) => p >= 0 && p <= 1)).toBe(true);
      }),
    );
  });

  it('survives small and degenerate training sets', async () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: 0, max: 5 }), fc.constant(Number.NaN));
    const row = fc.tuple(value, value, value, fc.integer({ min: 0, max: 2 }));
    const parameters = { maxSteps: 4, learningRate: 1, l2: 0, oneHotMax: 1, combinations: 2 };
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        const columns = [0, 1, 2].map((j) => Float64Array.from(rows, (r) => r[j]));
        const features = { ...training.features, nRows: rows.length, columns };
        const target = Float64Array.from(rows, (r) => r[3]);
        for (const [task, nClasses] of [
          ['multiclass', 3],
          ['regression', 1],
        ] as const) {
          const fitted = await ordered.fit({ task, nClasses, features, target }, parameters, { seed: 1 });
          expect(fitted.predict(features).every(Number.isFinite)).toBe(true);
          const restored = await ordered.restore(throughFile(fitted.serialise()));
          expect(restored.predict(features)).toEqual(fitted.predict(features));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('learns targets whose squares overflow', async () => {
    const target = training.target.map((y) => y * 1e200);
    const set = { ...training, task: 'regression' as const, nClasses: 1, target };
    const fitted = await ordered.fit(set, quick, { seed: 1 });
    const p = fitted.predict(training.features);
    expect(Math.max(...p) - Math.min(...p)).toBeGreaterThan(1e199);
    const restored = await ordered.restore(throughFile(fitted.serialise()));
    expect(restored.predict(training.features)).toEqual(p);
  });

  it('predicts the constant when the target is constant', async () => {
    const target = new Float64Array(400).fill(5);
    const { predict } = await ordered.fit({ ...training, task: 'regression', nClasses: 1, target }, quick, {
      seed: 1,
    });
    expect(predict(validation.features)).toEqual(new Float64Array(400).fill(5));
  });

  it('restores statistics, categories and trees', async () => {
    const fitted = await ordered.fit(
      training,
      { ...quick, oneHotMax: 1, combinations: 2 },
      { seed: 1, validation },
    );
    const restored = await ordered.restore(throughFile(fitted.serialise()));
    expect(restored.model).toEqual(fitted.model);
    expect(restored.predict(validation.features)).toEqual(fitted.predict(validation.features));
  });

  it('refuses stored forms with missing arrays or of another version', async () => {
    const { json, arrays } = (await ordered.fit(training, quick, { seed: 1 })).serialise();
    await expect(ordered.restore({ json, arrays: { ...arrays, shares: new Uint8Array(1) } })).rejects.toThrow(
      'no Float64Array named "shares"',
    );
    await expect(ordered.restore({ json: { ...(json as object), version: 2 }, arrays })).rejects.toThrow(
      'version',
    );
  });

  it('refuses features in another order', async () => {
    const { predict } = await ordered.fit(training, quick, { seed: 1 });
    const { features, columns } = training.features;
    const swapped = { nRows: 400, features: features.toReversed(), columns: columns.toReversed() };
    expect(() => predict(swapped)).toThrow('feature 0 should be "city", got "size"');
  });

  it('goes on from a checkpoint and ends where an undisturbed fit would', async () => {
    const parameters = { maxSteps: 30, rowFraction: 0.7, columnFraction: 0.5, patience: 9 };
    const states: SerialisedEstimator[] = [];
    const checkpoint = {
      isDue: (step: number) => step % 7 === 0,
      save: (state: SerialisedEstimator) => states.push(structuredClone(state)),
    };
    const whole = await ordered.fit(training, parameters, { seed: 3, validation, checkpoint });
    expect(states.length).toBeGreaterThan(1);
    for (const resumeFrom of states) {
      const resumed = await ordered.fit(training, parameters, { seed: 3, validation, resumeFrom });
      expect(resumed.model).toEqual(whole.model);
    }
  });

  it('heeds weights: a row of weight 0 has no outcome to learn from', async () => {
    const weights = Float64Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 0 : 1));
    const silenced = { ...training, target: training.target.map((y, i) => (i % 4 === 0 ? 1 - y : y)) };
    const of = async (set: TrainingSet) =>
      (await ordered.fit({ ...set, weights }, quick, { seed: 1 })).predict(validation.features);
    expect(await of(silenced)).toEqual(await of(training));
  });

  it('ranks rare classes as if they were frequent when they are balanced', async () => {
    const rare = { ...training, target: training.target.map((y, i) => (i % 5 === 0 ? y : 0)) };
    const share = async (classWeight: string) => {
      const p = (await ordered.fit(rare, { ...quick, classWeight }, { seed: 1 })).predict(rare.features);
      return p.filter((_, i) => i % 2 === 1).reduce((sum, x) => sum + x / 400, 0);
    };
    expect(await share('balanced')).toBeGreaterThan(2 * (await share('none')));
  });

  it.each(['absolute', 'huber', 'quantile', 'poisson'])('lowers the %s loss', async (loss) => {
    const target = training.target.map((y, i) => 3 * y + (i % 7));
    const set = { ...training, task: 'regression' as const, nClasses: 1, target };
    const { curve } = await ordered.fit(set, { ...quick, loss, quantile: 0.8 }, { seed: 1 });
    expect(curve[19].trainLoss).toBeLessThan(curve[0].trainLoss);
  });

  it('refuses parameters it does not know or that are out of range', async () => {
    await expect(ordered.fit(training, { leaves: 3 }, { seed: 1 })).rejects.toThrow('leaves');
    await expect(ordered.fit(training, { depth: 9 }, { seed: 1 })).rejects.toThrow('depth');
  });
});
