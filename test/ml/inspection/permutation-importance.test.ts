import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../src/ml/estimator.ts';
import {
  permutationImportance,
  permuteSource,
  repeatRows,
} from '../../../src/ml/inspection/permutation-importance.ts';
import { Random } from '../../../src/ml/random.ts';

const nRows = 4000;
const random = new Random(1);
const normals = () => Float64Array.from({ length: nRows }, () => random.normal());
const x = { strong: normals(), weak: normals(), unused: normals() };
const target = x.strong.map((value, row) => 3 * value + x.weak[row]);

const features: FeatureMatrix = {
  nRows,
  features: [
    { name: 'unused', source: 'unused', kind: 'numeric' },
    { name: 'weak', source: 'weak', kind: 'numeric' },
    { name: 'strong', source: 'strong', kind: 'numeric' },
    { name: 'strong_missing', source: 'strong', kind: 'numeric' },
  ],
  columns: [x.unused, x.weak, x.strong, x.strong.map((value) => value / 2)],
};

/** Mean squared error of the true formula, spread over the two features that come from `strong`. */
function squaredError({ columns }: FeatureMatrix): number {
  let sum = 0;
  for (let row = 0; row < nRows; row++) {
    const prediction = 2 * columns[2][row] + 2 * columns[3][row] + columns[1][row];
    sum += (prediction - target[row]) ** 2;
  }
  return sum / nRows;
}

const options = {
  columns: ['unused', 'weak', 'strong'],
  nRows,
  score: squaredError(features),
  greaterIsBetter: false,
  scoresWithPermuted: (column: string, permutations: readonly Uint32Array[]) =>
    permutations.map((permutation) => squaredError(permuteSource(features, column, [permutation]))),
  seed: 1,
};

describe('permutationImportance', () => {
  it('is twice the variance that a column explains in a linear model, largest first', () => {
    const [first, second, third] = permutationImportance(options);
    expect(first.column).toBe('strong');
    expect(first.mean / 18).toBeCloseTo(1, 1); // 2 · 3² · Var(strong)
    expect(second.column).toBe('weak');
    expect(second.mean / 2).toBeCloseTo(1, 1);
    expect(third).toEqual({ column: 'unused', mean: 0, low: 0, high: 0 });
    expect(first.low).toBeLessThan(first.mean);
    expect(first.high - first.mean).toBeCloseTo(first.mean - first.low, 10);
  });

  it('has a narrower interval with more shuffles', () => {
    const width = (repeats: number) => {
      const [{ low, high }] = permutationImportance({ ...options, columns: ['strong'], repeats });
      return high - low;
    };
    expect(width(20)).toBeLessThan(width(3));
  });

  it('gives a column the same result whichever others are judged', () => {
    const alone = permutationImportance({ ...options, columns: ['weak'] });
    expect(permutationImportance(options)).toContainEqual(alone[0]);
    expect(permutationImportance({ ...options, columns: ['weak'], seed: 2 })).not.toEqual(alone);
  });

  it('turns the sign for metrics where greater is better', () => {
    const negated = permutationImportance({
      ...options,
      score: -options.score,
      greaterIsBetter: true,
      scoresWithPermuted: (column, permutations) =>
        options.scoresWithPermuted(column, permutations).map((score) => -score),
    });
    expect(negated).toEqual(permutationImportance(options));
  });

  it('leaves out the columns after a stop', () => {
    let asked = 0;
    const importances = permutationImportance({ ...options, shouldStop: () => asked++ === 1 });
    expect(importances.map(({ column }) => column)).toEqual(['unused']);
  });
});

describe('permuteSource', () => {
  it('shuffles all features of a source alike and shares the rest', () => {
    const permutation = new Random(3).permutation(nRows);
    const { columns } = permuteSource(features, 'strong', [permutation]);
    expect(columns[0]).toBe(features.columns[0]);
    expect(columns[2][5]).toBe(x.strong[permutation[5]]);
    expect(columns[3]).toEqual(columns[2].map((value) => value / 2));
    expect(features.columns[2]).toBe(x.strong);
  });

  it('shuffles each block of repeated rows by a permutation of its own', () => {
    const permutations = [3, 4].map((seed) => new Random(seed).permutation(nRows));
    const { nRows: total, columns } = permuteSource(repeatRows(features, 2), 'strong', permutations);
    expect(total).toBe(2 * nRows);
    permutations.forEach((permutation, block) => {
      const alone = permuteSource(features, 'strong', [permutation]);
      columns.forEach((values, j) => {
        expect(values.subarray(block * nRows, (block + 1) * nRows)).toEqual(alone.columns[j]);
      });
    });
  });
});
