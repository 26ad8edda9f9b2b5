/** How much one column tells about another: Cramér's V without the bias that many values and few rows give it (Bergsma
 *  2013). */

/** @param a Int32Array (rows): value of each row, from 0. @param nA how many values there can be.
 *  @returns 0..1; 0 where one of the two has a single value. O(rows + nA × nB). */
export function association(a: Int32Array, nA: number, b: Int32Array, nB: number): number {
  const n = a.length;
  const counts = new Float64Array(nA * nB);
  const rows = new Float64Array(nA);
  const columns = new Float64Array(nB);
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    counts[x * nB + y] = (counts[x * nB + y] as number) + 1;
    rows[x] = (rows[x] as number) + 1;
    columns[y] = (columns[y] as number) + 1;
  }
  const r = rows.filter((count) => count > 0).length;
  const k = columns.filter((count) => count > 0).length;
  if (r < 2 || k < 2) return 0;
  let squared = -1;
  for (let x = 0; x < nA; x++) {
    for (let y = 0; y < nB; y++) {
      const count = counts[x * nB + y] as number;
      if (count > 0) squared += count ** 2 / ((rows[x] as number) * (columns[y] as number));
    }
  }
  const corrected = Math.max(0, squared - ((r - 1) * (k - 1)) / (n - 1));
  const rCorrected = r - (r - 1) ** 2 / (n - 1);
  const kCorrected = k - (k - 1) ** 2 / (n - 1);
  const most = Math.min(rCorrected, kCorrected) - 1;
  return most > 0 ? Math.min(1, Math.sqrt(corrected / most)) : 0;
}
