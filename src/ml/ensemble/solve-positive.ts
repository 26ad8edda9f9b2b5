/** The minimum of x'Ax/2 - b'x among x without negative parts, for a small positive definite A. */

/** By coordinate descent, which for such a problem always arrives (Tseng 2001).
 *  @param matrix Float64Array (n × n), symmetric. @param right Float64Array (n). @returns Float64Array (n). */
export function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array<ArrayBuffer> {
  const n = right.length;
  const x = new Float64Array(n);
  for (let sweep = 0; sweep < 1000; sweep++) {
    let moved = 0;
    for (let i = 0; i < n; i++) {
      let rest = right[i];
      for (let j = 0; j < n; j++) if (j !== i) rest -= matrix[i * n + j] * x[j];
      const next = Math.max(0, rest / matrix[i * n + i]);
      moved = Math.max(moved, Math.abs(next - x[i]));
      x[i] = next;
    }
    if (moved < 1e-9) break;
  }
  return x;
}
