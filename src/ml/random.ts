/** A seeded generator of random numbers, the only source of randomness in the engine.
 *
 *  Algorithm: xoshiro128** 1.1 (Blackman and Vigna 2018), state filled by splitmix32 from the seed. The stream
 *  depends on the seed alone: the same on every machine, Node version and thread count.
 *
 *  Independent parts of a run take their own stream with `derive`, so that adding a consumer in one place never
 *  shifts the numbers that another place sees. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  readonly seed: number;

  /** @param seed any integer; only its low 32 bits count. */
  constructor(seed: number) {
    this.seed = seed >>> 0;
    let state = this.seed;
    const next = () => {
      state = (state + 0x9e3779b9) | 0;
      let z = state ^ (state >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z ^= z >>> 15;
      z = Math.imul(z, 0x735a2d97);
      return z ^ (z >>> 15);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1; // never the all-zero state, which xoshiro cannot leave
  }

  /** A generator whose stream is a function of this one's seed and the names, not of how far this one has run. */
  derive(...names: (string | number)[]): Random {
    return new Random(deriveSeed(this.seed, ...names));
  }

  /** A uniform unsigned 32-bit integer. */
  uint32(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotateLeft(this.#d, 11);
    return scrambled;
  }

  /** Writes where the stream is into `state`, Uint32Array (4). */
  save(state: Uint32Array): void {
    state.set([this.#a, this.#b, this.#c, this.#d]);
  }

  /** Goes on from what `save` has written. */
  restore(state: Uint32Array): void {
    [this.#a, this.#b, this.#c, this.#d] = [state[0], state[1], state[2], state[3]];
  }

  /** Fills `out` with what as many calls of `uint32` give, in about half of the time. */
  fill(out: Uint32Array): void {
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    for (let i = 0; i < out.length; i++) {
      out[i] = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotateLeft(d, 11);
    }
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** A uniform integer in [0, n). @param n a positive integer up to 2^32. */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** A draw from the standard normal distribution (Box and Muller 1958; the second value is not kept). */
  normal(): number {
    const u = 1 - this.uniform(); // in (0, 1], so that the logarithm is finite
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
    return values;
  }

  /** A random order of 0..n-1. */
  permutation(n: number): Uint32Array {
    return this.shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  }
}

/** A seed that depends on `seed` and every name, for handing to another thread or process.
 *  FNV-1a over the names' characters, started from the seed, then mixed (murmur3's finaliser). */
export function deriveSeed(seed: number, ...names: (string | number)[]): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const name of names) {
    const text = `${typeof name}:${name};`;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
