import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import { haltonCoordinate, primes } from '../../../../src/ml/tuning/samplers/halton.ts';
import { samplerContract } from '../../../contracts/sampler.ts';

samplerContract('quasi-random');

describe('the randomised Halton sequence', () => {
  it('has one point in each of base^k equal intervals, from every multiple of base^k on', () => {
    for (const base of [2, 3, 5, 13]) {
      for (const k of [1, 2]) {
        const n = base ** k;
        for (const start of [0, 4 * n]) {
          const cells = Array.from({ length: n }, (_, i) =>
            Math.floor(n * haltonCoordinate(start + i, base, new Random(7))),
          );
          expect([...cells].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        }
      }
    }
  });

  it('is uniform over its seeds at every point', () => {
    const draws = Array.from({ length: 4000 }, (_, seed) => haltonCoordinate(3, 5, new Random(seed)));
    for (const edge of [0.1, 0.37, 0.5, 0.9]) {
      const below = draws.filter((draw) => draw < edge).length / draws.length;
      expect(Math.abs(below - edge)).toBeLessThan(0.025);
    }
  });

  it('covers a square more evenly than independent draws', () => {
    const n = 64;
    const random = new Random(3);
    const sequence = Array.from({ length: n }, (_, i): [number, number] => [
      haltonCoordinate(i, 2, new Random(1)),
      haltonCoordinate(i, 3, new Random(2)),
    ]);
    const independent = sequence.map((): [number, number] => [random.uniform(), random.uniform()]);
    expect(l2StarDiscrepancy(sequence)).toBeLessThan(0.5 * l2StarDiscrepancy(independent));
  });

  it('takes the primes as its bases', () => {
    expect(primes(10)).toEqual([2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
  });
});

/** Warnock's formula, 1972. */
function l2StarDiscrepancy(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  let single = 0;
  let pairs = 0;
  for (const [x, y] of points) {
    single += (1 - x * x) * (1 - y * y);
    for (const [u, v] of points) pairs += (1 - Math.max(x, u)) * (1 - Math.max(y, v));
  }
  return Math.sqrt(1 / 9 - single / (2 * n) + pairs / (n * n));
}
