import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, TrainingSet } from '../../../src/ml/estimator.ts';
import {
  encode,
  encodeOrdered,
  fitEncoding,
  orderedStatistics,
  outcomesOf,
} from '../../../src/ml/gbdt/ordered-statistics.ts';
import { Random } from '../../../src/ml/random.ts';

/** For every row, a loop over the rows before it. */
function naive(
  cells: number[],
  values: number[],
  weights: number[] | undefined,
  order: Uint32Array,
  prior: number,
) {
  const out = new Float64Array(cells.length);
  order.forEach((row, at) => {
    let [sum, total] = [0, 0];
    for (const earlier of order.subarray(0, at)) {
      if (cells[earlier] !== cells[row] || cells[row] < 0) continue;
      sum += (weights?.[earlier] ?? 1) * values[earlier];
      total += weights?.[earlier] ?? 1;
    }
    out[row] = (sum + prior) / (total + 1);
  });
  return out;
}

describe('ordered statistics', () => {
  it('equal a loop over the rows before, with and without weights', () => {
    const row = fc.tuple(
      fc.integer({ min: -1, max: 4 }),
      fc.integer({ min: -2, max: 2 }),
      fc.integer({ min: 0, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.integer(), fc.boolean(), (rows, seed, weighted) => {
        const cells = rows.map(([cell]) => cell);
        const values = rows.map(([, value]) => value);
        const weights = weighted ? rows.map(([, , weight]) => weight) : undefined;
        const order = new Random(seed).permutation(rows.length);
        const outcome = { values: Float64Array.from(values), prior: 0.25 };
        const ofRows = weights && Float64Array.from(weights);
        const fast = orderedStatistics(Int32Array.from(cells), 5, outcome, ofRows, order);
        expect(fast).toEqual(naive(cells, values, weights, order, 0.25));
      }),
    );
  });

  it('of a row do not depend on its own outcome', () => {
    const cells = Int32Array.from({ length: 60 }, (_, i) => i % 4);
    const order = new Random(3).permutation(60);
    const values = Float64Array.from({ length: 60 }, (_, i) => i % 3);
    for (const row of [0, 17, 59]) {
      const of = (value: number) =>
        orderedStatistics(cells, 4, { values: values.with(row, value), prior: 1 }, undefined, order)[row];
      expect(of(-5)).toBe(of(5));
    }
  });
});

describe('an encoding', () => {
  const colours = [0, 0, 1, 1, 2, Number.NaN, 2, 0];
  const sizes = [0, 1, 0, 1, 0, 1, 0, 1];
  const matrix: FeatureMatrix = {
    nRows: 8,
    columns: [Float64Array.from(colours), Float64Array.from(sizes), Float64Array.from(colours.keys())],
    features: [
      { name: 'colour', source: 'colour', kind: 'categorical', nCategories: 3 },
      { name: 'size', source: 'size', kind: 'categorical', nCategories: 2 },
      { name: 'n', source: 'n', kind: 'numeric' },
    ],
  };
  const training: TrainingSet = {
    task: 'binary',
    nClasses: 2,
    features: matrix,
    target: Float64Array.of(1, 0, 1, 1, 0, 1, 0, 0),
  };
  const outcomes = outcomesOf(training, undefined);
  const order = new Random(1).permutation(8);
  const encoding = fitEncoding(matrix, outcomes, undefined, order, { oneHotMax: 2, combinations: 1 });

  it('keeps numbers and few-valued categories, and replaces the others', () => {
    expect(encode(encoding, matrix).features.map(({ name, kind }) => [name, kind])).toEqual([
      ['size', 'categorical'],
      ['n', 'numeric'],
      ['colour: outcome 0', 'numeric'],
      ['colour: share', 'numeric'],
    ]);
  });

  it('gives new rows the statistics of all training rows, unknown categories the prior', () => {
    const columns = [Float64Array.of(0, Number.NaN, 7, -1, 0.5), new Float64Array(5), new Float64Array(5)];
    const [, , statistic, share] = encode(encoding, { ...matrix, nRows: 5, columns }).columns;
    expect([...statistic]).toEqual([(1 + 0.5) / 4, (1 + 0.5) / 2, 0.5, 0.5, 0.5]);
    expect([...share]).toEqual([3 / 8, 1 / 8, 0, 0, 0]);
  });

  it('has the same columns for training rows', () => {
    const ofTraining = encodeOrdered(encoding, matrix, outcomes, undefined, order);
    expect(ofTraining.features).toEqual(encode(encoding, matrix).features);
    const values = [...training.target];
    const cells = colours.map((x) => (Number.isNaN(x) ? 3 : x));
    expect(ofTraining.columns[2]).toEqual(naive(cells, values, undefined, order, 0.5));
  });

  it('takes one statistic per class, of ten classes at most', () => {
    const of = (nClasses: number) =>
      outcomesOf(
        { ...training, task: 'multiclass', nClasses, target: Float64Array.from(colours.keys()) },
        undefined,
      );
    expect(of(8)).toHaveLength(8);
    expect(of(12)).toHaveLength(10);
  });

  it('finds the pair that tells what neither of its features does', () => {
    const random = new Random(4);
    const columns = Array.from({ length: 4 }, () =>
      Float64Array.from({ length: 2000 }, () => random.integer(4)),
    );
    const target = columns[1].map((x, i) => ((x + columns[3][i]) % 2 === 0 ? 1 : 0));
    const features = columns.map((_, j) => ({
      name: `f${j}`,
      source: `f${j}`,
      kind: 'categorical' as const,
    }));
    const set: TrainingSet = {
      task: 'binary',
      nClasses: 2,
      target,
      features: { nRows: 2000, columns, features },
    };
    const { groups } = fitEncoding(
      set.features,
      outcomesOf(set, undefined),
      undefined,
      random.permutation(2000),
      { oneHotMax: 4, combinations: 2 },
    );
    expect(groups[0].inputs).toEqual([1, 3]);
  });
});
