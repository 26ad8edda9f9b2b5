// The loop that all products of dense layers spend their time in. Its accumulators stay in registers: 4 rows × 8 columns,
// eight of sixteen; with any more of them, what is multiplied would have to leave the others. Four terms of the sums go
// round at once, which leaves out most of the counting. Between them the loop may end: a compiler that takes all loads of a
// stretch without exits to its front runs out of registers if the stretch is longer than one term. Terms are added in their
// order, so results depend on nothing but their operands.

/** sum + a × b, rounded once where the module is built with that instruction and else after each step. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** out (4 × 8) = from + factors × columns.
 *  @typeParam Step as large as the distance from one factor of a row to the next.
 *  @param a0, a1, a2, a3 the first factor of each row.
 *  @param columns  8 numbers for every factor. @param nTerms at least one.
 *  @param from     what the sums start with, a row every `fromBytes`; 0 for zeros.
 *  @param outBytes from one row to the next. @param nKept the first rows that are written; the others are not read. */
// @ts-ignore: decorator
@inline
export function multiplyTile<Step>(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  columns: usize,
  nTerms: u32,
  from: usize,
  fromBytes: usize,
  out: usize,
  outBytes: usize,
  nKept: u32,
): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  if (from) {
    s00 = v128.load(from);
    s01 = v128.load(from, 16);
    if (nKept > 1) {
      s10 = v128.load(from + fromBytes);
      s11 = v128.load(from + fromBytes, 16);
    }
    if (nKept > 2) {
      s20 = v128.load(from + 2 * fromBytes);
      s21 = v128.load(from + 2 * fromBytes, 16);
    }
    if (nKept > 3) {
      s30 = v128.load(from + 3 * fromBytes);
      s31 = v128.load(from + 3 * fromBytes, 16);
    }
  }
  let w0: v128;
  let w1: v128;
  let x: v128;
  for (let left = <i32>nTerms; left > 0; left -= 4) {
    w0 = v128.load(columns);
    w1 = v128.load(columns, 16);
    x = v128.load_splat<u32>(a0);
    s00 = multiplyAdd(s00, x, w0);
    s01 = multiplyAdd(s01, x, w1);
    x = v128.load_splat<u32>(a1);
    s10 = multiplyAdd(s10, x, w0);
    s11 = multiplyAdd(s11, x, w1);
    x = v128.load_splat<u32>(a2);
    s20 = multiplyAdd(s20, x, w0);
    s21 = multiplyAdd(s21, x, w1);
    x = v128.load_splat<u32>(a3);
    s30 = multiplyAdd(s30, x, w0);
    s31 = multiplyAdd(s31, x, w1);
    if (left == 1) break;
    w0 = v128.load(columns, 32);
    w1 = v128.load(columns, 48);
    x = v128.load_splat<u32>(a0, sizeof<Step>());
    s00 = multiplyAdd(s00, x, w0);
    s01 = multiplyAdd(s01, x, w1);
    x = v128.load_splat<u32>(a1, sizeof<Step>());
    s10 = multiplyAdd(s10, x, w0);
    s11 = multiplyAdd(s11, x, w1);
    x = v128.load_splat<u32>(a2, sizeof<Step>());
    s20 = multiplyAdd(s20, x, w0);
    s21 = multiplyAdd(s21, x, w1);
    x = v128.load_splat<u32>(a3, sizeof<Step>());
    s30 = multiplyAdd(s30, x, w0);
    s31 = multiplyAdd(s31, x, w1);
    if (left == 2) break;
    w0 = v128.load(columns, 64);
    w1 = v128.load(columns, 80);
    x = v128.load_splat<u32>(a0, 2 * sizeof<Step>());
    s00 = multiplyAdd(s00, x, w0);
    s01 = multiplyAdd(s01, x, w1);
    x = v128.load_splat<u32>(a1, 2 * sizeof<Step>());
    s10 = multiplyAdd(s10, x, w0);
    s11 = multiplyAdd(s11, x, w1);
    x = v128.load_splat<u32>(a2, 2 * sizeof<Step>());
    s20 = multiplyAdd(s20, x, w0);
    s21 = multiplyAdd(s21, x, w1);
    x = v128.load_splat<u32>(a3, 2 * sizeof<Step>());
    s30 = multiplyAdd(s30, x, w0);
    s31 = multiplyAdd(s31, x, w1);
    if (left == 3) break;
    w0 = v128.load(columns, 96);
    w1 = v128.load(columns, 112);
    x = v128.load_splat<u32>(a0, 3 * sizeof<Step>());
    s00 = multiplyAdd(s00, x, w0);
    s01 = multiplyAdd(s01, x, w1);
    x = v128.load_splat<u32>(a1, 3 * sizeof<Step>());
    s10 = multiplyAdd(s10, x, w0);
    s11 = multiplyAdd(s11, x, w1);
    x = v128.load_splat<u32>(a2, 3 * sizeof<Step>());
    s20 = multiplyAdd(s20, x, w0);
    s21 = multiplyAdd(s21, x, w1);
    x = v128.load_splat<u32>(a3, 3 * sizeof<Step>());
    s30 = multiplyAdd(s30, x, w0);
    s31 = multiplyAdd(s31, x, w1);
    a0 += 4 * sizeof<Step>();
    a1 += 4 * sizeof<Step>();
    a2 += 4 * sizeof<Step>();
    a3 += 4 * sizeof<Step>();
    columns += 128;
  }
  storeTile(s00, s01, s10, s11, s20, s21, s30, s31, out, outBytes, nKept);
}

/** The first `nKept` rows of four, one every `outBytes`. */
// @ts-ignore: decorator
@inline
export function storeTile(
  s00: v128,
  s01: v128,
  s10: v128,
  s11: v128,
  s20: v128,
  s21: v128,
  s30: v128,
  s31: v128,
  out: usize,
  outBytes: usize,
  nKept: u32,
): void {
  v128.store(out, s00);
  v128.store(out, s01, 16);
  if (nKept > 1) {
    v128.store(out + outBytes, s10);
    v128.store(out + outBytes, s11, 16);
  }
  if (nKept > 2) {
    v128.store(out + 2 * outBytes, s20);
    v128.store(out + 2 * outBytes, s21, 16);
  }
  if (nKept > 3) {
    v128.store(out + 3 * outBytes, s30);
    v128.store(out + 3 * outBytes, s31, 16);
  }
}
