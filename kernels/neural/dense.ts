// Products of dense layers. Rows of activations and gradients are padded to whole panels of 8 columns, batches to whole
// blocks of 4 rows; what is padded is 0 and stays 0. A layer's weights lie in panels: for every 8 outputs, one row of 8
// numbers per input, one after the other. So each product reads its weights in order, and no row ends within a register.
//
// Accumulators stay in registers: 4 rows × 8 columns, eight of them. Sums run over the shared dimension in its order, so
// results depend on nothing but their operands.

// @ts-ignore: decorator
@inline
function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

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
    const bias0 = v128.load(bias + column);
    const bias1 = v128.load(bias + column, 16);
    for (let row: u32 = 0; row < nRows; row += 4) {
      const a = inputs + <usize>row * inputBytes;
      let s00 = bias0;
      let s01 = bias1;
      let s10 = bias0;
      let s11 = bias1;
      let s20 = bias0;
      let s21 = bias1;
      let s30 = bias0;
      let s31 = bias1;
      let w = panel;
      for (let at = a, end = a + ((<usize>nInputs) << 2); at < end; at += 4, w += 32) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        let x = v128.load_splat<u32>(at);
        s00 = multiplyAdd(s00, x, w0);
        s01 = multiplyAdd(s01, x, w1);
        x = v128.load_splat<u32>(at + inputBytes);
        s10 = multiplyAdd(s10, x, w0);
        s11 = multiplyAdd(s11, x, w1);
        x = v128.load_splat<u32>(at + 2 * inputBytes);
        s20 = multiplyAdd(s20, x, w0);
        s21 = multiplyAdd(s21, x, w1);
        x = v128.load_splat<u32>(at + 3 * inputBytes);
        s30 = multiplyAdd(s30, x, w0);
        s31 = multiplyAdd(s31, x, w1);
      }
      const to = out + <usize>row * outBytes + column;
      v128.store(to, s00);
      v128.store(to, s01, 16);
      v128.store(to + outBytes, s10);
      v128.store(to + outBytes, s11, 16);
      v128.store(to + 2 * outBytes, s20);
      v128.store(to + 2 * outBytes, s21, 16);
      v128.store(to + 3 * outBytes, s30);
      v128.store(to + 3 * outBytes, s31, 16);
    }
  }
}

/** out = inputs^T × gradients, in panels like the weights. Inputs are taken four at a time; their padding gives rows that
 *  are computed and not kept. */
export function weightGradients(
  inputs: usize,
  nRows: u32,
  nInputs: u32,
  inputStride: u32,
  gradients: usize,
  gradientStride: u32,
  out: usize,
): void {
  const inputBytes = (<usize>inputStride) << 2;
  const gradientBytes = (<usize>gradientStride) << 2;
  let panel = out;
  for (let column: usize = 0; column < gradientBytes; column += 32, panel += (<usize>nInputs) << 5) {
    for (let input: u32 = 0; input < nInputs; input += 4) {
      let s00 = f32x4.splat(0);
      let s01 = f32x4.splat(0);
      let s10 = f32x4.splat(0);
      let s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0);
      let s21 = f32x4.splat(0);
      let s30 = f32x4.splat(0);
      let s31 = f32x4.splat(0);
      let a = inputs + ((<usize>input) << 2);
      let g = gradients + column;
      for (let row: u32 = 0; row < nRows; row++, a += inputBytes, g += gradientBytes) {
        const g0 = v128.load(g);
        const g1 = v128.load(g, 16);
        const x = v128.load(a);
        const x0 = v128.shuffle<f32>(x, x, 0, 0, 0, 0);
        s00 = multiplyAdd(s00, x0, g0);
        s01 = multiplyAdd(s01, x0, g1);
        const x1 = v128.shuffle<f32>(x, x, 1, 1, 1, 1);
        s10 = multiplyAdd(s10, x1, g0);
        s11 = multiplyAdd(s11, x1, g1);
        const x2 = v128.shuffle<f32>(x, x, 2, 2, 2, 2);
        s20 = multiplyAdd(s20, x2, g0);
        s21 = multiplyAdd(s21, x2, g1);
        const x3 = v128.shuffle<f32>(x, x, 3, 3, 3, 3);
        s30 = multiplyAdd(s30, x3, g0);
        s31 = multiplyAdd(s31, x3, g1);
      }
      const to = panel + ((<usize>input) << 5);
      const left = nInputs - input;
      v128.store(to, s00);
      v128.store(to, s01, 16);
      if (left > 1) {
        v128.store(to, s10, 32);
        v128.store(to, s11, 48);
      }
      if (left > 2) {
        v128.store(to, s20, 64);
        v128.store(to, s21, 80);
      }
      if (left > 3) {
        v128.store(to, s30, 96);
        v128.store(to, s31, 112);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function laneSum(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** out = gradients × weights^T: what the layer below is asked to change. */
export function inputGradients(
  gradients: usize,
  nRows: u32,
  gradientStride: u32,
  weights: usize,
  nInputs: u32,
  out: usize,
  outStride: u32,
): void {
  const gradientBytes = (<usize>gradientStride) << 2;
  const outBytes = (<usize>outStride) << 2;
  const panelBytes = (<usize>nInputs) << 5;
  for (let row: u32 = 0; row < nRows; row += 4) {
    const g = gradients + <usize>row * gradientBytes;
    const to = out + <usize>row * outBytes;
    let input: u32 = 0;
    for (; input + 2 <= nInputs; input += 2) {
      let s00 = f32x4.splat(0);
      let s01 = f32x4.splat(0);
      let s10 = f32x4.splat(0);
      let s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0);
      let s21 = f32x4.splat(0);
      let s30 = f32x4.splat(0);
      let s31 = f32x4.splat(0);
      let w = weights + ((<usize>input) << 5);
      for (let at = g, end = g + gradientBytes; at < end; at += 32, w += panelBytes) {
        const a0 = v128.load(w);
        const a1 = v128.load(w, 16);
        const b0 = v128.load(w, 32);
        const b1 = v128.load(w, 48);
        let x = v128.load(at);
        let y = v128.load(at, 16);
        s00 = multiplyAdd(multiplyAdd(s00, x, a0), y, a1);
        s01 = multiplyAdd(multiplyAdd(s01, x, b0), y, b1);
        x = v128.load(at + gradientBytes);
        y = v128.load(at + gradientBytes, 16);
        s10 = multiplyAdd(multiplyAdd(s10, x, a0), y, a1);
        s11 = multiplyAdd(multiplyAdd(s11, x, b0), y, b1);
        x = v128.load(at + 2 * gradientBytes);
        y = v128.load(at + 2 * gradientBytes, 16);
        s20 = multiplyAdd(multiplyAdd(s20, x, a0), y, a1);
        s21 = multiplyAdd(multiplyAdd(s21, x, b0), y, b1);
        x = v128.load(at + 3 * gradientBytes);
        y = v128.load(at + 3 * gradientBytes, 16);
        s30 = multiplyAdd(multiplyAdd(s30, x, a0), y, a1);
        s31 = multiplyAdd(multiplyAdd(s31, x, b0), y, b1);
      }
      const cell = to + ((<usize>input) << 2);
      store<f32>(cell, laneSum(s00));
      store<f32>(cell, laneSum(s01), 4);
      store<f32>(cell + outBytes, laneSum(s10));
      store<f32>(cell + outBytes, laneSum(s11), 4);
      store<f32>(cell + 2 * outBytes, laneSum(s20));
      store<f32>(cell + 2 * outBytes, laneSum(s21), 4);
      store<f32>(cell + 3 * outBytes, laneSum(s30));
      store<f32>(cell + 3 * outBytes, laneSum(s31), 4);
    }
    if (input < nInputs) {
      for (let r: usize = 0; r < 4; r++) {
        let sum = f32x4.splat(0);
        let w = weights + ((<usize>input) << 5);
        const from = g + r * gradientBytes;
        for (let at = from, end = from + gradientBytes; at < end; at += 32, w += panelBytes) {
          sum = multiplyAdd(sum, v128.load(at), v128.load(w));
          sum = multiplyAdd(sum, v128.load(at, 16), v128.load(w, 16));
        }
        store<f32>(to + r * outBytes + ((<usize>input) << 2), laneSum(sum));
      }
    }
  }
}

/** out = sums of the columns: the gradients of a bias. */
export function columnSums(values: usize, nRows: u32, stride: u32, out: usize): void {
  const rowBytes = (<usize>stride) << 2;
  for (let column: usize = 0; column < rowBytes; column += 16) {
    let sum = f32x4.splat(0);
    let at = values + column;
    for (let row: u32 = 0; row < nRows; row++, at += rowBytes) sum = f32x4.add(sum, v128.load(at));
    v128.store(out + column, sum);
  }
}
