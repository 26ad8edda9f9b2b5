/** Which rows and features a step sees. */
import { everyRow } from '../data/rows.ts';
import type { Random } from '../random.ts';

/** A random subset of 0..n-1, ascending. At least one is drawn; a fraction of 1 draws nothing from `random`.
 *  Selection sampling (Knuth, The Art of Computer Programming 2, Algorithm S). O(n). */
export function sampleIndices(n: number, fraction: number, random: Random): Uint32Array {
  const nWanted = Math.max(1, Math.round(n * fraction));
  if (nWanted >= n) return everyRow(n);
  const drawn = new Uint32Array(nWanted);
  let nDrawn = 0;
  for (let i = 0; nDrawn < nWanted; i++) {
    if (random.uniform() * (n - i) < nWanted - nDrawn) drawn[nDrawn++] = i;
  }
  return drawn;
}
