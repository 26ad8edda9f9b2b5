/** The leaves of a tree with their rows, as kernels/trees/partition.ts reads them: uint32 start and end of a leaf's rows,
 *  float64 value. */
import type { Arena } from './arena.ts';

const LEAF_BYTES = 16;

export class LeafTable {
  readonly pointer: number;
  readonly #words: Uint32Array;
  readonly #floats: Float64Array;

  constructor(arena: Arena, maxLeaves: number) {
    this.pointer = arena.allocate(maxLeaves * LEAF_BYTES);
    this.#words = arena.uint32(this.pointer, (maxLeaves * LEAF_BYTES) / 4);
    this.#floats = arena.float64(this.pointer, (maxLeaves * LEAF_BYTES) / 8);
  }

  /** @param start of the leaf's rows, [start, end). */
  set(leaf: number, start: number, end: number, value: number): void {
    this.#words[leaf * 4] = start;
    this.#words[leaf * 4 + 1] = end;
    this.#floats[leaf * 2 + 1] = value;
  }
}
