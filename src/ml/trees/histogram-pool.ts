/** Keeps used histograms for the next node, within a bound on memory. */
import type { Arena } from './arena.ts';

/** A parent and both children. */
const MIN_HISTOGRAMS = 3;

export class HistogramPool {
  readonly #arena: Arena;
  readonly #bytes: number;
  readonly #limit: number;
  readonly #free: number[] = [];
  #nMade = 0;

  /** @param bytes of one histogram. @param maxBytes of all together, though three are always granted. */
  constructor(arena: Arena, bytes: number, maxBytes: number) {
    this.#arena = arena;
    this.#bytes = bytes;
    this.#limit = Math.max(MIN_HISTOGRAMS, Math.floor(maxBytes / bytes));
  }

  /** Pointer to a histogram of any content; 0 when the bound is reached. */
  take(): number {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#nMade === this.#limit) return 0;
    this.#nMade++;
    return this.#arena.allocate(this.#bytes);
  }

  /** The caller must not touch it afterwards. */
  release(histogram: number): void {
    this.#free.push(histogram);
  }
}
