import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, SerialisedEstimator, TrainingSet } from '../../../src/ml/estimator.ts';
import type { Task } from '../../../src/ml/experiment.ts';
import { forest } from '../../../src/ml/forest/forest.ts';
import { Random } from '../../../src/ml/random.ts';
import { describeEstimator } from '../../contracts/estimator.ts';

const EXTRA = { randomThresholds: true, bootstrap: false };

describeEstimator('random forest', forest, { maxSteps: 60, minSamplesLeaf: 3, maxFeatures: 0.7 });
describeEstimator('extremely randomised trees', forest, { maxSteps: 60, maxFeatures: 1, ...EXTRA });

const TASKS: [Task, number][] = [
  ['binary', 2],
  ['multiclass', 3],
  ['regression', 1],
];

/** A numeric and a categorical feature with missing values; the target depends on both. */
function mixedProblem(task: Task, nClasses: number, seed: number, nRows = 500): TrainingSet {
  const random = new Random(seed);
  const maybe = (x: number) => (random.uniform() < 0.1 ? Number.NaN : x);
  const colour = Float64Array.from({ length: nRows }, () => maybe(random.integer(12)));
  const size = Float64Array.from({ length: nRows }, () => maybe(random.normal()));
  const noise = Float64Array.from({ length: nRows }, () => random.normal());
  const target = Float64Array.from({ length: nRows }, (_, i) => {
    const warm = [2, 5, 7, 11].includes(colour[i]) ? 2 : Number.isNaN(colour[i]) ? -1 : 0;
    const value = warm + (size[i] > 0 ? 1 : 0) + 0.5 * random.normal();
    if (task === 'regression') return value;
    return Math.min(nClasses - 1, Math.max(0, Math.floor(value)));
  });
  return {
    task,
    nClasses,
    target,
    features: {
      nRows,
      columns: [colour, size, noise],
      features: [
        { name: 'colour', source: 'colour', kind: 'categorical', nCategories: 12 },
        { name: 'size', source: 'size', kind: 'numeric' },
        { name: 'noise', source: 'noise', kind: 'numeric' },
      ],
    },
  };
}

function meanLoss({ task, nClasses, target }: TrainingSet, predictions: Float64Array): number {
  const losses = target.map((y, i) =>
    task === 'regression' ? (predictions[i] - y) ** 2 : -Math.log(predictions[i * nClasses + y]),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const throughFile = ({ json, arrays }: SerialisedEstimator): SerialisedEstimator => ({
  json: JSON.parse(JSON.stringify(json)),
  arrays: structuredClone(arrays),
});

describe.each(TASKS)('a forest, %s', (task, nClasses) => {
  const training = mixedProblem(task, nClasses, 1);
  const unseen = mixedProblem(task, nClasses, 2, 2000);

  it('knows from its out-of-bag rows how well it will do on new ones', async () => {
    const parameters = { maxSteps: 150, minSamplesLeaf: 3 };
    const fitted = await forest.fit(training, parameters, { seed: 1 });
    const holdoutLoss = meanLoss(unseen, fitted.predict(unseen.features));
    expect(fitted.outOfBagLoss).toBe(fitted.curve.at(-1)?.trainLoss);
    expect((fitted.outOfBagLoss ?? Number.NaN) / holdoutLoss).toBeGreaterThan(0.85);
    expect((fitted.outOfBagLoss ?? Number.NaN) / holdoutLoss).toBeLessThan(1.15);
    const outOfBag = fitted.outOfBag ?? new Float64Array();
    expect(outOfBag).toHaveLength(500 * nClasses);
    expect(meanLoss(training, outOfBag)).toBeCloseTo(fitted.outOfBagLoss ?? Number.NaN, 10);
  });

  it('has no out-of-bag prediction for rows that every tree has seen', async () => {
    const { outOfBag } = await forest.fit(training, { maxSteps: 1 }, { seed: 1 });
    const nSeen = outOfBag?.filter(Number.isNaN).length ?? 0;
    expect(nSeen / (500 * nClasses)).toBeCloseTo(1 - Math.exp(-1), 1);
    const whole = await forest.fit(training, { maxSteps: 3, ...EXTRA }, { seed: 1 });
    expect(whole.outOfBag).toBeUndefined();
  });

  it('restores categories, missing directions and thresholds', async () => {
    for (const variant of [{}, EXTRA]) {
      const fitted = await forest.fit(training, { maxSteps: 20, ...variant }, { seed: 1 });
      const restored = await forest.restore(throughFile(fitted.serialise()));
      expect(restored.predict(unseen.features)).toEqual(fitted.predict(unseen.features));
    }
  });

  it('goes on from a checkpoint as if nothing had happened', async () => {
    const saved: SerialisedEstimator[] = [];
    const parameters = { maxSteps: 12, minSamplesLeaf: 2 };
    const options = { seed: 1, validation: unseen };
    const save = (state: SerialisedEstimator) => saved.push(throughFile(state));
    const whole = await forest.fit(training, parameters, {
      ...options,
      checkpoint: { isDue: (step) => step % 5 === 0, save },
    });
    expect(saved).toHaveLength(2);
    const resumed = await forest.fit(training, parameters, { ...options, resumeFrom: saved[0] });
    expect(resumed.curve).toEqual(whole.curve);
    expect(resumed.outOfBag).toEqual(whole.outOfBag);
    expect(resumed.predict(unseen.features)).toEqual(whole.predict(unseen.features));
  });

  it('draws other trees for another seed', async () => {
    for (const variant of [{}, EXTRA]) {
      const predict = async (seed: number) =>
        (await forest.fit(training, { maxSteps: 3, ...variant }, { seed })).predict(unseen.features);
      expect(await predict(1)).not.toEqual(await predict(2));
    }
  });

  it('takes a weight for as many copies, and a row of weight 0 for none', async () => {
    // Without draws and categories, and with every value in a bin of its own, the two must be the same tree.
    const [, size, noise] = training.features.columns.map((column) => column.map((x) => Math.round(2 * x)));
    const features = {
      nRows: 498,
      columns: [size.subarray(0, 498), noise.subarray(0, 498)],
      features: training.features.features.slice(1),
    };
    const target = training.target.subarray(0, 498);
    const weights = target.map((_, i) => i % 3);
    const rows = Array.from(weights).flatMap((weight, i) => new Array<number>(weight).fill(i));
    const copies = matrixOfRows(features, rows);
    const ofCopies = Float64Array.from(rows, (i) => target[i]);
    const parameters = { maxSteps: 5, bootstrap: false, maxFeatures: 1 };
    const weighted = await forest.fit({ ...training, features, target, weights }, parameters, { seed: 1 });
    const copied = await forest.fit({ ...training, features: copies, target: ofCopies }, parameters, {
      seed: 1,
    });
    const expected = copied.predict(copies);
    weighted.predict(copies).forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i], 5);
    });
  });

  it('survives small and degenerate training sets', async () => {
    const value = fc.oneof(
      fc.double(),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e300),
    );
    const row = fc.tuple(value, value, value, fc.integer({ min: 0, max: nClasses === 1 ? 9 : nClasses - 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), fc.boolean(), async (rows, extra) => {
        const columns = [0, 1, 2].map((j) => Float64Array.from(rows, (r) => r[j]));
        const features = { ...training.features, nRows: rows.length, columns };
        const set = { ...training, features, target: Float64Array.from(rows, (r) => r[3]) };
        const parameters = { maxSteps: 4, randomThresholds: extra, bootstrap: !extra };
        const fitted = await forest.fit(set, parameters, { seed: 1, validation: set });
        expect(fitted.predict(unseen.features).every(Number.isFinite)).toBe(true);
        expect(fitted.curve.every(({ trainLoss }) => Number.isFinite(trainLoss))).toBe(true);
        if (task !== 'regression') expect(fitted.predict(features).every((p) => p > 0)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

function matrixOfRows(matrix: FeatureMatrix, rows: readonly number[]): FeatureMatrix {
  const columns = matrix.columns.map((column) => Float64Array.from(rows, (i) => column[i]));
  return { ...matrix, nRows: rows.length, columns };
}

describe('a forest', () => {
  const training = mixedProblem('regression', 1, 1);

  it('predicts the constant when the target is constant, however large', async () => {
    for (const constant of [5, 0, -1e300]) {
      const target = new Float64Array(500).fill(constant);
      const { predict } = await forest.fit({ ...training, target }, { maxSteps: 3 }, { seed: 1 });
      expect(predict(training.features)).toEqual(target);
    }
  });

  it('learns all rows by heart without draws and limits', async () => {
    const target = training.target.map((_, i) => 1e6 * i);
    const { predict } = await forest.fit(
      { ...training, target },
      { maxSteps: 2, bootstrap: false },
      { seed: 1 },
    );
    predict(training.features).forEach((y, i) => {
      expect(Math.abs(y - target[i])).toBeLessThan(50);
    });
  });

  it('splits its best leaf first where their number is limited', async () => {
    const features: FeatureMatrix = {
      nRows: 8,
      columns: [Float64Array.of(0, 0, 1, 1, 2, 2, 3, 3)],
      features: [{ name: 'x', source: 'x', kind: 'numeric' }],
    };
    const target = Float64Array.of(0, 0, 1, 1, 10, 10, 14, 14);
    const set: TrainingSet = { task: 'regression', nClasses: 1, features, target };
    const fitted = await forest.fit(set, { maxSteps: 1, bootstrap: false, maxLeaves: 3 }, { seed: 1 });
    expect(fitted.predict(features).map((y) => Math.round(10 * y))).toEqual(
      Float64Array.of(5, 5, 5, 5, 100, 100, 140, 140),
    );
  });

  it('makes rare classes count as much as frequent ones', async () => {
    const set = mixedProblem('binary', 2, 3);
    const rare = { ...set, target: set.target.map((y, i) => (i % 6 === 0 ? y : 0)) };
    const mean = async (classWeight: string) => {
      const parameters = { maxSteps: 30, minSamplesLeaf: 20, classWeight };
      const p = (await forest.fit(rare, parameters, { seed: 1 })).predict(rare.features);
      return p.reduce((sum, x, i) => sum + (i % 2 === 1 ? x : 0), 0) / 500;
    };
    expect(await mean('none')).toBeLessThan(0.2);
    expect(await mean('balanced')).toBeGreaterThan(0.3);
  });

  it('refuses stored forms with missing or short arrays', async () => {
    const { json, arrays } = (await forest.fit(training, { maxSteps: 2 }, { seed: 1 })).serialise();
    await expect(forest.restore({ json, arrays: {} })).rejects.toThrow('the stored model has no');
    const short = { ...arrays, nodes: new Uint32Array(2) };
    await expect(forest.restore({ json, arrays: short })).rejects.toThrow('a stored array ends at 2');
  });

  it('refuses features in another order, no rows, and class weights without classes', async () => {
    const { predict } = await forest.fit(training, { maxSteps: 1 }, { seed: 1 });
    const { features } = training;
    expect(() => predict({ ...features, features: features.features.toReversed() })).toThrow(
      'feature 0 should be "colour"',
    );
    const none = { ...training, features: matrixOfRows(features, []), target: new Float64Array() };
    await expect(forest.fit(none, {}, { seed: 1 })).rejects.toThrow('at least one training row');
    await expect(forest.fit(training, { classWeight: 'balanced' }, { seed: 1 })).rejects.toThrow(RangeError);
  });
});
