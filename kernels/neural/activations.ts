// What happens to activations between two layers. Counts are whole registers of 4.

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

const SELU_SCALE: f32 = 1.0507009873554805;
const SELU_ALPHA: f32 = 1.6732632423543772;

const LOG2_E: f32 = 1.4426950408889634;
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
/** Adding it leaves the nearest whole number in the lowest bits of a single. */
const ROUNDER: f32 = 12582912;
/** Below it e^x is as good as 0. */
const SMALLEST_EXPONENT: f32 = -87;

/** Of four numbers not above 0, to the last bits of single precision: x = n ln 2 + r, 2^n apart, and the Taylor series of
 *  e^r − 1. Left in `power` and `rest`, so that nothing is lost near 0: e^x = power + power × rest. */
let power: v128 = f32x4.splat(0);
let rest: v128 = f32x4.splat(0);

// @ts-ignore: decorator
@inline
function exponentiate(x: v128): void {
  const bounded = f32x4.max(x, f32x4.splat(SMALLEST_EXPONENT));
  const shifted = f32x4.add(f32x4.mul(bounded, f32x4.splat(LOG2_E)), f32x4.splat(ROUNDER));
  const n = f32x4.sub(shifted, f32x4.splat(ROUNDER));
  const high = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let sum = term(1.0 / 5040, 1.0 / 720, r);
  sum = f32x4.add(f32x4.splat(1.0 / 120), f32x4.mul(sum, r));
  sum = f32x4.add(f32x4.splat(1.0 / 24), f32x4.mul(sum, r));
  sum = f32x4.add(f32x4.splat(1.0 / 6), f32x4.mul(sum, r));
  sum = f32x4.add(f32x4.splat(0.5), f32x4.mul(sum, r));
  sum = f32x4.add(f32x4.splat(1), f32x4.mul(sum, r));
  rest = f32x4.mul(sum, r);
  power = i32x4.add(f32x4.splat(1), i32x4.shl(shifted, 23));
}

// @ts-ignore: decorator
@inline
function term(first: f32, second: f32, r: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.splat(first), r), f32x4.splat(second));
}

// @ts-ignore: decorator
@inline
function expOfNegative(x: v128): v128 {
  exponentiate(x);
  return f32x4.add(power, f32x4.mul(power, rest));
}

/** Klambauer et al. 2017: scale × (x above 0, else alpha × (e^x − 1)). */
export function applySelu(inputs: usize, count: u32, out: usize): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    const x = v128.load(inputs + at);
    exponentiate(f32x4.min(x, zero));
    const low = f32x4.add(f32x4.sub(power, one), f32x4.mul(power, rest));
    const value = f32x4.add(f32x4.max(x, zero), f32x4.mul(low, f32x4.splat(SELU_ALPHA)));
    v128.store(out + at, f32x4.mul(value, f32x4.splat(SELU_SCALE)));
  }
}

/** @param out gradients × the derivative at the inputs. */
export function seluGradients(gradients: usize, inputs: usize, count: u32, out: usize): void {
  const zero = f32x4.splat(0);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    const x = v128.load(inputs + at);
    const low = f32x4.mul(expOfNegative(f32x4.min(x, zero)), f32x4.splat(SELU_ALPHA));
    const slope = v128.bitselect(f32x4.splat(1), low, f32x4.gt(x, zero));
    const asked = v128.load(gradients + at);
    v128.store(out + at, f32x4.mul(asked, f32x4.mul(slope, f32x4.splat(SELU_SCALE))));
  }
}

/** tanh(log(1 + e^x)), from exponentials of −|x| only: with u = e^−x it is (1 + 2u) / (1 + 2u + 2u²) above 0, and with
 *  v = e^x it is (2v + v²) / (2 + 2v + v²) below. */
// @ts-ignore: decorator
@inline
function mishGate(u: v128, isHigh: v128): v128 {
  const one = f32x4.splat(1);
  const twice = f32x4.add(u, u);
  const square = f32x4.mul(u, u);
  const high = f32x4.add(one, twice);
  const low = f32x4.add(twice, square);
  const top = v128.bitselect(high, low, isHigh);
  const other = v128.bitselect(f32x4.add(square, square), f32x4.splat(2), isHigh);
  return f32x4.div(top, f32x4.add(top, other));
}

/** Misra 2019: x tanh(log(1 + e^x)). */
export function applyMish(inputs: usize, count: u32, out: usize): void {
  const zero = f32x4.splat(0);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    const x = v128.load(inputs + at);
    const u = expOfNegative(f32x4.neg(f32x4.abs(x)));
    v128.store(out + at, f32x4.mul(x, mishGate(u, f32x4.gt(x, zero))));
  }
}

/** With t the gate and s the logistic function: t + x (1 − t²) s. */
export function mishGradients(gradients: usize, inputs: usize, count: u32, out: usize): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    const x = v128.load(inputs + at);
    const isHigh = f32x4.gt(x, zero);
    const u = expOfNegative(f32x4.neg(f32x4.abs(x)));
    const gate = mishGate(u, isHigh);
    const share = f32x4.div(v128.bitselect(one, u, isHigh), f32x4.add(one, u));
    const bend = f32x4.mul(f32x4.sub(one, f32x4.mul(gate, gate)), share);
    v128.store(out + at, f32x4.mul(v128.load(gradients + at), f32x4.add(gate, f32x4.mul(x, bend))));
  }
}
