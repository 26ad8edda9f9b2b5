// Products of dense layers. Rows of activations and gradients are padded to whole panels of 8 columns, batches to whole
// blocks of 4 rows; what is padded is 0 and stays 0. A layer's weights lie in panels: for every 8 outputs, one row of 8
// numbers per input, one after the other. So each product reads its weights in order, and no row ends within a register.

import { inputGradientsOfOne, weightGradientsOfOne } from './single';
import { multiplyAdd, multiplyTile } from './tile';

/** out = inputs × weights + bias. */
export function forwardDense(
  inputs: usize,
  nRows: u32,
  nInputs: u32,
  inputStride: u32,
  weights: usize,
  bias: usize,
  out: usize,
  outStride: u32,
): void {
  const inputBytes = (<usize>inputStride) << 2;
  const outBytes = (<usize>outStride) << 2;
  let panel = weights;
  for (let column: usize = 0; column < outBytes; column += 32, panel += (<usize>nInputs) << 5) {
    multiplyPanel(inputs, nRows, nInputs, inputBytes, panel, bias + column, out + column, outBytes);
  }
}

/** Eight columns of a product. */
function multiplyPanel(
  inputs: usize,
  nRows: u32,
  nInputs: u32,
  inputBytes: usize,
  panel: usize,
  bias: usize,
  out: usize,
  outBytes: usize,
): void {
  let a = inputs;
  let to = out;
  for (let row: u32 = 0; row < nRows; row += 4, a += 4 * inputBytes, to += 4 * outBytes) {
    const a2 = a + 2 * inputBytes;
    multiplyTile<f32>(a, a + inputBytes, a2, a2 + inputBytes, panel, nInputs, bias, 0, to, outBytes, 4);
  }
}

/** Rows of a block of the products below: what they read of it stays in the first cache. */
const BLOCK_ROWS: u32 = 128;

/** out = inputs^T × gradients, in panels like the weights. Rows are taken in blocks, copied so that what is read together
 *  lies together. @param scratch BLOCK_ROWS × (inputStride + 8) numbers. */
export function weightGradients(
  inputs: usize,
  nRows: u32,
  nInputs: u32,
  inputStride: u32,
  gradients: usize,
  gradientStride: u32,
  nOutputs: u32,
  scratch: usize,
  out: usize,
): void {
  const inputBytes = (<usize>inputStride) << 2;
  const gradientBytes = (<usize>gradientStride) << 2;
  if (nOutputs == 1) {
    weightGradientsOfOne(inputs, nRows, nInputs, inputBytes, gradients, gradientBytes, out);
    return;
  }
  const ofPanel = scratch + <usize>BLOCK_ROWS * inputBytes;
  for (let start: u32 = 0; start < nRows; start += BLOCK_ROWS) {
    const n = min(BLOCK_ROWS, nRows - start);
    packQuads(inputs + <usize>start * inputBytes, n, nInputs, inputBytes, scratch, (<usize>n) << 4);
    let panel = out;
    for (let column: usize = 0; column < gradientBytes; column += 32, panel += (<usize>nInputs) << 5) {
      packColumns(gradients + <usize>start * gradientBytes + column, n, gradientBytes, ofPanel);
      for (let input: u32 = 0; input < nInputs; input += 4) {
        const quad = scratch + (((<usize>input >> 2) * <usize>n) << 4);
        const to = panel + ((<usize>input) << 5);
        const from = start > 0 ? to : 0;
        multiplyTile<v128>(quad, quad + 4, quad + 8, quad + 12, ofPanel, n, from, 32, to, 32, nInputs - input);
      }
    }
  }
}

/** Numbers four by four: those of the first four columns row after row, then those of the next four. Four rows at a time,
 *  so that whole cache lines are written. @param nRows a multiple of 4. @param quadBytes from one four to the next. */
function packQuads(
  rows: usize,
  nRows: u32,
  width: u32,
  rowBytes: usize,
  out: usize,
  quadBytes: usize,
): void {
  for (let row: u32 = 0; row < nRows; row += 4, rows += 4 * rowBytes, out += 64) {
    let to = out;
    for (let at = rows, end = rows + ((<usize>width) << 2); at < end; at += 16, to += quadBytes) {
      v128.store(to, v128.load(at));
      v128.store(to, v128.load(at + rowBytes), 16);
      v128.store(to, v128.load(at + 2 * rowBytes), 32);
      v128.store(to, v128.load(at + 3 * rowBytes), 48);
    }
  }
}

/** Eight columns, row after row. */
// @ts-ignore: decorator
@inline
export function packColumns(rows: usize, nRows: u32, rowBytes: usize, out: usize): void {
  for (let row: u32 = 0; row < nRows; row++, rows += rowBytes, out += 32) {
    v128.store(out, v128.load(rows));
    v128.store(out, v128.load(rows, 16), 16);
  }
}

/** Four inputs times eight gradients, summed over the lines of an image: a row of a matrix each.
 *  @param quad      packed inputs; `step` bytes from one position to the next and `lineStep` more at the end of a line.
 *  @param gradients packed, eight a position. @param out 4 × 8 numbers, of which the first `nKept` rows are written.
 *  @param adds      whether the sums go on from what `out` holds. */
// @ts-ignore: decorator
@inline
export function addOuterProducts(
  quad: usize,
  step: usize,
  nLines: u32,
  perLine: u32,
  lineStep: usize,
  gradients: usize,
  out: usize,
  nKept: u32,
  adds: bool,
): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  if (adds) {
    s00 = v128.load(out);
    s01 = v128.load(out, 16);
    if (nKept > 1) {
      s10 = v128.load(out, 32);
      s11 = v128.load(out, 48);
    }
    if (nKept > 2) {
      s20 = v128.load(out, 64);
      s21 = v128.load(out, 80);
    }
    if (nKept > 3) {
      s30 = v128.load(out, 96);
      s31 = v128.load(out, 112);
    }
  }
  let x = quad;
  let g = gradients;
  for (let line: u32 = 0; line < nLines; line++, x += lineStep) {
    for (const end = g + ((<usize>perLine) << 5); g < end; g += 32, x += step) {
      const g0 = v128.load(g);
      const g1 = v128.load(g, 16);
      let factor = v128.load_splat<u32>(x);
      s00 = multiplyAdd(s00, factor, g0);
      s01 = multiplyAdd(s01, factor, g1);
      factor = v128.load_splat<u32>(x, 4);
      s10 = multiplyAdd(s10, factor, g0);
      s11 = multiplyAdd(s11, factor, g1);
      factor = v128.load_splat<u32>(x, 8);
      s20 = multiplyAdd(s20, factor, g0);
      s21 = multiplyAdd(s21, factor, g1);
      factor = v128.load_splat<u32>(x, 12);
      s30 = multiplyAdd(s30, factor, g0);
      s31 = multiplyAdd(s31, factor, g1);
    }
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  if (nKept > 1) {
    v128.store(out, s10, 32);
    v128.store(out, s11, 48);
  }
  if (nKept > 2) {
    v128.store(out, s20, 64);
    v128.store(out, s21, 80);
  }
  if (nKept > 3) {
    v128.store(out, s30, 96);
    v128.store(out, s31, 112);
  }
}

/** out = gradients × weights^T: what the layer below is asked to change. Eight inputs at a time have their weights turned,
 *  so that the product is one like that forwards. @param scratch (gradientStride + 1) × 8 numbers. */
export function inputGradients(
  gradients: usize,
  nRows: u32,
  gradientStride: u32,
  nOutputs: u32,
  weights: usize,
  nInputs: u32,
  scratch: usize,
  out: usize,
  outStride: u32,
): void {
  const gradientBytes = (<usize>gradientStride) << 2;
  const outBytes = (<usize>outStride) << 2;
  if (nOutputs == 1) {
    inputGradientsOfOne(gradients, nRows, gradientBytes, weights, nInputs, scratch, out, outBytes);
    return;
  }
  const noBias = scratch + (gradientBytes << 3);
  memory.fill(noBias, 0, 32);
  for (let input: u32 = 0; input < nInputs; input += 8) {
    turnPanels(weights, nInputs, input, min(8, nInputs - input), gradientStride, scratch);
    const column = (<usize>input) << 2;
    multiplyPanel(gradients, nRows, gradientStride, gradientBytes, scratch, noBias, out + column, outBytes);
  }
}

/** Of panels of 8 outputs by `nInputs` inputs: for every output, the weights of 8 inputs side by side, from `first` on.
 *  @param nUsed of the 8; the others become 0. */
export function turnPanels(
  panels: usize,
  nInputs: u32,
  first: u32,
  nUsed: u32,
  nOutputs: u32,
  out: usize,
): void {
  const panelBytes = (<usize>nInputs) << 5;
  let from = panels + ((<usize>first) << 5);
  for (let output: u32 = 0; output < nOutputs; output += 8, from += panelBytes, out += 256) {
    for (let half: usize = 0; half < 32; half += 16) {
      // Four outputs: turned in two blocks of 4 × 4.
      for (let block: u32 = 0; block < 8; block += 4) {
        const at = from + ((<usize>block) << 5) + half;
        const to = out + (half << 3) + ((<usize>block) << 2);
        const zero = f32x4.splat(0);
        const a = nUsed > block ? v128.load(at) : zero;
        const b = nUsed > block + 1 ? v128.load(at, 32) : zero;
        const c = nUsed > block + 2 ? v128.load(at, 64) : zero;
        const d = nUsed > block + 3 ? v128.load(at, 96) : zero;
        const lowPairs = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
        const highPairs = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const lowRest = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
        const highRest = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        v128.store(to, v128.shuffle<f32>(lowPairs, lowRest, 0, 1, 4, 5));
        v128.store(to, v128.shuffle<f32>(lowPairs, lowRest, 2, 3, 6, 7), 32);
        v128.store(to, v128.shuffle<f32>(highPairs, highRest, 0, 1, 4, 5), 64);
        v128.store(to, v128.shuffle<f32>(highPairs, highRest, 2, 3, 6, 7), 96);
      }
    }
  }
}

/** out = sums of the columns: the gradients of a bias. */
export function columnSums(values: usize, nRows: u32, stride: u32, out: usize): void {
  const rowBytes = (<usize>stride) << 2;
  for (let column: usize = 0; column < rowBytes; column += 32) {
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    let at = values + column;
    for (let row: u32 = 0; row < nRows; row++, at += rowBytes) {
      low = f32x4.add(low, v128.load(at));
      high = f32x4.add(high, v128.load(at, 16));
    }
    v128.store(out + column, low);
    v128.store(out + column, high, 16);
  }
}
