import { describe, expect, it } from 'vitest';
import { deriveSeed, Random } from '../../src/ml/random.ts';

/** xoshiro128** 1.1 and splitmix32 from their definitions, in exact integers. */
function* reference(seed: number): Generator<number> {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
  let counter = BigInt(seed >>> 0);
  const split = () => {
    counter = (counter + 0x9e3779b9n) & mask;
    let z = counter;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  };
  const s = [split(), split(), split(), split() | 1n];
  while (true) {
    yield Number((rotate((s[1] * 5n) & mask, 7n) * 9n) & mask);
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11n);
  }
}

describe('Random', () => {
  it.each([0, 1, 42, 0xffffffff, -1])('is xoshiro128** from the seed %d', (seed) => {
    const random = new Random(seed);
    const expected = reference(seed);
    for (let i = 0; i < 1000; i++) expect(random.uint32()).toBe(expected.next().value);
  });

  it('fills an array with what it would have drawn one by one, and goes on from there', () => {
    const [together, alone] = [new Random(7), new Random(7)];
    const filled = new Uint32Array(100);
    together.fill(filled);
    expect([...filled]).toEqual(Array.from(filled, () => alone.uint32()));
    expect(together.uint32()).toBe(alone.uint32());
  });

  it('goes on from where another one was', () => {
    const [first, second] = [new Random(7), new Random(8)];
    const state = new Uint32Array(4);
    first.save(state);
    second.restore(state);
    expect(second.uint32()).toBe(first.uint32());
  });

  it('draws uniform numbers in [0, 1) with the right moments', () => {
    const random = new Random(1);
    const draws = Array.from({ length: 100_000 }, () => random.uniform());
    expect(Math.min(...draws.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(draws.every((u) => u < 1)).toBe(true);
    expect(mean(draws)).toBeCloseTo(1 / 2, 2);
    expect(mean(draws.map((u) => u * u))).toBeCloseTo(1 / 3, 2);
  });

  it('draws whole numbers evenly', () => {
    const random = new Random(2);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]++;
    expect(chiSquared(counts, 10_000)).toBeLessThan(22.5); // 99.9% point with 6 degrees of freedom
  });

  it('draws from the standard normal distribution', () => {
    const random = new Random(3);
    const draws = Array.from({ length: 100_000 }, () => random.normal());
    expect(Math.abs(mean(draws))).toBeLessThan(0.01);
    expect(mean(draws.map((z) => z * z))).toBeCloseTo(1, 1.5);
    expect(mean(draws.map((z) => (z < 1.6448536 ? 1 : 0)))).toBeCloseTo(0.95, 2);
    expect(draws.every(Number.isFinite)).toBe(true);
  });

  it('shuffles every order equally often', () => {
    const random = new Random(4);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.shuffle(['a', 'b', 'c', 'd']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquared([...counts.values()], 1000)).toBeLessThan(49.8); // 99.9% point with 23 degrees of freedom
  });

  it('shuffles in place and permutes 0..n-1', () => {
    const values = Float64Array.of(3, 1, 2);
    expect(new Random(1).shuffle(values)).toBe(values);
    expect([...values].sort()).toEqual([1, 2, 3]);
    expect([...new Random(1).permutation(5)].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(new Random(1).permutation(0).length).toBe(0);
  });

  it('derives streams from seed and names, not from how far it has run', () => {
    const random = new Random(9);
    const before = random.derive('fold', 1).uint32();
    random.uniform();
    expect(random.derive('fold', 1).uint32()).toBe(before);
    expect(random.derive('fold', 2).uint32()).not.toBe(before);
    expect(new Random(10).derive('fold', 1).uint32()).not.toBe(before);
  });
});

describe('deriveSeed', () => {
  it('tells names, their types and their limits apart', () => {
    const seeds = [
      deriveSeed(1),
      deriveSeed(1, 'a'),
      deriveSeed(1, '1'),
      deriveSeed(1, 1),
      deriveSeed(1, 'a', 'b'),
      deriveSeed(1, 'ab'),
      deriveSeed(1, 'b', 'a'),
      deriveSeed(2, 'a'),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds) expect(seed).toBe(seed >>> 0);
  });

  it('has few collisions over many trials', () => {
    const seeds = new Set<number>();
    for (let seed = 0; seed < 100; seed++) {
      for (let trial = 0; trial < 200; trial++) seeds.add(deriveSeed(seed, 'trial', trial));
    }
    expect(seeds.size).toBeGreaterThan(19_990);
  });
});

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function chiSquared(counts: number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
