import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growTree, searcher, treeOf } from '../../../src/ml/neighbours/tree.ts';
import { Random } from '../../../src/ml/random.ts';

/** The k nearest by looking at every row: [row, squared distance], nearest first, of equals the first. */
function nearestOfAll(cells: Float32Array, nRows: number, stride: number, query: Float32Array, k: number) {
  const squares = Array.from({ length: nRows }, (_, i) =>
    query.reduce((sum, q, j) => sum + (q - cells[i * stride + j]) ** 2, 0),
  );
  return squares
    .map((square, row): [number, number] => [row, square])
    .sort((a, b) => a[1] - b[1] || a[0] - b[0])
    .slice(0, k);
}

describe('searcher', () => {
  it('finds what looking at every row finds, ties in the order of the rows', () => {
    // Whole numbers: their squared distances are exact in whatever order they are summed.
    const cell = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((quads) =>
          fc.record({
            stride: fc.constant(4 * quads),
            rows: fc.array(fc.array(cell, { minLength: 4 * quads, maxLength: 4 * quads }), {
              minLength: 1,
              maxLength: 200,
            }),
            query: fc.array(cell, { minLength: 4 * quads, maxLength: 4 * quads }),
          }),
        ),
        fc.integer({ min: 1, max: 30 }),
        ({ stride, rows, query }, k) => {
          const cells = Float32Array.from(rows.flat());
          const tree = growTree(cells, rows.length, stride);
          const { n, positions, squares } = searcher(tree, k)(Float32Array.from(query));
          const found = [...positions.subarray(0, n)].map((p, i) => [tree.order[p], squares[i]]);
          expect(found).toEqual(nearestOfAll(cells, rows.length, stride, Float32Array.from(query), k));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('finds them among many rows too, search after search', () => {
    const random = new Random(5);
    const [nRows, stride, k] = [3000, 12, 9];
    const cells = Float32Array.from({ length: nRows * stride }, () => Math.round(40 * random.normal()));
    const tree = growTree(cells, nRows, stride);
    const search = searcher(tree, k);
    for (let i = 0; i < 20; i++) {
      const query = Float32Array.from({ length: stride }, () => Math.round(40 * random.normal()));
      const { positions, squares } = search(query);
      expect([...positions].map((p, at) => [tree.order[p], squares[at]])).toEqual(
        nearestOfAll(cells, nRows, stride, query, k),
      );
    }
  });

  it('passes over the row that it is told to', () => {
    const cells = Float32Array.from({ length: 100 * 4 }, (_, i) => (i % 4 === 0 ? i / 4 : 0));
    const tree = growTree(cells, 100, 4);
    const position = tree.order.indexOf(42);
    const { positions } = searcher(tree, 2)(Float32Array.of(42, 0, 0, 0), position);
    expect([...positions].map((p) => tree.order[p])).toEqual([41, 43]);
  });

  it('finds fewer where there are fewer', () => {
    const tree = growTree(new Float32Array(4), 1, 4);
    expect(searcher(tree, 3)(new Float32Array(4)).n).toBe(1);
    expect(searcher(tree, 3)(new Float32Array(4), 0).n).toBe(0);
  });
});

describe('treeOf', () => {
  it('is the grown tree again, from its rows in their order', () => {
    const random = new Random(1);
    const cells = Float32Array.from({ length: 500 * 4 }, () => random.normal());
    const tree = growTree(cells, 500, 4);
    expect(treeOf(tree.cells, tree.order, 4)).toEqual(tree);
    expect(Uint32Array.from(tree.order).sort()).toEqual(Uint32Array.from({ length: 500 }, (_, i) => i));
    tree.order.forEach((row, i) => {
      expect(tree.cells.subarray(4 * i, 4 * i + 4)).toEqual(cells.subarray(4 * row, 4 * row + 4));
    });
  });

  it('has boxes that hold the rows below them', () => {
    const random = new Random(2);
    const tree = growTree(
      Float32Array.from({ length: 300 * 4 }, () => random.normal()),
      300,
      4,
    );
    for (let j = 0; j < 4; j++) {
      const feature = [...tree.order.keys()].map((i) => tree.cells[4 * i + j]);
      expect(tree.boxes[j]).toBe(Math.min(...feature));
      expect(tree.boxes[4 + j]).toBe(Math.max(...feature));
    }
    const middle = 150;
    const left = tree.cells.subarray(0, 4 * middle);
    expect(tree.boxes[8]).toBe(Math.min(...left.filter((_, i) => i % 4 === 0)));
  });
});
