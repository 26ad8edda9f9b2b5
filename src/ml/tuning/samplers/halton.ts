import { Random } from '../../random.ts';

/** A coordinate of a point of the randomised Halton sequence (Owen 2017, "A randomized Halton algorithm in R"): the digits
 *  of `index` in a prime base, mirrored at the point, each of them permuted at random for its place. Any
 *  `base ** k` points that follow each other from a multiple of it have one in each of so many equal intervals.
 *  @param random its seed names the permutations; it is not advanced.
 *  @returns in [0, 1). */
export function haltonCoordinate(index: number, base: number, random: Random): number {
  let rest = index;
  let unit = 0;
  let weight = 1 / base;
  // Leading zeros are permuted like all other digits, down to the last bit of a number.
  for (let place = 0; weight > 2 ** -53; place++, weight /= base) {
    const digits = new Random(random.seed).derive('digit', place).permutation(base);
    unit += digits[rest % base] * weight;
    rest = Math.floor(rest / base);
  }
  return Math.min(unit, 1 - 2 ** -53);
}

/** The first `count` prime numbers. */
export function primes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}
