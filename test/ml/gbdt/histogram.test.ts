import { describe, expect, it } from 'vitest';
import { CELL, layOutHistogram, subtractHistogram, sumHistogram } from '../../../src/ml/gbdt/histogram.ts';
import { binOf, indices, naiveSums, randomNode } from './nodes.ts';

const node = randomNode(3, 500, [7, 255, -12, 1]);
const { matrix, bins, gradients } = node;
const layout = layOutHistogram(bins);

function histogramOf(rows: Uint32Array, start: number, end: number, features = indices(4)): Float64Array {
  const out = new Float64Array(layout.length).fill(9);
  sumHistogram(matrix.bins, matrix.nFeatures, gradients, rows, start, end, features, layout.offsets, out);
  return out;
}

describe('sumHistogram', () => {
  it('equals its naive twin in every bin, missing ones included', () => {
    const rows = indices(500).filter((row) => row % 3 !== 0);
    const histogram = histogramOf(rows, 20, 300);
    const inside = { ...node, rows: rows.subarray(20, 300) };
    bins.forEach(({ nBins }, feature) => {
      for (let bin = 0; bin <= nBins; bin++) {
        const naive = naiveSums(inside, (row) => binOf(node, row, feature) === bin);
        const cell = layout.offsets[feature] + CELL * bin;
        expect(histogram[cell]).toBeCloseTo(naive.gradient, 10);
        expect(histogram[cell + 1]).toBeCloseTo(naive.hessian, 10);
        expect(histogram[cell + 2]).toBe(naive.count);
      }
    });
  });

  it('leaves features that were not asked for at zero', () => {
    const histogram = histogramOf(node.rows, 0, 500, Uint32Array.of(1, 3));
    expect(histogram.subarray(0, layout.offsets[1]).every((x) => x === 0)).toBe(true);
    expect(histogram.subarray(layout.offsets[2], layout.offsets[3]).every((x) => x === 0)).toBe(true);
    expect(histogram[layout.offsets[3] + 2]).toBeGreaterThan(0);
  });
});

describe('subtractHistogram', () => {
  it("makes a child's histogram of its parent's and its sibling's", () => {
    const parent = histogramOf(node.rows, 0, 500);
    subtractHistogram(parent, histogramOf(node.rows, 0, 123));
    const child = histogramOf(node.rows, 123, 500);
    parent.forEach((sum, i) => {
      expect(sum).toBeCloseTo(child[i], 10);
      if (i % CELL === 2) expect(sum).toBe(child[i]);
    });
  });
});
