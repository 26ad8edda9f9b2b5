import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../src/ml/estimator.ts';
import { Random } from '../../../src/ml/random.ts';
import { Arena } from '../../../src/ml/trees/arena.ts';
import { applyBins, type FeatureBins, fitBins } from '../../../src/ml/trees/binning.ts';

const arena = new Arena();

function matrixOf(kind: 'numeric' | 'categorical', values: number[]): FeatureMatrix {
  return {
    nRows: values.length,
    features: [{ name: 'x', source: 'x', kind }],
    columns: [Float64Array.from(values)],
  };
}

const binsOf = (kind: 'numeric' | 'categorical', values: number[], seed = 1) =>
  fitBins(arena, matrixOf(kind, values), new Random(seed))[0];

/** The bins of one feature. */
function binnedBy(bins: FeatureBins, kind: 'numeric' | 'categorical', values: number[]): Uint8Array {
  return arena.scoped(() => {
    const { columns } = applyBins(arena, [bins], matrixOf(kind, values));
    return arena.uint8(columns, values.length).slice();
  });
}

function thresholdsOf(values: number[], seed?: number): number[] {
  const bins = binsOf('numeric', values, seed);
  return bins.kind === 'numeric' ? [...bins.thresholds] : [];
}

describe('bins of a numeric feature', () => {
  it('are divided midway between distinct values while there are at most 255', () => {
    expect(thresholdsOf([3, 1, 1, Number.NaN, 7])).toEqual([2, 5]);
    expect(thresholdsOf(Array.from({ length: 255 }, (_, i) => i))).toHaveLength(254);
  });

  it('hold equal shares of the rows when there are more distinct values', () => {
    const values = Array.from({ length: 25_500 }, (_, i) => i ** 3);
    const bins = binsOf('numeric', values);
    const binned = binnedBy(bins, 'numeric', values);
    const counts = new Uint32Array(bins.nBins);
    for (const bin of binned) counts[bin]++;
    expect(bins.nBins).toBe(255);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(99);
    expect(Math.max(...counts)).toBeLessThanOrEqual(101);
  });

  it('put x into bin i iff threshold i-1 < x <= threshold i, and NaN into the last', () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 400 }), fc.array(value), (fitted, applied) => {
        const bins = binsOf('numeric', fitted);
        const thresholds = bins.kind === 'numeric' ? [...bins.thresholds] : [];
        expect(thresholds.every(Number.isFinite)).toBe(true);
        expect(thresholds).toEqual(thresholds.toSorted((a, b) => a - b));
        const binned = binnedBy(bins, 'numeric', applied);
        applied.forEach((x, i) => {
          const naive = Number.isNaN(x) ? bins.nBins : thresholds.filter((threshold) => threshold < x).length;
          expect(binned[i]).toBe(naive);
        });
      }),
    );
  });

  it('exist for a constant, an all-missing and an empty column', () => {
    expect(binsOf('numeric', [4, 4, 4]).nBins).toBe(1);
    expect(binsOf('numeric', [Number.NaN, Number.NaN]).nBins).toBe(1);
    expect(binsOf('numeric', []).nBins).toBe(1);
  });

  it('come from a seeded sample when there are more than 200,000 rows', () => {
    const values = Array.from({ length: 200_500 }, (_, i) => (i * 7919) % 200_500);
    expect(thresholdsOf(values, 5)).toEqual(thresholdsOf(values, 5));
    expect(thresholdsOf(values, 5)).not.toEqual(thresholdsOf(values, 6));
  });
});

describe('bins of a categorical feature', () => {
  it('are one per category that was seen, in code order', () => {
    const bins = binsOf('categorical', [4, 0, 4, Number.NaN, 2]);
    expect(bins.nBins).toBe(3);
    const binned = binnedBy(bins, 'categorical', [0, 2, 4]);
    expect([...binned]).toEqual([0, 1, 2]);
  });

  it('take every cell that is no known code as missing', () => {
    const bins = binsOf('categorical', [4, 0, 4, 2]);
    const strange = [1, 3, 5, 1e12, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const binned = binnedBy(bins, 'categorical', strange);
    expect([...binned]).toEqual(strange.map(() => bins.nBins));
  });

  it('keep the 254 most frequent of many categories and let the others share one', () => {
    const values = Array.from({ length: 400 }, (_, code) => (code % 2 === 0 ? [code, code] : [code])).flat();
    const bins = binsOf('categorical', values);
    expect(bins.nBins).toBe(255);
    const binned = binnedBy(bins, 'categorical', [0, 2, 398, 1, 105, 107, 109, 399, 400]);
    // 200 even codes come twice and keep their own bins; of the odd ones the first 54 do, up to code 107.
    expect(binned[4]).not.toBe(254);
    expect(binned[5]).not.toBe(254);
    expect([...binned.subarray(6)]).toEqual([254, 254, 255]);
    expect(new Set(binned.subarray(0, 6)).size).toBe(6);
  });

  it('exist for a column without any category', () => {
    expect(binsOf('categorical', [Number.NaN]).nBins).toBe(1);
  });
});

describe('applyBins', () => {
  it('lays rows out one after the other, padded to whole vectors', () => {
    const values = [3, 1, Number.NaN, 2];
    const matrix: FeatureMatrix = {
      nRows: 4,
      features: Array.from({ length: 17 }, (_, j) => ({ name: `x${j}`, source: 'x', kind: 'numeric' })),
      columns: Array.from({ length: 17 }, (_, j) => Float64Array.from(values, (x) => x * (j % 2 ? -1 : 1))),
    };
    const bins = fitBins(arena, matrix, new Random(1));
    const { rows, rowStride } = applyBins(arena, bins, matrix);
    expect(rowStride).toBe(32);
    const row = (i: number) => [...arena.uint8(rows + i * rowStride, 3)];
    expect([0, 1, 2, 3].map(row)).toEqual([
      [2, 0, 2],
      [0, 2, 0],
      [3, 3, 3],
      [1, 1, 1],
    ]);
  });

  it('refuses a matrix with another number of features', () => {
    expect(() => applyBins(arena, [], matrixOf('numeric', [1]))).toThrow('expected 0 features, got 1');
  });
});
