import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutMix } from '../../../src/ml/neural/cutmix.ts';
import { Random } from '../../../src/ml/random.ts';

const SHAPE = { height: 6, width: 5, channels: 3 } as const;
const SIZE = 90;
const CLASSES = 4;

/** Picture i is `10 * i` everywhere, of class i % 4, so that a pixel says whose it is. */
function batchOf(nRows: number) {
  return {
    nRows,
    inputs: Float32Array.from({ length: nRows * SIZE }, (_, k) => 10 * Math.floor(k / SIZE)),
    targets: Float32Array.from({ length: nRows * CLASSES }, (_, k) =>
      Math.floor(k / CLASSES) % CLASSES === k % CLASSES ? 1 : 0,
    ),
  };
}

function mixed(nRows: number, alpha: number, seed: number) {
  const batch = batchOf(nRows);
  cutMix(batch, SHAPE, alpha, new Random(seed));
  return batch;
}

describe('CutMix', () => {
  it('takes a rectangle from a partner, and its very share of the label', () => {
    const batches = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(0.2, 1, 3), fc.integer());
    fc.assert(
      fc.property(batches, ([n, alpha, seed]) => {
        const { inputs, targets } = mixed(n, alpha, seed);
        for (let i = 0; i < n; i++) {
          const own = inputs.subarray(i * SIZE, (i + 1) * SIZE);
          const others = [...new Set(own)].filter((value) => value !== 10 * i);
          expect(others.length).toBeLessThanOrEqual(1);
          const partner = others.length === 1 ? (others[0] as number) / 10 : i;
          const cells = [...own].flatMap((value, k) => (value === 10 * i ? [] : [k]));
          if (partner !== i) {
            const rows = cells.map((k) => Math.floor(k / 15));
            const columns = cells.map((k) => Math.floor(k / 3) % 5);
            const area =
              (Math.max(...rows) - Math.min(...rows) + 1) * (Math.max(...columns) - Math.min(...columns) + 1);
            expect(cells).toHaveLength(3 * area); // a full rectangle
            for (let c = 0; c < CLASSES; c++) {
              const share =
                (i % CLASSES === c ? 1 - area / 30 : 0) + (partner % CLASSES === c ? area / 30 : 0);
              expect(targets[i * CLASSES + c]).toBeCloseTo(share, 5);
            }
          }
          const sum = targets.subarray(i * CLASSES, (i + 1) * CLASSES).reduce((a, b) => a + b, 0);
          expect(sum).toBeCloseTo(1, 5);
        }
      }),
    );
  });

  it('mixes half of the batches', () => {
    const seeds = Array.from({ length: 2000 }, (_, seed) => seed);
    const taken = seeds.map((seed) => {
      const batch = batchOf(2);
      cutMix(batch, { height: 30, width: 1, channels: 3 }, 1, new Random(seed));
      return batch.targets[0] === 1 ? null : 1 - (batch.targets[0] as number);
    });
    const untouched = taken.filter((area) => area === null).length / seeds.length;
    // Of the other half, one batch in two has a picture for its own partner.
    expect(untouched).toBeGreaterThan(0.7);
    expect(untouched).toBeLessThan(0.82);
  });

  it('is the same for one seed', () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const all = () => seeds.map((seed) => mixed(5, 1, seed));
    expect(all()).toEqual(all());
    expect(new Set(all().map(({ targets }) => targets.join())).size).toBeGreaterThan(2);
  });
});
