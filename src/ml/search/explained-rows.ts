/** Which held-out rows are explained, and how much may be held at once. */

export const MOST_ROWS = 1000;
/** Effects that are held at once, and cells of mixed rows. */
export const MOST_NUMBERS = 2e7;

/** At most so many of the rows, evenly. */
export function thinned(nRows: number, most: number): Uint32Array {
  const n = Math.min(nRows, most);
  return Uint32Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * nRows) / n));
}
