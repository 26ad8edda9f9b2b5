// Gradients of the losses that need exponentials, as integers, with the loss itself on the way.
import { exp, logs, logsOfOnePlus, ROUNDER, SMALLEST_EXPONENT } from '../math';

/** Two doubles to the nearest 32-bit integers, in the low half. */
// @ts-ignore: decorator
@inline
function toIntegers(x: v128): v128 {
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(x));
}

/** Doubles below 2^31 in size to the nearest integers, a gradient and its hessian side by side. */
// @ts-ignore: decorator
@inline
function integerPairs(gradients: v128, hessians: v128): v128 {
  const rounder = f64x2.splat(ROUNDER);
  return v128.shuffle<i32>(f64x2.add(gradients, rounder), f64x2.add(hessians, rounder), 0, 4, 2, 6);
}

/** Products of this many factors from (1, 2] stay finite. */
const PRODUCT_LENGTH: u32 = 512;

/** y in {0, 1}, raw = log-odds: the sum of weight * (log(1 + exp(raw)) - y raw) over each stripe of a share. */
export function binaryLogLoss(
  raw: usize,
  target: usize,
  weights: usize,
  nRows: u32,
  rowsPerStripe: u32,
  share: u32,
  nShares: u32,
  gradientFactor: f64,
  hessianFactor: f64,
  gradients: usize,
  sums: usize,
): void {
  for (let stripe = share; stripe * rowsPerStripe < nRows; stripe += nShares) {
    const start = stripe * rowsPerStripe;
    const end = min(start + rowsPerStripe, nRows);
    const sum = binaryLogLossOf(raw, target, weights, start, end, gradientFactor, hessianFactor, gradients);
    store<f64>(sums + ((<usize>stripe) << 3), sum);
  }
}

function binaryLogLossOf(
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
  let sums = zero;
  let products = one;
  let inProduct: u32 = 0;
  let i = start;
  do {
    const at = (<usize>i) << 3;
    const isPair = i + 1 < end;
    const z = v128.load(raw + at);
    const y = v128.load(target + at);
    const e = exp(f64x2.pmax(f64x2.splat(SMALLEST_EXPONENT), f64x2.neg(f64x2.abs(z))));
    const onePlus = f64x2.add(one, e);
    const inverse = f64x2.div(one, onePlus);
    const p = v128.bitselect(inverse, f64x2.mul(e, inverse), f64x2.ge(z, zero));
    let gradient = f64x2.mul(f64x2.sub(p, y), toGradient);
    let hessian = f64x2.mul(f64x2.mul(e, f64x2.mul(inverse, inverse)), toHessian);
    let cost = f64x2.sub(f64x2.pmax(zero, z), f64x2.mul(z, y));
    if (weights != 0) {
      const w = v128.load(weights + at);
      gradient = f64x2.mul(gradient, w);
      hessian = f64x2.mul(hessian, w);
      cost = f64x2.mul(w, f64x2.add(cost, logsOfOnePlus(e)));
    } else {
      // The sum of logarithms is the logarithm of the product.
      products = f64x2.mul(products, isPair ? onePlus : f64x2.replace_lane(onePlus, 1, 1));
    }
    sums = f64x2.add(sums, isPair ? cost : f64x2.replace_lane(cost, 1, 0));
    if (++inProduct == PRODUCT_LENGTH) {
      sums = f64x2.add(sums, logs(products));
      products = one;
      inProduct = 0;
    }
    if (gradients != 0) {
      const both = integerPairs(gradient, hessian);
      if (isPair) v128.store(gradients + at, both);
      else store<i64>(gradients + at, i64x2.extract_lane(both, 0));
    }
    i += 2;
  } while (i < end);
  sums = f64x2.add(sums, logs(products));
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** y in 0..nClasses-1, probabilities = softmax(raw): the sum of weight * -log p_y over each stripe of a share. Raw
 *  predictions and gradients lie class by class, `nRows` apart. */
export function multinomialLogLoss(
  raw: usize,
  target: usize,
  weights: usize,
  nRows: u32,
  nClasses: u32,
  rowsPerStripe: u32,
  share: u32,
  nShares: u32,
  gradientFactor: f64,
  hessianFactor: f64,
  scratch: usize,
  gradients: usize,
  sums: usize,
): void {
  for (let stripe = share; stripe * rowsPerStripe < nRows; stripe += nShares) {
    const start = stripe * rowsPerStripe;
    const end = min(start + rowsPerStripe, nRows);
    const sum = multinomialLogLossOf(
      raw,
      target,
      weights,
      nRows,
      nClasses,
      start,
      end,
      gradientFactor,
      hessianFactor,
      scratch,
      gradients,
    );
    store<f64>(sums + ((<usize>stripe) << 3), sum);
  }
}

function multinomialLogLossOf(
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
  const one = f64x2.splat(1);
  const toGradient = f64x2.splat(gradientFactor);
  const toHessian = f64x2.splat(hessianFactor);
  let sums = f64x2.splat(0);
  for (let i = start; i < end; i += 2) {
    const isPair = i + 1 < end;
    const at = (<usize>i) << 3;
    const y = v128.load(target + at);
    const w = weights != 0 ? v128.load(weights + at) : one;
    let largest = f64x2.splat(-Infinity);
    let own = f64x2.splat(0);
    let z = raw + at;
    for (let k: u32 = 0; k < nClasses; k++, z += stride) {
      const values = v128.load(z);
      largest = f64x2.pmax(largest, values);
      own = v128.bitselect(values, own, f64x2.eq(y, f64x2.splat(<f64>k)));
    }
    let total = f64x2.splat(0);
    z = raw + at;
    for (let k: u32 = 0; k < nClasses; k++, z += stride) {
      const below = f64x2.sub(v128.load(z), largest);
      const e = exp(f64x2.pmax(f64x2.splat(SMALLEST_EXPONENT), below));
      v128.store(scratch + ((<usize>k) << 4), e);
      total = f64x2.add(total, e);
    }
    const cost = f64x2.mul(w, f64x2.sub(f64x2.add(logs(total), largest), own));
    sums = f64x2.add(sums, isPair ? cost : f64x2.replace_lane(cost, 1, 0));
    if (gradients == 0) continue;
    const inverse = f64x2.div(one, total);
    let pairs = gradients + at;
    for (let k: u32 = 0; k < nClasses; k++, pairs += stride) {
      const p = f64x2.mul(v128.load(scratch + ((<usize>k) << 4)), inverse);
      const isOwn = f64x2.eq(y, f64x2.splat(<f64>k));
      const residual = f64x2.sub(p, v128.and(isOwn, one));
      const curvature = f64x2.mul(p, f64x2.sub(one, p));
      const both = integerPairs(
        f64x2.mul(f64x2.mul(residual, w), toGradient),
        f64x2.mul(f64x2.mul(curvature, w), toHessian),
      );
      if (isPair) v128.store(pairs, both);
      else store<i64>(pairs, i64x2.extract_lane(both, 0));
    }
  }
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
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

/** A gradient and its hessian side by side. */
export function weighGradients(gradients: usize, n: u32, draws: usize, shares: usize, weighed: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    const share = v128.load64_splat(shares + ((<usize>load<u8>(draws + <usize>i)) << 3));
    const pair = f64x2.mul(f64x2.convert_low_i32x4_s(v128.load64_zero(gradients + at)), share);
    store<i64>(weighed + at, i64x2.extract_lane(toIntegers(pair), 0));
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
