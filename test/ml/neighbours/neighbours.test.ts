import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, TrainingSet } from '../../../src/ml/estimator.ts';
import { neighbours } from '../../../src/ml/neighbours/neighbours.ts';
import { Random } from '../../../src/ml/random.ts';
import { describeEstimator } from '../../contracts/estimator.ts';

describeEstimator('nearest neighbours', neighbours, { k: 9 });
describeEstimator('nearest neighbours by distance', neighbours, { k: 9, weights: 'distance' });

interface Oracle {
  columns: number[][];
  newColumns: number[][];
  values: number[];
  labels: number[];
  cases: { weights: string; k: number; values: number[]; shares: number[][] }[];
}

const url = new URL('../../oracles/neighbours/values.json', import.meta.url);
const oracle = JSON.parse(readFileSync(url, 'utf8')) as Oracle;

function matrixOf(columns: readonly ArrayLike<number>[]): FeatureMatrix {
  return {
    nRows: columns[0]?.length ?? 0,
    columns: columns.map((column) => Float64Array.from(column)),
    features: columns.map((_, j) => ({ name: `x${j}`, source: `x${j}`, kind: 'numeric' })),
  };
}

describe.each(oracle.cases)('$weights weights, against scikit-learn', ({ weights, k, values, shares }) => {
  const features = matrixOf(oracle.columns);
  const unseen = matrixOf(oracle.newColumns);

  it('predicts the same values', async () => {
    const target = Float64Array.from(oracle.values);
    const set: TrainingSet = { task: 'regression', nClasses: 1, features, target };
    const predicted = (await neighbours.fit(set, { k, weights }, { seed: 1 })).predict(unseen);
    predicted.forEach((value, i) => {
      expect(value).toBeCloseTo(values[i], 5);
    });
  });

  it('predicts the same class shares, drawn a little towards the training shares', async () => {
    const target = Float64Array.from(oracle.labels);
    const set: TrainingSet = { task: 'multiclass', nClasses: 3, features, target };
    const prior = [0, 1, 2].map((c) => oracle.labels.filter((label) => label === c).length / 300);
    const predicted = (await neighbours.fit(set, { k, weights, smoothing: 2 }, { seed: 1 })).predict(unseen);
    predicted.forEach((p, i) => {
      const share = shares[Math.floor(i / 3)][i % 3];
      expect(p).toBeCloseTo((k * share + 2 * prior[i % 3]) / (k + 2), 5);
    });
  });
});

describe('nearest neighbours', () => {
  it('finds exactly the rows that a search through all of them finds', async () => {
    const random = new Random(3);
    const nRows = 3000;
    const columns = [0, 1, 2].map(() =>
      Float64Array.from({ length: nRows }, () => Math.fround(random.normal())),
    );
    const target = Float64Array.from({ length: nRows }, () => random.uniform());
    const features = matrixOf(columns);
    const queries = matrixOf(
      [0, 1, 2].map(() => Array.from({ length: 40 }, () => Math.fround(random.normal()))),
    );
    const set: TrainingSet = { task: 'regression', nClasses: 1, features, target };
    const predicted = (await neighbours.fit(set, { k: 5 }, { seed: 1 })).predict(queries);
    predicted.forEach((value, q) => {
      const distance = (i: number) =>
        columns.reduce((sum, c, j) => sum + (c[i] - queries.columns[j][q]) ** 2, 0);
      const nearest = Array.from(target.keys())
        .sort((a, b) => distance(a) - distance(b))
        .slice(0, 5);
      expect(value).toBeCloseTo(
        nearest.reduce((sum, i) => sum + target[i] / 5, 0),
        9,
      );
    });
  });

  it('weighs votes by row weights, and leaves out rows of weight 0', async () => {
    const features = matrixOf([[0, 0, 0, 9]]);
    const target = Float64Array.of(1, 2, 100, 7);
    const weights = Float64Array.of(1, 3, 0, 1);
    const set: TrainingSet = { task: 'regression', nClasses: 1, features, target, weights };
    const fitted = await neighbours.fit(set, { k: 2 }, { seed: 1 });
    expect(fitted.predict(matrixOf([[0]]))[0]).toBeCloseTo((1 + 3 * 2) / 4, 12);
  });

  it('thins larger training sets by a seeded draw', async () => {
    const features = matrixOf([Array.from({ length: 100 }, (_, i) => i)]);
    const target = Float64Array.from({ length: 100 }, (_, i) => i);
    const set: TrainingSet = { task: 'regression', nClasses: 1, features, target };
    const values = async (seed: number) =>
      new Set((await neighbours.fit(set, { k: 1, maxRows: 10 }, { seed })).predict(features));
    expect((await values(1)).size).toBe(10);
    expect(await values(1)).toEqual(await values(1));
    expect(await values(1)).not.toEqual(await values(2));
  });

  it('never says NaN or impossible, whatever the cells hold', async () => {
    const cell = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, 1e300));
    const row = fc.tuple(cell, cell, fc.integer({ min: 0, max: 2 }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const features = matrixOf([0, 1].map((j) => rows.map((r) => r[j])));
        const target = Float64Array.from(rows, (r) => r[2]);
        for (const weights of ['uniform', 'distance']) {
          const set: TrainingSet = { task: 'multiclass', nClasses: 3, features, target };
          const p = (await neighbours.fit(set, { weights, k: 3 }, { seed: 1 })).predict(features);
          expect(p.every((x) => x > 0 && x <= 1)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('refuses features in another order', async () => {
    const set: TrainingSet = {
      task: 'regression',
      nClasses: 1,
      features: matrixOf([[1], [2]]),
      target: Float64Array.of(1),
    };
    const { predict } = await neighbours.fit(set, {}, { seed: 1 });
    const { features, columns } = set.features;
    expect(() => predict({ nRows: 1, columns, features: features.toReversed() })).toThrow(
      'feature 0 should be "x0"',
    );
  });
});
