// The way back through a layer with one output, whose products are too narrow for tiles: seven of eight columns would be
// padding. The numbers run along the inputs instead. Sums are the same, term by term.

import { multiplyAdd } from './tile';

const COLUMNS: u32 = 32;

/** out (nInputs × 8, the first column used) = inputs^T × the first column of the gradients. */
export function weightGradientsOfOne(
  inputs: usize,
  nRows: u32,
  nInputs: u32,
  inputBytes: usize,
  gradients: usize,
  gradientBytes: usize,
  out: usize,
): void {
  const zero = f32x4.splat(0);
  let first: u32 = 0;
  for (; first + COLUMNS <= nInputs; first += COLUMNS) {
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    let s4 = zero;
    let s5 = zero;
    let s6 = zero;
    let s7 = zero;
    let x = inputs + ((<usize>first) << 2);
    let g = gradients;
    for (let row: u32 = 0; row < nRows; row++, x += inputBytes, g += gradientBytes) {
      const factor = v128.load_splat<u32>(g);
      s0 = multiplyAdd(s0, v128.load(x), factor);
      s1 = multiplyAdd(s1, v128.load(x, 16), factor);
      s2 = multiplyAdd(s2, v128.load(x, 32), factor);
      s3 = multiplyAdd(s3, v128.load(x, 48), factor);
      s4 = multiplyAdd(s4, v128.load(x, 64), factor);
      s5 = multiplyAdd(s5, v128.load(x, 80), factor);
      s6 = multiplyAdd(s6, v128.load(x, 96), factor);
      s7 = multiplyAdd(s7, v128.load(x, 112), factor);
    }
    const to = out + ((<usize>first) << 5);
    storeApart(s0, to, 4);
    storeApart(s1, to + 128, 4);
    storeApart(s2, to + 256, 4);
    storeApart(s3, to + 384, 4);
    storeApart(s4, to + 512, 4);
    storeApart(s5, to + 640, 4);
    storeApart(s6, to + 768, 4);
    storeApart(s7, to + 896, 4);
  }
  for (; first < nInputs; first += 4) {
    let sum = zero;
    let x = inputs + ((<usize>first) << 2);
    let g = gradients;
    for (let row: u32 = 0; row < nRows; row++, x += inputBytes, g += gradientBytes) {
      sum = multiplyAdd(sum, v128.load(x), v128.load_splat<u32>(g));
    }
    storeApart(sum, out + ((<usize>first) << 5), nInputs - first);
  }
}

/** Each number at the start of a panel's row of eight, of which the others become 0. @param nKept of the four. */
// @ts-ignore: decorator
@inline
function storeApart(four: v128, out: usize, nKept: u32): void {
  const zero = f32x4.splat(0);
  const x = v128.shuffle<f32>(four, zero, 0, 4, 5, 6);
  v128.store(out, x);
  v128.store(out, zero, 16);
  if (nKept > 1) {
    v128.store(out, v128.shuffle<f32>(four, zero, 1, 4, 5, 6), 32);
    v128.store(out, zero, 48);
  }
  if (nKept > 2) {
    v128.store(out, v128.shuffle<f32>(four, zero, 2, 4, 5, 6), 64);
    v128.store(out, zero, 80);
  }
  if (nKept > 3) {
    v128.store(out, v128.shuffle<f32>(four, zero, 3, 4, 5, 6), 96);
    v128.store(out, zero, 112);
  }
}

/** out = the first column of the gradients × that of the weights. @param scratch for as many numbers as a row of `out`. */
export function inputGradientsOfOne(
  gradients: usize,
  nRows: u32,
  gradientBytes: usize,
  weights: usize,
  nInputs: u32,
  scratch: usize,
  out: usize,
  outBytes: usize,
): void {
  const width = (<usize>nInputs + 7) & ~7;
  for (let k: usize = 0; k < width; k++) {
    store<f32>(scratch + (k << 2), k < <usize>nInputs ? load<f32>(weights + (k << 5)) : 0);
  }
  // Beginning with a zero, a negative one among the products becomes a positive one, as in every other sum.
  const zero = f32x4.splat(0);
  let g = gradients;
  let to = out;
  for (let row: u32 = 0; row < nRows; row++, g += gradientBytes, to += outBytes) {
    const factor = v128.load_splat<u32>(g);
    for (let k: usize = 0; k < width << 2; k += 32) {
      v128.store(to + k, multiplyAdd(zero, factor, v128.load(scratch + k)));
      v128.store(to + k, multiplyAdd(zero, factor, v128.load(scratch + k, 16)), 16);
    }
  }
}
