import { describe, expect, it } from 'vitest';
import { mixRows } from '../../../src/ml/neural/mixup.ts';
import { Random } from '../../../src/ml/random.ts';

/** Rows of which each is 1 in its own place: what is mixed shows who with whom, and by how much. */
function mixed(nRows: number, alpha: number, random: Random) {
  const inputs = Float32Array.from({ length: nRows * nRows }, (_, i) => (i % (nRows + 1) === 0 ? 1 : 0));
  const targets = Float32Array.from({ length: nRows * 2 }, (_, i) => i);
  mixRows({ nRows, inputs, targets }, alpha, random);
  return { inputs, targets };
}

describe('mixRows', () => {
  it('takes every row with a partner of its own, inputs and targets by the same share', () => {
    for (let seed = 0; seed < 20; seed++) {
      const nRows = 7;
      const { inputs, targets } = mixed(nRows, 1, new Random(seed));
      const partners: number[] = [];
      let share = Number.NaN;
      for (let row = 0; row < nRows; row++) {
        const own = inputs.subarray(row * nRows, (row + 1) * nRows);
        const other = own.findIndex((value, k) => value > 0 && k !== row);
        partners.push(other === -1 ? row : other);
        if (other === -1) expect(own[row]).toBeCloseTo(1, 6);
        else if (Number.isNaN(share)) share = own[row];
        else expect(own[row]).toBeCloseTo(share, 6);
      }
      expect([...partners].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
      partners.forEach((other, row) => {
        for (const k of [0, 1]) {
          const expected =
            other === row ? 2 * row + k : share * (2 * row + k) + (1 - share) * (2 * other + k);
          expect(targets[row * 2 + k]).toBeCloseTo(expected, 4);
        }
      });
    }
  });

  it.each([0.2, 1, 2])('draws its shares from Beta(%d, %d)', (alpha) => {
    const random = new Random(1);
    const shares: number[] = [];
    while (shares.length < 4000) {
      const { inputs } = mixed(2, alpha, random);
      if (inputs[1] > 0) shares.push(inputs[0]);
    }
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(variance / (1 / (4 * (2 * alpha + 1)))).toBeCloseTo(1, 1);
  });
});
