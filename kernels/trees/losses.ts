// Gradients of the losses that need exponentials, as integers, with the loss itself on the way.
import { exp, log, SMALLEST_EXPONENT } from '../math';

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
