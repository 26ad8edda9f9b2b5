/** Rows that lie between two rows (Zhang et al. 2018). */
import type { Random } from '../random.ts';
import type { Batch } from './trainer.ts';

/** Mixes every row with another of the batch, inputs and targets alike, by one share for the batch as in the paper's own
 *  code. In place.
 *  @param alpha of the Beta(alpha, alpha) distribution that the share is drawn from. */
export function mixRows({ nRows, inputs, targets }: Batch, alpha: number, random: Random): void {
  const share = beta(alpha, random);
  const partners = random.permutation(nRows);
  for (const values of [inputs, targets]) {
    const width = values.length / nRows;
    const before = values.slice();
    for (let row = 0; row < nRows; row++) {
      const other = (partners[row] as number) * width;
      for (let k = 0; k < width; k++) {
        const own = before[row * width + k] as number;
        values[row * width + k] = share * own + (1 - share) * (before[other + k] as number);
      }
    }
  }
}

/** A draw from Beta(a, a) as a ratio of two gamma draws. */
export function beta(a: number, random: Random): number {
  const [x, y] = [gamma(a, random), gamma(a, random)];
  // Both may underflow where a is tiny: then the share is almost surely 0 or 1.
  return x + y > 0 ? x / (x + y) : random.integer(2);
}

/** Marsaglia and Tsang 2000; below 1 by a draw of shape a + 1 and a power of a uniform number. */
function gamma(a: number, random: Random): number {
  if (a < 1) return gamma(a + 1, random) * random.uniform() ** (1 / a);
  const d = a - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
