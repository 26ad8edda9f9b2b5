// Losses with their derivatives. Targets are nOutputs wide, without padding; outputs and gradients have rows of `stride`.
// Gradients of padding are 0. Every row may count more or less than another: weights are float32 (nRows), or 0 for none.

import { exp, log, SMALLEST_EXPONENT } from '../math';

// @ts-ignore: decorator
@inline
function weightOf(weights: usize, row: u32): f32 {
  return weights ? load<f32>(weights + ((<usize>row) << 2)) : 1;
}

/** Leaves the shares of a softmax in `out`, times `total`. @returns the largest logit. */
// @ts-ignore: decorator
@inline
function exponentials(logits: usize, usedBytes: usize, out: usize): f32 {
  let max = load<f32>(logits);
  for (let k: usize = 4; k < usedBytes; k += 4) max = Mathf.max(max, load<f32>(logits + k));
  for (let k: usize = 0; k < usedBytes; k += 4) {
    const x = f64x2.max(f64x2.splat(<f64>(load<f32>(logits + k) - max)), f64x2.splat(SMALLEST_EXPONENT));
    store<f32>(out + k, <f32>f64x2.extract_lane(exp(x), 0));
  }
  return max;
}

// @ts-ignore: decorator
@inline
function sumOf(values: usize, usedBytes: usize): f64 {
  let total: f64 = 0;
  for (let k: usize = 0; k < usedBytes; k += 4) total += <f64>load<f32>(values + k);
  return total;
}

/** @returns the weighted sum over the rows of their cross-entropy with class shares that sum to 1. */
export function crossEntropy(
  outputs: usize,
  targets: usize,
  weights: usize,
  nRows: u32,
  nPadded: u32,
  nOutputs: u32,
  stride: u32,
  gradients: usize,
): f64 {
  const rowBytes = (<usize>stride) << 2;
  const usedBytes = (<usize>nOutputs) << 2;
  let loss: f64 = 0;
  for (let i: u32 = 0; i < nRows; i++) {
    const logits = outputs + <usize>i * rowBytes;
    const target = targets + <usize>i * usedBytes;
    const gradient = gradients + <usize>i * rowBytes;
    const weight = weightOf(weights, i);
    const factor = weight / <f32>nRows;
    const max = exponentials(logits, usedBytes, gradient);
    const total = sumOf(gradient, usedBytes);
    const logTotal = <f64>max + log(total);
    const scale = <f32>(1 / total);
    for (let k: usize = 0; k < usedBytes; k += 4) {
      const wanted = load<f32>(target + k);
      loss += <f64>(weight * wanted) * (logTotal - <f64>load<f32>(logits + k));
      store<f32>(gradient + k, (load<f32>(gradient + k) * scale - wanted) * factor);
    }
    memory.fill(gradient + usedBytes, 0, rowBytes - usedBytes);
  }
  memory.fill(gradients + <usize>nRows * rowBytes, 0, <usize>(nPadded - nRows) * rowBytes);
  return loss;
}

/** The least share of a class that a logarithm is taken of. */
const LEAST_SHARE: f64 = 1e-30;

/** Cross-entropy in which a class that is already likely counts less: (1 − p)^gamma (Lin et al. 2017). With gamma 0 it is
 *  cross-entropy. @returns the weighted sum over the rows. */
export function focalLoss(
  outputs: usize,
  targets: usize,
  weights: usize,
  nRows: u32,
  nPadded: u32,
  nOutputs: u32,
  stride: u32,
  gradients: usize,
  gamma: f64,
): f64 {
  const rowBytes = (<usize>stride) << 2;
  const usedBytes = (<usize>nOutputs) << 2;
  let loss: f64 = 0;
  for (let i: u32 = 0; i < nRows; i++) {
    const target = targets + <usize>i * usedBytes;
    const gradient = gradients + <usize>i * rowBytes;
    const weight = weightOf(weights, i);
    const factor = weight / <f32>nRows;
    exponentials(outputs + <usize>i * rowBytes, usedBytes, gradient);
    const total = sumOf(gradient, usedBytes);
    // With a_k = p_k × d loss / d p_k, the derivative by logit j is a_j − p_j × sum of a.
    let sum: f64 = 0;
    for (let k: usize = 0; k < usedBytes; k += 4) {
      sum += slopeOfShare(<f64>load<f32>(gradient + k) / total, gamma) * <f64>load<f32>(target + k);
    }
    for (let k: usize = 0; k < usedBytes; k += 4) {
      const share = <f64>load<f32>(gradient + k) / total;
      const wanted = <f64>load<f32>(target + k);
      loss -= <f64>weight * wanted * power(1 - share, gamma) * log(Math.max(share, LEAST_SHARE));
      store<f32>(gradient + k, <f32>(slopeOfShare(share, gamma) * wanted - share * sum) * factor);
    }
    memory.fill(gradient + usedBytes, 0, rowBytes - usedBytes);
  }
  memory.fill(gradients + <usize>nRows * rowBytes, 0, <usize>(nPadded - nRows) * rowBytes);
  return loss;
}

/** p × the derivative of −(1 − p)^gamma log p. */
function slopeOfShare(share: f64, gamma: f64): f64 {
  const rest = 1 - share;
  const bend = gamma == 0 ? 0 : gamma * share * power(rest, gamma - 1) * log(Math.max(share, LEAST_SHARE));
  return bend - power(rest, gamma);
}

/** Of a base in [0, 1]. The exponent may be negative, where a base of 0 counts as the least share. */
function power(base: f64, exponent: f64): f64 {
  if (exponent == 0) return 1;
  const x = exponent * log(Math.max(base, LEAST_SHARE));
  if (x > 0) return 1 / f64x2.extract_lane(exp(f64x2.splat(Math.max(-x, SMALLEST_EXPONENT))), 0);
  return f64x2.extract_lane(exp(f64x2.splat(Math.max(x, SMALLEST_EXPONENT))), 0);
}

/** @returns the weighted sum over the rows and outputs of squared differences. */
export function squaredError(
  outputs: usize,
  targets: usize,
  weights: usize,
  nRows: u32,
  nPadded: u32,
  nOutputs: u32,
  stride: u32,
  gradients: usize,
): f64 {
  return huberError(outputs, targets, weights, nRows, nPadded, nOutputs, stride, gradients, Infinity);
}

/** Squared differences up to the threshold, and beyond it the line that goes on with the slope reached there.
 *  @returns the weighted sum over the rows and outputs. */
export function huberError(
  outputs: usize,
  targets: usize,
  weights: usize,
  nRows: u32,
  nPadded: u32,
  nOutputs: u32,
  stride: u32,
  gradients: usize,
  threshold: f32,
): f64 {
  const rowBytes = (<usize>stride) << 2;
  const usedBytes = (<usize>nOutputs) << 2;
  let loss: f64 = 0;
  for (let i: u32 = 0; i < nRows; i++) {
    const values = outputs + <usize>i * rowBytes;
    const target = targets + <usize>i * usedBytes;
    const gradient = gradients + <usize>i * rowBytes;
    const weight = weightOf(weights, i);
    const factor = (<f32>2 * weight) / <f32>(nRows * nOutputs);
    for (let k: usize = 0; k < usedBytes; k += 4) {
      const gap = load<f32>(values + k) - load<f32>(target + k);
      // What is not a number passes both comparisons by, and the training hears of it.
      const inner = gap > threshold ? threshold : gap < -threshold ? -threshold : gap;
      loss += <f64>(weight * inner) * <f64>(gap + gap - inner);
      store<f32>(gradient + k, inner * factor);
    }
    memory.fill(gradient + usedBytes, 0, rowBytes - usedBytes);
  }
  memory.fill(gradients + <usize>nRows * rowBytes, 0, <usize>(nPadded - nRows) * rowBytes);
  return loss;
}
