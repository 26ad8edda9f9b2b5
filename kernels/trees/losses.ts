// Gradients of the losses that need exponentials, as integers, with the loss itself on the way.

const LOG2_E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** Adding it leaves the nearest whole number in the lowest bits of a double. */
const ROUNDER: f64 = 6755399441055744;
const SMALLEST_EXPONENT: f64 = -708;

/** e to the x of two numbers in [-708, 0], to the last bit or two: x = n ln 2 + r, and a Taylor series in r. */
// @ts-ignore: decorator
@inline
function exp(x: v128): v128 {
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

/** The natural logarithm of a finite x >= 2^-1000: x = 2^e m with m near 1, and log m = 2 artanh((m - 1) / (m + 1)) as a
 *  series. The language's own reads a table, which would lie in the middle of the shared memory. */
function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <i32>((bits >> 52) & 0x7ff) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p: f64 = 1.0 / 23.0;
  p = p * z + 1.0 / 21.0;
  p = p * z + 1.0 / 19.0;
  p = p * z + 1.0 / 17.0;
  p = p * z + 1.0 / 15.0;
  p = p * z + 1.0 / 13.0;
  p = p * z + 1.0 / 11.0;
  p = p * z + 1.0 / 9.0;
  p = p * z + 1.0 / 7.0;
  p = p * z + 1.0 / 5.0;
  p = p * z + 1.0 / 3.0;
  p = p * z + 1.0;
  return <f64>exponent * LN2_HIGH + (2 * s * p + <f64>exponent * LN2_LOW);
}

/** Two doubles to the nearest 32-bit integers, in the low half. */
// @ts-ignore: decorator
@inline
function toIntegers(x: v128): v128 {
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(x));
}

/** Products of this many factors from (1, 2] stay finite. */
const PRODUCT_LENGTH: u32 = 512;

// @ts-ignore: decorator
@inline
function pairAt(values: usize, i: u32, end: u32): v128 {
  const at = values + ((<usize>i) << 3);
  return i + 1 < end ? v128.load(at) : f64x2.splat(load<f64>(at));
}

/** y in {0, 1}, raw = log-odds. Returns the sum of weight * (log(1 + exp(raw)) - y raw). */
export function binaryLogLoss(
  raw: usize,
  target: usize,
  weights: usize,
  start: u32,
  end: u32,
  gradientFactor: f64,
  hessianFactor: f64,
  gradients: usize,
): f64 {
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const toGradient = f64x2.splat(gradientFactor);
  const toHessian = f64x2.splat(hessianFactor);
  let linear = zero;
  let logs: f64 = 0;
  let product = one;
  let inProduct: u32 = 0;
  for (let i = start; i < end; i += 2) {
    const z = pairAt(raw, i, end);
    const y = pairAt(target, i, end);
    const e = exp(f64x2.max(f64x2.neg(f64x2.abs(z)), f64x2.splat(SMALLEST_EXPONENT)));
    const onePlus = f64x2.add(one, e);
    const inverse = f64x2.div(one, onePlus);
    const p = v128.bitselect(inverse, f64x2.mul(e, inverse), f64x2.ge(z, zero));
    let gradient = f64x2.mul(f64x2.sub(p, y), toGradient);
    let hessian = f64x2.mul(f64x2.mul(e, f64x2.mul(inverse, inverse)), toHessian);
    const cost = f64x2.sub(f64x2.max(z, zero), f64x2.mul(z, y));
    if (weights != 0) {
      const w = pairAt(weights, i, end);
      gradient = f64x2.mul(gradient, w);
      hessian = f64x2.mul(hessian, w);
      logs +=
        f64x2.extract_lane(w, 0) * (f64x2.extract_lane(cost, 0) + log(f64x2.extract_lane(onePlus, 0)));
      if (i + 1 < end) {
        logs +=
          f64x2.extract_lane(w, 1) * (f64x2.extract_lane(cost, 1) + log(f64x2.extract_lane(onePlus, 1)));
      }
    } else if (i + 1 < end) {
      linear = f64x2.add(linear, cost);
      // The sum of logarithms is the logarithm of the product.
      product = f64x2.mul(product, onePlus);
      if (++inProduct == PRODUCT_LENGTH) {
        logs += log(f64x2.extract_lane(product, 0)) + log(f64x2.extract_lane(product, 1));
        product = one;
        inProduct = 0;
      }
    } else {
      logs += f64x2.extract_lane(cost, 0) + log(f64x2.extract_lane(onePlus, 0));
    }
    if (gradients != 0) {
      const g = toIntegers(gradient);
      const h = toIntegers(hessian);
      const at = gradients + ((<usize>i) << 3);
      const both = v128.shuffle<i32>(g, h, 0, 4, 1, 5);
      if (i + 1 < end) v128.store(at, both);
      else store<i64>(at, i64x2.extract_lane(both, 0));
    }
  }
  logs += log(f64x2.extract_lane(product, 0)) + log(f64x2.extract_lane(product, 1));
  return logs + f64x2.extract_lane(linear, 0) + f64x2.extract_lane(linear, 1);
}

/** y in 0..nClasses-1, probabilities = softmax(raw). Raw predictions and gradients lie class by class, `nRows` apart.
 *  Returns the sum of weight * -log p_y. */
export function multinomialLogLoss(
  raw: usize,
  target: usize,
  weights: usize,
  nRows: u32,
  nClasses: u32,
  start: u32,
  end: u32,
  gradientFactor: f64,
  hessianFactor: f64,
  scratch: usize,
  gradients: usize,
): f64 {
  const stride = (<usize>nRows) << 3;
  const toGradient = f64x2.splat(gradientFactor);
  const toHessian = f64x2.splat(hessianFactor);
  let sum: f64 = 0;
  for (let i = start; i < end; i += 2) {
    const both = i + 1 < end;
    const y = pairAt(target, i, end);
    const w = weights != 0 ? pairAt(weights, i, end) : f64x2.splat(1);
    let largest = f64x2.splat(-Infinity);
    let z = raw;
    for (let k: u32 = 0; k < nClasses; k++, z += stride) largest = f64x2.max(largest, pairAt(z, i, end));
    let total = f64x2.splat(0);
    z = raw;
    for (let k: u32 = 0; k < nClasses; k++, z += stride) {
      const below = f64x2.sub(pairAt(z, i, end), largest);
      const e = exp(f64x2.max(below, f64x2.splat(SMALLEST_EXPONENT)));
      v128.store(scratch + ((<usize>k) << 4), e);
      total = f64x2.add(total, e);
    }
    const first = raw + <usize>(<u32>f64x2.extract_lane(y, 0)) * stride + ((<usize>i) << 3);
    sum +=
      f64x2.extract_lane(w, 0) *
      (log(f64x2.extract_lane(total, 0)) + f64x2.extract_lane(largest, 0) - load<f64>(first));
    if (both) {
      const second = raw + <usize>(<u32>f64x2.extract_lane(y, 1)) * stride + ((<usize>i) << 3);
      sum +=
        f64x2.extract_lane(w, 1) *
        (log(f64x2.extract_lane(total, 1)) + f64x2.extract_lane(largest, 1) - load<f64>(second, 8));
    }
    if (gradients == 0) continue;
    const inverse = f64x2.div(f64x2.splat(1), total);
    let at = gradients + ((<usize>i) << 3);
    for (let k: u32 = 0; k < nClasses; k++, at += stride) {
      const p = f64x2.mul(v128.load(scratch + ((<usize>k) << 4)), inverse);
      const isOwn = f64x2.eq(y, f64x2.splat(<f64>k));
      const residual = f64x2.sub(p, v128.and(isOwn, f64x2.splat(1)));
      const curvature = f64x2.mul(p, f64x2.sub(f64x2.splat(1), p));
      const g = toIntegers(f64x2.mul(f64x2.mul(residual, w), toGradient));
      const h = toIntegers(f64x2.mul(f64x2.mul(curvature, w), toHessian));
      const pairs = v128.shuffle<i32>(g, h, 0, 4, 1, 5);
      if (both) v128.store(at, pairs);
      else store<i64>(at, i64x2.extract_lane(pairs, 0));
    }
  }
  return sum;
}

/** Gradient and hessian pairs of doubles to pairs of integers. */
export function quantiseGradients(
  exact: usize,
  n: u32,
  gradientFactor: f64,
  hessianFactor: f64,
  gradients: usize,
): void {
  const factors = f64x2.replace_lane(f64x2.splat(gradientFactor), 1, hessianFactor);
  for (let i: u32 = 0; i < n; i++) {
    const pair = f64x2.mul(v128.load(exact + ((<usize>i) << 4)), factors);
    store<i64>(gradients + ((<usize>i) << 3), i64x2.extract_lane(toIntegers(pair), 0));
  }
}

/** The largest absolute gradient and the largest hessian. */
export function largestGradients(exact: usize, n: u32, out: usize): void {
  let largest = f64x2.splat(0);
  for (let i: u32 = 0; i < n; i++) {
    largest = f64x2.max(largest, f64x2.abs(v128.load(exact + ((<usize>i) << 4))));
  }
  v128.store(out, largest);
}
