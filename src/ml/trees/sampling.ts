/** Which rows and features a step sees. */
import { everyRow } from '../data/rows.ts';
import type { Random } from '../random.ts';
import type { Arena } from './arena.ts';

/** A random subset of 0..n-1, ascending. At least one is drawn; a fraction of 1 draws nothing from `random`.
 *  Selection sampling (Knuth, The Art of Computer Programming 2, Algorithm S). O(n). */
export function sampleIndices(n: number, fraction: number, random: Random): Uint32Array {
  const nWanted = wantedOf(n, fraction);
  if (nWanted === n) return everyRow(n);
  const drawn = new Uint32Array(nWanted);
  let nDrawn = 0;
  for (let i = 0; nDrawn < nWanted; i++) {
    if (random.uniform() * (n - i) < nWanted - nDrawn) drawn[nDrawn++] = i;
  }
  return drawn;
}

/** Draws rows for each step of a fit, into the same room. */
export class RowSampler {
  readonly #arena: Arena;
  readonly #nRows: number;
  readonly #nWanted: number;
  readonly #rows: number;
  readonly #state: number;

  constructor(arena: Arena, nRows: number, fraction: number) {
    this.#arena = arena;
    this.#nRows = nRows;
    this.#nWanted = wantedOf(nRows, fraction);
    const draws = this.#nWanted < nRows;
    this.#rows = draws ? arena.allocate((this.#nWanted + 1) * 4) : 0;
    this.#state = draws ? arena.allocate(16) : 0;
  }

  /** What `sampleIndices` would draw, in half of its time; null for all rows. Valid until the next call. */
  draw(random: Random): Uint32Array | null {
    if (!this.#rows) return null;
    const state = this.#arena.uint32(this.#state, 4);
    random.save(state);
    this.#arena.kernels.sampleRows(this.#rows, this.#nRows, this.#nWanted, this.#state);
    random.restore(state);
    return this.#arena.uint32(this.#rows, this.#nWanted);
  }
}

function wantedOf(n: number, fraction: number): number {
  return Math.min(n, Math.max(1, Math.round(n * fraction)));
}
