/** How a growing tree's nodes and the limits of a search lie in the arena, as kernels/trees/splitting.ts reads them. */
import type { Arena } from './arena.ts';

/** What every split must respect. */
export interface SplitLimits {
  readonly minSamplesLeaf: number;
  readonly minHessian: number;
  readonly minGain: number;
  readonly l1: number;
  readonly l2: number;
  readonly categoricalSmoothing: number;
  readonly categoricalL2: number;
  /** Whether one random threshold per feature is judged instead of all (Geurts et al. 2006). */
  readonly randomThresholds: boolean;
}

const SEARCH_BYTES = 104;
const SEARCH_SCRATCH_BYTES = 256 * 12 + 16;

/** The limits of a search. Of the fields, float64 by float64: gradient scale, hessian scale, l1, l2, min hessian, min
 *  gain, categorical smoothing, categorical l2, lower bound, upper bound; then uint32: min samples, count bits, random
 *  thresholds, seed, constrained, scratch pointer. */
export class SearchMemory {
  readonly pointer: number;
  readonly #floats: Float64Array;
  readonly #words: Uint32Array;

  constructor(arena: Arena, limits: SplitLimits, countBits: number, constrained: boolean) {
    this.pointer = arena.allocate(SEARCH_BYTES);
    this.#floats = arena.float64(this.pointer, SEARCH_BYTES / 8);
    this.#words = arena.uint32(this.pointer, SEARCH_BYTES / 4);
    const { l1, l2, minHessian, minGain, categoricalSmoothing, categoricalL2 } = limits;
    this.#floats.set([0, 0, l1, l2, minHessian, minGain, categoricalSmoothing, categoricalL2], 0);
    const scratch = arena.allocate(SEARCH_SCRATCH_BYTES);
    const flags = [limits.randomThresholds ? 1 : 0, 0, constrained ? 1 : 0];
    this.#words.set([Math.min(limits.minSamplesLeaf, 0xffffffff), countBits, ...flags, scratch], 20);
  }

  setScales(gradientScale: number, hessianScale: number): void {
    this.#floats[0] = gradientScale;
    this.#floats[1] = hessianScale;
  }

  /** @param seed of the node's random thresholds. */
  setNode(lower: number, upper: number, seed: number): void {
    this.#floats[8] = lower;
    this.#floats[9] = upper;
    this.#words[23] = seed;
  }
}

const NODE_BYTES = 128;
const MISSING_LEFT = 1;
const IS_CATEGORICAL = 2;

/** The nodes of one tree, in a table of fixed size. Of each, by byte: 0 int64 gradients, 8 int64 hessians and count,
 *  16 float64 gain, 24 int32 feature, 28 int32 bin, 32 uint32 flags, 40 and 48 the two sums of the left child,
 *  56 one bit per bin of a categorical split that goes left. */
export class NodeTable {
  readonly #pointer: number;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  readonly #sums: BigInt64Array;
  readonly #countBits: bigint;
  readonly #countMask: bigint;

  constructor(arena: Arena, maxNodes: number, countBits: number) {
    this.#pointer = arena.allocate(maxNodes * NODE_BYTES);
    this.#bytes = arena.uint8(this.#pointer, maxNodes * NODE_BYTES);
    this.#words = arena.int32(this.#pointer, (maxNodes * NODE_BYTES) / 4);
    this.#floats = arena.float64(this.#pointer, (maxNodes * NODE_BYTES) / 8);
    this.#sums = arena.bigInt64(this.#pointer, (maxNodes * NODE_BYTES) / 8);
    this.#countBits = BigInt(countBits);
    this.#countMask = (1n << this.#countBits) - 1n;
  }

  at(node: number): number {
    return this.#pointer + node * NODE_BYTES;
  }

  /** No split. */
  clear(node: number): void {
    this.#floats[node * 16 + 2] = 0;
    this.#words[node * 32 + 6] = -1;
  }

  gain(node: number): number {
    return this.#floats[node * 16 + 2];
  }

  feature(node: number): number {
    return this.#words[node * 32 + 6];
  }

  bin(node: number): number {
    return this.#words[node * 32 + 7];
  }

  missingLeft(node: number): boolean {
    return (this.#words[node * 32 + 8] & MISSING_LEFT) !== 0;
  }

  isCategorical(node: number): boolean {
    return (this.#words[node * 32 + 8] & IS_CATEGORICAL) !== 0;
  }

  /** Uint8Array (32): one bit per bin that goes left, of a categorical split. */
  leftBins(node: number): Uint8Array {
    return this.#bytes.subarray(node * NODE_BYTES + 56, node * NODE_BYTES + 88);
  }

  /** @param cells what each thread has summed: BigInt64Array (2) each. */
  setSums(node: number, cells: readonly BigInt64Array[]): void {
    for (let part = 0; part < 2; part++) {
      this.#sums[node * 16 + part] = cells.reduce((sum, cell) => sum + cell[part], 0n);
    }
  }

  /** Gives the children of a split node their sums. */
  divideSums(parent: number, left: number, right: number): void {
    for (let part = 0; part < 2; part++) {
      const ofLeft = this.#sums[parent * 16 + 5 + part];
      this.#sums[left * 16 + part] = ofLeft;
      this.#sums[right * 16 + part] = this.#sums[parent * 16 + part] - ofLeft;
    }
  }

  count(node: number): number {
    return Number(this.#sums[node * 16 + 1] & this.#countMask);
  }

  /** In units of 1 / gradient factor, exact up to 2^53. */
  gradient(node: number): number {
    return Number(this.#sums[node * 16]);
  }

  /** In units of 1 / hessian factor. */
  hessian(node: number): number {
    return Number(BigInt.asUintN(64, this.#sums[node * 16 + 1]) >> this.#countBits);
  }
}
