import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SerialisedEstimator, TrainingSet } from '../../../src/ml/estimator.ts';
import { gbdt } from '../../../src/ml/gbdt/boosting.ts';
import { Random } from '../../../src/ml/random.ts';
import { describeEstimator } from '../../contracts/estimator.ts';

describeEstimator('gbdt', gbdt, { maxSteps: 60, maxLeaves: 8 });
describeEstimator('gbdt with subsampling and early stopping', gbdt, {
  maxSteps: 60,
  rowFraction: 0.7,
  columnFraction: 0.5,
  patience: 5,
});

/** A numeric and a categorical feature with missing values; the target depends on both. */
function mixedProblem(seed: number, nRows = 400): TrainingSet {
  const random = new Random(seed);
  const maybe = (x: number) => (random.uniform() < 0.1 ? Number.NaN : x);
  const colour = Float64Array.from({ length: nRows }, () => maybe(random.integer(6)));
  const size = Float64Array.from({ length: nRows }, () => maybe(random.normal()));
  const odds = (i: number) => (colour[i] === 2 || colour[i] === 5 ? 3 : -1) * (size[i] > 0 ? 1 : 0.3);
  return {
    task: 'binary',
    nClasses: 2,
    target: Float64Array.from({ length: nRows }, (_, i) =>
      random.uniform() < 1 / (1 + Math.exp(-odds(i))) ? 1 : 0,
    ),
    features: {
      nRows,
      columns: [colour, size],
      features: [
        { name: 'colour', source: 'colour', kind: 'categorical', nCategories: 6 },
        { name: 'size', source: 'size', kind: 'numeric' },
      ],
    },
  };
}

describe('gbdt', () => {
  const training = mixedProblem(1);
  const validation = mixedProblem(2);

  it('lowers the training loss at every step', async () => {
    const { curve } = await gbdt.fit(training, { maxSteps: 30 }, { seed: 1 });
    curve.slice(1).forEach(({ trainLoss }, i) => {
      expect(trainLoss).toBeLessThan(curve[i].trainLoss);
    });
  });

  it('keeps the trees up to the best validation loss', async () => {
    const parameters = { maxSteps: 120, learningRate: 0.5, minSamplesLeaf: 3 };
    const fitted = await gbdt.fit(training, parameters, { seed: 1, validation });
    const losses = fitted.curve.map(({ validationLoss }) => validationLoss ?? Number.NaN);
    expect(fitted.curve).toHaveLength(120);
    expect(fitted.bestStep).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(fitted.bestStep).toBeLessThan(120);
    const short = await gbdt.fit(training, { ...parameters, maxSteps: fitted.bestStep }, { seed: 1 });
    expect(short.predict(validation.features)).toEqual(fitted.predict(validation.features));
  });

  it('stops once patience is used up', async () => {
    const parameters = { maxSteps: 500, learningRate: 0.5, minSamplesLeaf: 3, patience: 7 };
    const { curve, bestStep } = await gbdt.fit(training, parameters, { seed: 1, validation });
    expect(curve).toHaveLength(bestStep + 7);
  });

  it('keeps every tree without validation rows, whatever the patience', async () => {
    const { curve, bestStep, ensemble } = await gbdt.fit(
      training,
      { maxSteps: 12, patience: 1 },
      { seed: 1 },
    );
    expect([curve.length, bestStep, ensemble.trees.length]).toEqual([12, 12, 12]);
  });

  it('draws other rows and features for another seed, and none without subsampling', async () => {
    const predict = async (seed: number, parameters: Record<string, number>) =>
      (await gbdt.fit(training, { maxSteps: 12, ...parameters }, { seed })).predict(validation.features);
    expect(await predict(1, { rowFraction: 0.5 })).not.toEqual(await predict(2, { rowFraction: 0.5 }));
    expect(await predict(1, { columnFraction: 0.5 })).not.toEqual(await predict(2, { columnFraction: 0.5 }));
    expect(await predict(1, {})).toEqual(await predict(2, {}));
  });

  it('never predicts NaN for unseen categories, missing cells and infinities', async () => {
    const { predict } = await gbdt.fit(training, { maxSteps: 20 }, { seed: 1 });
    const cell = fc.oneof(fc.double(), fc.integer({ min: -3, max: 300 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const columns = [0, 1].map((j) => Float64Array.from(rows, (row) => row[j]));
        const predictions = predict({ ...training.features, nRows: rows.length, columns });
        expect(predictions.every((p) => p >= 0 && p <= 1)).toBe(true);
      }),
    );
  });

  it('survives small and degenerate training sets', async () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: 0, max: 3 }), fc.constant(Number.NaN));
    const row = fc.tuple(value, value, fc.integer({ min: 0, max: 2 }));
    const parameters = { maxSteps: 5, minSamplesLeaf: 1, minHessian: 0, learningRate: 1 };
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        const columns = [0, 1].map((j) => Float64Array.from(rows, (r) => r[j]));
        const features = { ...training.features, nRows: rows.length, columns };
        const target = Float64Array.from(rows, (r) => r[2]);
        for (const [task, nClasses] of [
          ['multiclass', 3],
          ['regression', 1],
        ] as const) {
          const fitted = await gbdt.fit({ task, nClasses, features, target }, parameters, { seed: 1 });
          expect(fitted.predict(features).every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('predicts the constant when the target is constant', async () => {
    const target = new Float64Array(400).fill(5);
    const { predict } = await gbdt.fit(
      { ...training, task: 'regression', nClasses: 1, target },
      {},
      { seed: 1 },
    );
    expect(predict(validation.features)).toEqual(new Float64Array(400).fill(5));
  });

  it.each([-500, 500])('finds the same splits in units of 2^%i', async (exponent) => {
    const fitIn = (unit: number) =>
      gbdt.fit(
        {
          ...training,
          task: 'regression',
          nClasses: 0,
          target: training.target.map((y, i) => unit * (y + Math.sin(i))),
        },
        { maxSteps: 10, maxLeaves: 8 },
        { seed: 1 },
      );
    const [usual, other] = [await fitIn(1), await fitIn(2 ** exponent)];
    expect(other.ensemble.trees[0].feature.length).toBe(15);
    expect(other.predict(training.features)).toEqual(
      usual.predict(training.features).map((y) => y * 2 ** exponent),
    );
  });

  it('restores targets whose squares overflow', async () => {
    const target = training.target.map((y) => y * 1e200);
    const fitted = await gbdt.fit(
      { ...training, task: 'regression', nClasses: 1, target },
      { maxSteps: 2 },
      { seed: 1 },
    );
    const { json, arrays } = fitted.serialise();
    const restored = await gbdt.restore({ json: JSON.parse(JSON.stringify(json)), arrays });
    expect(restored.predict(training.features)).toEqual(fitted.predict(training.features));
  });

  it('restores categories, missing directions and thresholds', async () => {
    const fitted = await gbdt.fit(training, { maxSteps: 20 }, { seed: 1, validation });
    const { json, arrays } = fitted.serialise();
    const restored = await gbdt.restore({
      json: JSON.parse(JSON.stringify(json)),
      arrays: structuredClone(arrays),
    });
    expect(restored.predict(validation.features)).toEqual(fitted.predict(validation.features));
    expect(restored.ensemble).toEqual(fitted.ensemble);
  });

  it('refuses stored forms with missing or short arrays', async () => {
    const { json, arrays } = (await gbdt.fit(training, { maxSteps: 2 }, { seed: 1 })).serialise();
    await expect(gbdt.restore({ json, arrays: {} })).rejects.toThrow('the stored model has no');
    const short = { ...arrays, value: new Float64Array(1) };
    await expect(gbdt.restore({ json, arrays: short })).rejects.toThrow('a stored array ends at 1');
  });

  it('refuses features in another order', async () => {
    const { predict } = await gbdt.fit(training, { maxSteps: 2 }, { seed: 1 });
    const { features, columns } = training.features;
    const swapped = { nRows: 400, features: features.toReversed(), columns: columns.toReversed() };
    expect(() => predict(swapped)).toThrow('feature 0 should be "colour", got "size"');
  });

  it('goes on from a checkpoint and ends where an undisturbed fit would', async () => {
    const parameters = {
      maxSteps: 30,
      rowFraction: 0.7,
      columnFraction: 0.5,
      patience: 9,
      learningRate: 0.3,
    };
    const states: SerialisedEstimator[] = [];
    const checkpoint = {
      isDue: (step: number) => step % 7 === 0,
      save: (state: SerialisedEstimator) => states.push(structuredClone(state)),
    };
    const whole = await gbdt.fit(training, parameters, { seed: 3, validation, checkpoint });
    expect(states.length).toBeGreaterThan(1);
    for (const resumeFrom of states) {
      const resumed = await gbdt.fit(training, parameters, { seed: 3, validation, resumeFrom });
      expect(resumed.ensemble).toEqual(whole.ensemble);
    }
  });

  it('predicts the same as a model that is restored from a checkpoint', async () => {
    const states: SerialisedEstimator[] = [];
    const checkpoint = {
      isDue: (step: number) => step % 5 === 0,
      save: (state: SerialisedEstimator) => states.push(state),
    };
    await gbdt.fit(training, { maxSteps: 9 }, { seed: 3, checkpoint });
    const restored = await gbdt.restore(states[0] as SerialisedEstimator);
    const five = await gbdt.fit(training, { maxSteps: 5 }, { seed: 3 });
    expect(restored.predict(validation.features)).toEqual(five.predict(validation.features));
  });

  it('learns from a row as often as its weight says', async () => {
    const { features, columns } = training.features;
    const numeric = {
      nRows: 400,
      features: features.slice(1),
      columns: [columns[1].map((x) => Math.round(10 * x) / 10)],
    };
    const twice = Uint32Array.from({ length: 800 }, (_, i) => i >> 1);
    const repeated = {
      ...training,
      target: Float64Array.from(twice, (row) => training.target[row]),
      features: {
        ...numeric,
        nRows: 800,
        columns: numeric.columns.map((column) => Float64Array.from(twice, (row) => column[row])),
      },
    };
    const once = { ...training, features: numeric };
    const weights = new Float64Array(400).fill(2);
    const parameters = { maxSteps: 10, minSamplesLeaf: 1, minHessian: 3 };
    // The mean weight is 1, so hessians are half of those of the repeated rows.
    const weighted = await gbdt.fit({ ...once, weights }, { ...parameters, minHessian: 1.5 }, { seed: 1 });
    const plain = await gbdt.fit(repeated, parameters, { seed: 1 });
    const [a, b] = [weighted, plain].map((model) => model.predict(numeric));
    a.forEach((p, i) => {
      expect(p).toBeCloseTo(b[i], 6);
    });
  });

  it('ranks rare classes as if they were frequent when they are balanced', async () => {
    const rare = { ...training, target: training.target.map((y, i) => (i % 5 === 0 ? y : 0)) };
    const share = async (classWeight: string) => {
      const p = (await gbdt.fit(rare, { maxSteps: 20, classWeight }, { seed: 1 })).predict(rare.features);
      return p.filter((_, i) => i % 2 === 1).reduce((sum, x) => sum + x / 400, 0);
    };
    const base = rare.target.reduce((sum, y) => sum + y / 400, 0);
    expect(await share('none')).toBeCloseTo(base, 2);
    expect(await share('balanced')).toBeGreaterThan(2 * base);
  });

  it.each(['absolute', 'huber', 'quantile', 'poisson'])(
    'lowers the %s loss and predicts its kind of value',
    async (loss) => {
      const random = new Random(8);
      const target = training.target.map((y) => 3 * y + (random.uniform() < 0.05 ? 500 : random.uniform()));
      const set = { ...training, task: 'regression' as const, nClasses: 1, target };
      const { curve, predict } = await gbdt.fit(set, { loss, quantile: 0.8, maxSteps: 40 }, { seed: 1 });
      expect(curve[39].trainLoss).toBeLessThan(curve[0].trainLoss);
      const p = predict(set.features);
      const below = target.filter((y, i) => y <= p[i]).length / 400;
      if (loss === 'quantile') expect(below).toBeCloseTo(0.8, 1);
      if (loss === 'absolute') expect(below).toBeCloseTo(0.5, 1);
      if (loss === 'huber') expect(Math.max(...p)).toBeLessThan(50);
      if (loss === 'poisson') expect(Math.min(...p)).toBeGreaterThan(0);
    },
  );

  it('refuses parameters it does not know or that are out of range', async () => {
    await expect(gbdt.fit(training, { leaves: 3 }, { seed: 1 })).rejects.toThrow('leaves');
    await expect(gbdt.fit(training, { maxLeaves: 1 }, { seed: 1 })).rejects.toThrow('maxLeaves');
  });
});
