/** Keeps used histograms for the next node, within a bound on memory. */

/** A parent and both children. */
const MIN_HISTOGRAMS = 3;

export class HistogramPool {
  readonly #length: number;
  readonly #limit: number;
  readonly #free: Float64Array[] = [];
  #nMade = 0;

  /** @param length numbers in one histogram.
   *  @param maxBytes of all histograms together, though three are always granted. */
  constructor(length: number, maxBytes: number) {
    this.#length = length;
    this.#limit = Math.max(MIN_HISTOGRAMS, Math.floor(maxBytes / (length * Float64Array.BYTES_PER_ELEMENT)));
  }

  /** A histogram with any content; undefined when the bound is reached. */
  take(): Float64Array | undefined {
    const free = this.#free.pop();
    if (free || this.#nMade === this.#limit) return free;
    this.#nMade++;
    return new Float64Array(this.#length);
  }

  /** The caller must not touch it afterwards. */
  release(histogram: Float64Array): void {
    this.#free.push(histogram);
  }
}
