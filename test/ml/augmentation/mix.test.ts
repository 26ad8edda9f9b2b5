import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawBeta } from '../../../src/ml/augmentation/beta.ts';
import { type Batch, cutmix, mixup } from '../../../src/ml/augmentation/mix.ts';
import { Random } from '../../../src/ml/random.ts';

const SHAPE = { height: 6, width: 5, channels: 3 } as const;
const SIZE = 90;
const CLASSES = 4;

/** Picture i is `10 * i` everywhere, of class i % 4, so that a pixel says whose it is. */
function batchOf(n: number): Batch {
  return {
    pixels: Float32Array.from({ length: n * SIZE }, (_, k) => 10 * Math.floor(k / SIZE)),
    shares: Float32Array.from({ length: n * CLASSES }, (_, k) =>
      Math.floor(k / CLASSES) % CLASSES === k % CLASSES ? 1 : 0,
    ),
  };
}

const batches = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(0.2, 1, 3), fc.integer());

describe('mixup', () => {
  it('is one weighted mean of every picture and a partner, labels alike', () => {
    fc.assert(
      fc.property(batches, ([n, alpha, seed]) => {
        const mixed = mixup(batchOf(n), n, alpha, new Random(seed));
        const random = new Random(seed);
        const weight = drawBeta(alpha, random);
        const partners = random.permutation(n);
        for (let i = 0; i < n; i++) {
          const partner = partners[i] as number;
          const value = weight * 10 * i + (1 - weight) * 10 * partner;
          for (let k = 0; k < SIZE; k++) expect(mixed.pixels[i * SIZE + k]).toBeCloseTo(value, 3);
          for (let c = 0; c < CLASSES; c++) {
            const share = (i % CLASSES === c ? weight : 0) + (partner % CLASSES === c ? 1 - weight : 0);
            expect(mixed.shares[i * CLASSES + c]).toBeCloseTo(share, 5);
          }
        }
      }),
    );
  });
});

describe('CutMix', () => {
  it('takes a rectangle from a partner, and its very share of the label', () => {
    fc.assert(
      fc.property(batches, ([n, alpha, seed]) => {
        const { pixels, shares } = cutmix(batchOf(n), SHAPE, alpha, new Random(seed));
        for (let i = 0; i < n; i++) {
          const own = pixels.subarray(i * SIZE, (i + 1) * SIZE);
          const others = [...new Set(own)].filter((value) => value !== 10 * i);
          expect(others.length).toBeLessThanOrEqual(1);
          const partner = others.length === 1 ? (others[0] as number) / 10 : i;
          const cells = [...own].flatMap((value, k) => (value === 10 * i && partner !== i ? [] : [k]));
          const rows = cells.map((k) => Math.floor(k / 15));
          const columns = cells.map((k) => Math.floor(k / 3) % 5);
          if (partner !== i) {
            const area =
              (Math.max(...rows) - Math.min(...rows) + 1) * (Math.max(...columns) - Math.min(...columns) + 1);
            expect(cells).toHaveLength(3 * area); // a full rectangle
            for (let c = 0; c < CLASSES; c++) {
              const share =
                (i % CLASSES === c ? 1 - area / 30 : 0) + (partner % CLASSES === c ? area / 30 : 0);
              expect(shares[i * CLASSES + c]).toBeCloseTo(share, 5);
            }
          }
          const sum = shares.subarray(i * CLASSES, (i + 1) * CLASSES).reduce((a, b) => a + b, 0);
          expect(sum).toBeCloseTo(1, 5);
        }
      }),
    );
  });
});

it.each([
  mixup,
  (batch: Batch, _: number, alpha: number, random: Random) => cutmix(batch, SHAPE, alpha, random),
])('nothing is mixed at alpha 0, and one seed gives one batch', (mix) => {
  const batch = batchOf(5);
  expect(mix(batch, 5, 0, new Random(1))).toEqual(batch);
  expect(mix(batch, 5, 1, new Random(8))).toEqual(mix(batch, 5, 1, new Random(8)));
  expect(mix(batch, 5, 1, new Random(8))).not.toEqual(mix(batch, 5, 1, new Random(9)));
});

it.each([0.1, 0.4, 1, 2.5])('draws of beta(%f) have its mean and variance', (alpha) => {
  const random = new Random(11);
  const draws = Float64Array.from({ length: 40_000 }, () => drawBeta(alpha, random));
  const mean = draws.reduce((sum, v) => sum + v, 0) / draws.length;
  const variance = draws.reduce((sum, v) => sum + (v - mean) ** 2, 0) / draws.length;
  expect(mean).toBeCloseTo(0.5, 2);
  expect(variance * 4 * (2 * alpha + 1)).toBeCloseTo(1, 1);
  expect(draws.every((v) => v >= 0 && v <= 1)).toBe(true);
});
