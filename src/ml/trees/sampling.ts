/** Which rows and features a step sees. */
import type { Random } from '../random.ts';

/** A random subset of 0..n-1, ascending. At least one is drawn; a fraction of 1 draws nothing from `random`.
 *  Selection sampling (Knuth, The Art of Computer Programming 2, Algorithm S). O(n). */
export function sampleIndices(n: number, fraction: number, random: Random): Uint32Array {
  const nWanted = Math.max(1, Math.round(n * fraction));
  const drawn = new Uint32Array(Math.min(n, nWanted));
  if (nWanted >= n) {
    for (let i = 0; i < n; i++) drawn[i] = i;
    return drawn;
  }
  let nDrawn = 0;
  for (let i = 0; nDrawn < nWanted; i++) {
    if (random.uniform() * (n - i) < nWanted - nDrawn) drawn[nDrawn++] = i;
  }
  return drawn;
}
