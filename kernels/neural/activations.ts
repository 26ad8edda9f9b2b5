// From rows to a batch, and what happens to activations between two layers. Counts are whole registers of 4.

import { exp, SMALLEST_EXPONENT } from '../math';

/** Rows of `source` (nRows × width, dense) one after the other, padded with zeros to `outStride` columns and to
 *  `nPadded` rows. */
export function gatherRows(
  source: usize,
  rows: usize,
  nRows: u32,
  nPadded: u32,
  width: u32,
  out: usize,
  outStride: u32,
): void {
  const sourceBytes = (<usize>width) << 2;
  const outBytes = (<usize>outStride) << 2;
  for (let i: u32 = 0; i < nRows; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2));
    const to = out + <usize>i * outBytes;
    memory.copy(to, source + <usize>row * sourceBytes, sourceBytes);
    memory.fill(to + sourceBytes, 0, outBytes - sourceBytes);
  }
  memory.fill(out + <usize>nRows * outBytes, 0, <usize>(nPadded - nRows) * outBytes);
}

export function applyRelu(values: usize, count: u32): void {
  const zero = f32x4.splat(0);
  for (let at = values, end = values + ((<usize>count) << 2); at < end; at += 16) {
    v128.store(at, f32x4.pmax(zero, v128.load(at)));
  }
}

/** Four generators side by side (xorshift, Marsaglia 2003). */
// @ts-ignore: decorator
@inline
function nextState(x: v128): v128 {
  x = v128.xor(x, i32x4.shl(x, 13));
  x = v128.xor(x, i32x4.shr_u(x, 17));
  return v128.xor(x, i32x4.shl(x, 5));
}

/** After ReLU each value becomes 0 where a random number is below the threshold, and is multiplied by `kept` elsewhere.
 *  The 16 bytes of state are advanced. */
export function applyReluAndDropout(values: usize, count: u32, threshold: u32, kept: f32, state: usize): void {
  const zero = f32x4.splat(0);
  const scale = f32x4.splat(kept);
  const sign = i32x4.splat(0x80000000);
  const limit = i32x4.splat(<i32>(threshold ^ 0x80000000));
  let x = v128.load(state);
  for (let at = values, end = values + ((<usize>count) << 2); at < end; at += 16) {
    x = nextState(x);
    const isKept = i32x4.ge_s(v128.xor(x, sign), limit);
    const value = f32x4.mul(f32x4.pmax(zero, v128.load(at)), scale);
    v128.store(at, v128.and(value, isKept));
  }
  v128.store(state, x);
}

/** The same without ReLU, in place. From the same state it drops the same cells, so that it is its own derivative. */
export function applyDropout(values: usize, count: u32, threshold: u32, kept: f32, state: usize): void {
  const scale = f32x4.splat(kept);
  const sign = i32x4.splat(0x80000000);
  const limit = i32x4.splat(<i32>(threshold ^ 0x80000000));
  let x = v128.load(state);
  for (let at = values, end = values + ((<usize>count) << 2); at < end; at += 16) {
    x = nextState(x);
    const isKept = i32x4.ge_s(v128.xor(x, sign), limit);
    v128.store(at, v128.and(f32x4.mul(v128.load(at), scale), isKept));
  }
  v128.store(state, x);
}

/** What reaches an activation that is above 0 goes on, multiplied by `kept`; the others have not been heard. */
export function reluGradients(gradients: usize, activations: usize, count: u32, kept: f32): void {
  const zero = f32x4.splat(0);
  const scale = f32x4.splat(kept);
  const shift = activations - gradients;
  for (let at = gradients, end = gradients + ((<usize>count) << 2); at < end; at += 16) {
    const isOn = f32x4.gt(v128.load(at + shift), zero);
    v128.store(at, v128.and(f32x4.mul(v128.load(at), scale), isOn));
  }
}

const SELU_SCALE: f64 = 1.0507009873554805;
const SELU_ALPHA: f64 = 1.6732632423543772;

// @ts-ignore: decorator
@inline
function expOfNegative(x: v128): v128 {
  return exp(f64x2.max(x, f64x2.splat(SMALLEST_EXPONENT)));
}

// @ts-ignore: decorator
@inline
function loadPair(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

// @ts-ignore: decorator
@inline
function storePair(at: usize, pair: v128): void {
  v128.store64_lane(at, f32x4.demote_f64x2_zero(pair), 0);
}

/** Klambauer et al. 2017: scale × (x above 0, else alpha × (e^x − 1)). */
export function applySelu(inputs: usize, count: u32, out: usize): void {
  const zero = f64x2.splat(0);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 8) {
    const x = loadPair(inputs + at);
    const low = f64x2.sub(expOfNegative(f64x2.min(x, zero)), f64x2.splat(1));
    const value = f64x2.add(f64x2.max(x, zero), f64x2.mul(low, f64x2.splat(SELU_ALPHA)));
    storePair(out + at, f64x2.mul(value, f64x2.splat(SELU_SCALE)));
  }
}

/** @param out gradients × the derivative at the inputs. */
export function seluGradients(gradients: usize, inputs: usize, count: u32, out: usize): void {
  const zero = f64x2.splat(0);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 8) {
    const x = loadPair(inputs + at);
    const low = f64x2.mul(expOfNegative(f64x2.min(x, zero)), f64x2.splat(SELU_ALPHA));
    const slope = v128.bitselect(f64x2.splat(1), low, f64x2.gt(x, zero));
    storePair(out + at, f64x2.mul(loadPair(gradients + at), f64x2.mul(slope, f64x2.splat(SELU_SCALE))));
  }
}

/** tanh(log(1 + e^x)), from exponentials of −|x| only: with u = e^−x it is (1 + 2u) / (1 + 2u + 2u²) above 0, and with
 *  v = e^x it is (2v + v²) / (2 + 2v + v²) below. */
// @ts-ignore: decorator
@inline
function mishGate(u: v128, isHigh: v128): v128 {
  const one = f64x2.splat(1);
  const twice = f64x2.add(u, u);
  const square = f64x2.mul(u, u);
  const high = f64x2.add(one, twice);
  const low = f64x2.add(twice, square);
  const top = v128.bitselect(high, low, isHigh);
  const rest = v128.bitselect(f64x2.add(square, square), f64x2.splat(2), isHigh);
  return f64x2.div(top, f64x2.add(top, rest));
}

/** Misra 2019: x tanh(log(1 + e^x)). */
export function applyMish(inputs: usize, count: u32, out: usize): void {
  const zero = f64x2.splat(0);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 8) {
    const x = loadPair(inputs + at);
    const u = expOfNegative(f64x2.neg(f64x2.abs(x)));
    storePair(out + at, f64x2.mul(x, mishGate(u, f64x2.gt(x, zero))));
  }
}

/** With t the gate and s the logistic function: t + x (1 − t²) s. */
export function mishGradients(gradients: usize, inputs: usize, count: u32, out: usize): void {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 8) {
    const x = loadPair(inputs + at);
    const isHigh = f64x2.gt(x, zero);
    const u = expOfNegative(f64x2.neg(f64x2.abs(x)));
    const gate = mishGate(u, isHigh);
    const share = f64x2.div(v128.bitselect(one, u, isHigh), f64x2.add(one, u));
    const bend = f64x2.mul(f64x2.sub(one, f64x2.mul(gate, gate)), share);
    storePair(out + at, f64x2.mul(loadPair(gradients + at), f64x2.add(gate, f64x2.mul(x, bend))));
  }
}
