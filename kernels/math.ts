// Exponentials and logarithms without tables: the language's own read theirs from memory that belongs to the caller.

const LOG2_E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** Adding it leaves the nearest whole number, of at most 51 bits and a sign, in the lowest bits of a double. */
export const ROUNDER: f64 = 6755399441055744;
/** Its lowest bits hold a whole number of up to 52 bits. */
const TO_WHOLE: f64 = 4503599627370496;
export const SMALLEST_EXPONENT: f64 = -708;

/** e to the x of two numbers in [-708, 0], to the last bit or two: x = n ln 2 + r, and a Taylor series in r. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2_E)), f64x2.splat(ROUNDER));
  const n = f64x2.sub(shifted, f64x2.splat(ROUNDER));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH))), f64x2.mul(n, f64x2.splat(LN2_LOW)));
  // Estrin's scheme: pairs of terms side by side, where Horner's would wait for one after the other.
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const p0 = f64x2.add(f64x2.splat(1), r);
  const p2 = terms(5e-1, 1.6666666666666666e-1, r);
  const p4 = terms(4.1666666666666664e-2, 8.333333333333333e-3, r);
  const p6 = terms(1.388888888888889e-3, 1.984126984126984e-4, r);
  const p8 = terms(2.48015873015873e-5, 2.7557319223985893e-6, r);
  const p10 = terms(2.755731922398589e-7, 2.505210838544172e-8, r);
  const p12 = terms(2.08767569878681e-9, 1.6059043836821613e-10, r);
  const low = f64x2.add(p0, f64x2.mul(p2, r2));
  const middle = f64x2.add(p4, f64x2.mul(p6, r2));
  const high = f64x2.add(f64x2.add(p8, f64x2.mul(p10, r2)), f64x2.mul(p12, r4));
  const p = f64x2.add(low, f64x2.mul(f64x2.add(middle, f64x2.mul(high, r4)), r4));
  return i64x2.add(p, i64x2.shl(shifted, 52));
}

// @ts-ignore: decorator
@inline
function terms(even: f64, odd: f64, r: v128): v128 {
  return f64x2.add(f64x2.splat(even), f64x2.mul(f64x2.splat(odd), r));
}

/** The natural logarithm of a finite x >= 2^-1000. */
export function log(x: f64): f64 {
  return f64x2.extract_lane(logs(f64x2.splat(x)), 0);
}

/** The same of two numbers: x = 2^e m with m near 1, and log m = 2 artanh((m - 1) / (m + 1)) as a series. */
// @ts-ignore: decorator
@inline
export function logs(x: v128): v128 {
  const one = f64x2.splat(1);
  const fraction = v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), one);
  const isLarge = f64x2.gt(fraction, f64x2.splat(1.4142135623730951));
  const m = f64x2.mul(fraction, v128.bitselect(f64x2.splat(0.5), one, isLarge));
  const biased = i64x2.sub(i64x2.shr_u(x, 52), isLarge); // a mask that holds is -1
  const exponent = f64x2.sub(v128.or(biased, f64x2.splat(TO_WHOLE)), f64x2.splat(TO_WHOLE + 1023));
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  const z = f64x2.mul(s, s);
  let p = f64x2.splat(1.0 / 23.0);
  p = step(p, z, 1.0 / 21.0);
  p = step(p, z, 1.0 / 19.0);
  p = step(p, z, 1.0 / 17.0);
  p = step(p, z, 1.0 / 15.0);
  p = step(p, z, 1.0 / 13.0);
  p = step(p, z, 1.0 / 11.0);
  p = step(p, z, 1.0 / 9.0);
  p = step(p, z, 1.0 / 7.0);
  p = step(p, z, 1.0 / 5.0);
  p = step(p, z, 1.0 / 3.0);
  p = step(p, z, 1.0);
  const low = f64x2.mul(exponent, f64x2.splat(LN2_LOW));
  const ofFraction = f64x2.add(f64x2.mul(f64x2.mul(f64x2.splat(2), s), p), low);
  return f64x2.add(f64x2.mul(exponent, f64x2.splat(LN2_HIGH)), ofFraction);
}

/** log(1 + x) of two numbers in [0, 1], to 2e-15 of it: 2 artanh(s) with s = x / (2 + x), over s a polynomial in s² of least
 *  relative error up to 1/9 (Remez's exchange). */
// @ts-ignore: decorator
@inline
export function logsOfOnePlus(x: v128): v128 {
  const s = f64x2.div(x, f64x2.add(f64x2.splat(2), x));
  const z = f64x2.mul(s, s);
  const z2 = f64x2.mul(z, z);
  const z4 = f64x2.mul(z2, z2);
  const p0 = terms(1.000000000000001719, 0.3333333333308458904, z);
  const p2 = terms(0.20000000059178748922, 0.14285708875517236487, z);
  const p4 = terms(0.11111358134366068531, 0.090846043153391316133, z);
  const p6 = terms(0.077860216150809029296, 0.058687828431805232416, z);
  const low = f64x2.add(p0, f64x2.mul(p2, z2));
  const high = f64x2.add(f64x2.add(p4, f64x2.mul(p6, z2)), f64x2.mul(f64x2.splat(0.093873607706310696217), z4));
  return f64x2.mul(f64x2.add(s, s), f64x2.add(low, f64x2.mul(high, z4)));
}

/** One step of Horner's scheme. */
// @ts-ignore: decorator
@inline
function step(p: v128, z: v128, next: f64): v128 {
  return f64x2.add(f64x2.mul(p, z), f64x2.splat(next));
}
