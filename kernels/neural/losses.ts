// Losses with their derivatives: for both, the difference between what was predicted and what was the case. Targets are
// nOutputs wide; outputs and gradients have rows of `stride`. Gradients of padding are 0.

import { exp, log, SMALLEST_EXPONENT } from '../math';


/** @returns the sum over the rows of their cross-entropy with class shares that sum to 1. */
export function crossEntropy(
  outputs: usize,
  targets: usize,
  rows: usize,
  nRows: u32,
  nPadded: u32,
  nOutputs: u32,
  stride: u32,
  gradients: usize,
): f64 {
  const rowBytes = (<usize>stride) << 2;
  const targetBytes = (<usize>nOutputs) << 2;
  const factor: f32 = <f32>1 / <f32>nRows;
  let loss: f64 = 0;
  for (let i: u32 = 0; i < nRows; i++) {
    const logits = outputs + <usize>i * rowBytes;
    const target = targets + <usize>load<u32>(rows + ((<usize>i) << 2)) * targetBytes;
    const gradient = gradients + <usize>i * rowBytes;
    let max = load<f32>(logits);
    for (let k: usize = 4; k < targetBytes; k += 4) max = Mathf.max(max, load<f32>(logits + k));
    let total: f64 = 0;
    for (let k: usize = 0; k < targetBytes; k += 4) {
      const x = f64x2.max(f64x2.splat(<f64>(load<f32>(logits + k) - max)), f64x2.splat(SMALLEST_EXPONENT));
      const share = f64x2.extract_lane(exp(x), 0);
      total += share;
      store<f32>(gradient + k, <f32>share);
    }
    const logTotal = <f64>max + log(total);
    const scale = <f32>(1 / total);
    for (let k: usize = 0; k < targetBytes; k += 4) {
      const wanted = load<f32>(target + k);
      loss += <f64>wanted * (logTotal - <f64>load<f32>(logits + k));
      store<f32>(gradient + k, (load<f32>(gradient + k) * scale - wanted) * factor);
    }
    memory.fill(gradient + targetBytes, 0, rowBytes - targetBytes);
  }
  memory.fill(gradients + <usize>nRows * rowBytes, 0, <usize>(nPadded - nRows) * rowBytes);
  return loss;
}

/** @returns the sum over the rows and outputs of squared differences. */
export function squaredError(
  outputs: usize,
  targets: usize,
  rows: usize,
  nRows: u32,
  nPadded: u32,
  nOutputs: u32,
  stride: u32,
  gradients: usize,
): f64 {
  const rowBytes = (<usize>stride) << 2;
  const targetBytes = (<usize>nOutputs) << 2;
  const factor: f32 = <f32>2 / <f32>(nRows * nOutputs);
  let loss: f64 = 0;
  for (let i: u32 = 0; i < nRows; i++) {
    const values = outputs + <usize>i * rowBytes;
    const target = targets + <usize>load<u32>(rows + ((<usize>i) << 2)) * targetBytes;
    const gradient = gradients + <usize>i * rowBytes;
    for (let k: usize = 0; k < targetBytes; k += 4) {
      const gap = load<f32>(values + k) - load<f32>(target + k);
      loss += <f64>gap * <f64>gap;
      store<f32>(gradient + k, gap * factor);
    }
    memory.fill(gradient + targetBytes, 0, rowBytes - targetBytes);
  }
  memory.fill(gradients + <usize>nRows * rowBytes, 0, <usize>(nPadded - nRows) * rowBytes);
  return loss;
}
