import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partitionRows } from '../../../src/ml/gbdt/partition.ts';
import { binOf, randomNode } from './nodes.ts';

describe('partitionRows', () => {
  it('puts left rows before right rows, keeps their order and touches no other row', () => {
    const node = randomNode(1, 100, [6, 6]);
    const bounds = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(bounds, fc.integer({ min: 0, max: 127 }), ([a, b], leftSet) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const goesLeft = Uint8Array.from({ length: 256 }, (_, bin) => (leftSet >> bin) & 1);
        const rows = node.rows.slice();
        const middle = partitionRows(
          node.matrix.bins,
          2,
          1,
          goesLeft,
          rows,
          start,
          end,
          new Uint32Array(end - start),
        );
        const inside = [...node.rows.subarray(start, end)];
        const isLeft = (row: number) => goesLeft[binOf(node, row, 1)] === 1;
        const left = inside.filter(isLeft);
        expect([...rows]).toEqual([
          ...node.rows.subarray(0, start),
          ...left,
          ...inside.filter((row) => !isLeft(row)),
          ...node.rows.subarray(end),
        ]);
        expect(middle).toBe(start + left.length);
      }),
    );
  });
});
