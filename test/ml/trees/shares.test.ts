import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dealRows, ROWS_PER_STRIPE, shareStarts } from '../../../src/ml/trees/shares.ts';
import { indices } from './nodes.ts';

it('deals every row to one share, stripe by stripe and in order', () => {
  const nRows = fc.integer({ min: 0, max: 6 * ROWS_PER_STRIPE });
  fc.assert(
    fc.property(
      nRows,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 700 }),
      (n, nShares, step) => {
        const rows = indices(n).filter((row) => row % step === 0);
        const list = new Uint32Array(n);
        const shares = dealRows(rows, shareStarts(n, nShares), list);
        expect(shares.map(({ start, end }) => [...list.subarray(start, end)])).toEqual(
          shares.map((_, share) =>
            [...rows].filter((row) => Math.floor(row / ROWS_PER_STRIPE) % nShares === share),
          ),
        );
      },
    ),
    { numRuns: 30 },
  );
});

it('gives shares about equally many rows, without a gap between them', () => {
  const starts = shareStarts(100_000, 2);
  expect(starts[0]).toBe(0);
  expect(Math.abs(starts[1] - 50_000)).toBeLessThan(ROWS_PER_STRIPE);
  const list = new Uint32Array(100_000);
  const [first, second] = dealRows(indices(100_000), starts, list);
  expect([first.end, second.end]).toEqual([second.start, 100_000]);
});
