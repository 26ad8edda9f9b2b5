import { describe, expect, it } from 'vitest';
import { packRow, presentMeans, strideOf } from '../../../src/ml/neighbours/packing.ts';
import { numericMatrix } from '../small-problem.ts';

const matrix = numericMatrix([
  [1, Number.NaN, 5],
  [Number.POSITIVE_INFINITY, -1e300, 0],
]);

describe('strideOf', () => {
  it('is the next multiple of four', () => {
    expect([0, 1, 4, 5].map(strideOf)).toEqual([0, 4, 4, 8]);
  });
});

describe('packRow', () => {
  it('replaces NaN by the mean and cuts what is too large', () => {
    const out = new Float32Array(8);
    packRow(matrix, 1, Float64Array.of(3, 0), out, 4);
    expect([...out]).toEqual([0, 0, 0, 0, 3, Math.fround(-1e15), 0, 0]);
  });
});

describe('presentMeans', () => {
  it('is over present cells of the given rows, by their weights', () => {
    const all = Uint32Array.of(0, 1, 2);
    expect([...presentMeans(matrix, all, undefined)]).toEqual([3, 0]);
    expect([...presentMeans(matrix, all, Float64Array.of(3, 9, 1))]).toEqual([
      2,
      expect.closeTo(-6e15 / 13, -3),
    ]);
    expect([...presentMeans(matrix, Uint32Array.of(1), undefined)]).toEqual([0, -1e15]);
  });
});
