// Dense layers of a pretrained network, which is only asked and never trained: weights and activations are rounded to 16-bit
// integers, of which one instruction multiplies eight and adds them in pairs. That is twice as fast as 32-bit floats.
// Sums of integers do not depend on their order. That none overflows is up to whoever rounds the weights.

/** Each row of `values` in whole numbers of its own unit, as small a one as leaves every number 16 bits and the row a length
 *  of at most `mostNorm`. @param units one per row, written. `width` is a multiple of 8. */
export function roundRows(values: usize, nRows: u32, width: u32, mostNorm: f32, out: usize, units: usize): void {
  const bytes = (<usize>width) << 2;
  for (let row: u32 = 0; row < nRows; row++, values += bytes, out += bytes >> 1) {
    let largest = f32x4.splat(0);
    let squares = f32x4.splat(0);
    for (let at = values, end = values + bytes; at < end; at += 16) {
      const value = v128.load(at);
      largest = f32x4.pmax(largest, f32x4.abs(value));
      squares = f32x4.add(squares, f32x4.mul(value, value));
    }
    const most = max(
      max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
      max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
    );
    const norm = sqrt<f32>(
      f32x4.extract_lane(squares, 0) +
        f32x4.extract_lane(squares, 1) +
        f32x4.extract_lane(squares, 2) +
        f32x4.extract_lane(squares, 3),
    );
    const perUnit: f32 = most > 0 ? min<f32>(32767 / most, mostNorm / norm) : 0;
    store<f32>(units + ((<usize>row) << 2), perUnit > 0 ? 1 / perUnit : 0);
    const factor = f32x4.splat(perUnit);
    for (let at = values, to = out, end = values + bytes; at < end; at += 32, to += 16) {
      const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at), factor)));
      const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at, 16), factor)));
      v128.store(to, i16x8.narrow_i32x4_s(low, high));
    }
  }
}

/** out = inputs × weights + bias. Inputs are rounded rows; weights lie in panels of 8 outputs: for every two inputs, the
 *  two weights of each output side by side. @param weightUnits one per output. Rows come in blocks of 4, inputs in pairs. */
export function forwardWhole(
  inputs: usize,
  inputUnits: usize,
  nRows: u32,
  nInputs: u32,
  weights: usize,
  weightUnits: usize,
  bias: usize,
  out: usize,
  nOutputs: u32,
): void {
  const inputBytes = (<usize>nInputs) << 1;
  const outBytes = (<usize>nOutputs) << 2;
  let panel = weights;
  for (let column: usize = 0; column < outBytes; column += 32, panel += (<usize>nInputs) << 4) {
    const unit0 = v128.load(weightUnits + column);
    const unit1 = v128.load(weightUnits + column, 16);
    const bias0 = v128.load(bias + column);
    const bias1 = v128.load(bias + column, 16);
    for (let row: u32 = 0; row < nRows; row += 4) {
      const a = inputs + <usize>row * inputBytes;
      let s00 = i32x4.splat(0);
      let s01 = i32x4.splat(0);
      let s10 = i32x4.splat(0);
      let s11 = i32x4.splat(0);
      let s20 = i32x4.splat(0);
      let s21 = i32x4.splat(0);
      let s30 = i32x4.splat(0);
      let s31 = i32x4.splat(0);
      let w = panel;
      for (let at = a, end = a + inputBytes; at < end; at += 4, w += 32) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        let x = v128.load_splat<u32>(at);
        s00 = i32x4.add(s00, i32x4.dot_i16x8_s(x, w0));
        s01 = i32x4.add(s01, i32x4.dot_i16x8_s(x, w1));
        x = v128.load_splat<u32>(at + inputBytes);
        s10 = i32x4.add(s10, i32x4.dot_i16x8_s(x, w0));
        s11 = i32x4.add(s11, i32x4.dot_i16x8_s(x, w1));
        x = v128.load_splat<u32>(at + 2 * inputBytes);
        s20 = i32x4.add(s20, i32x4.dot_i16x8_s(x, w0));
        s21 = i32x4.add(s21, i32x4.dot_i16x8_s(x, w1));
        x = v128.load_splat<u32>(at + 3 * inputBytes);
        s30 = i32x4.add(s30, i32x4.dot_i16x8_s(x, w0));
        s31 = i32x4.add(s31, i32x4.dot_i16x8_s(x, w1));
      }
      const to = out + <usize>row * outBytes + column;
      const units = inputUnits + ((<usize>row) << 2);
      put(to, s00, s01, v128.load_splat<u32>(units), unit0, unit1, bias0, bias1);
      put(to + outBytes, s10, s11, v128.load_splat<u32>(units, 4), unit0, unit1, bias0, bias1);
      put(to + 2 * outBytes, s20, s21, v128.load_splat<u32>(units, 8), unit0, unit1, bias0, bias1);
      put(to + 3 * outBytes, s30, s31, v128.load_splat<u32>(units, 12), unit0, unit1, bias0, bias1);
    }
  }
}

// @ts-ignore: decorator
@inline
function put(
  to: usize,
  sum0: v128,
  sum1: v128,
  unit: v128,
  unit0: v128,
  unit1: v128,
  bias0: v128,
  bias1: v128,
): void {
  v128.store(to, f32x4.add(bias0, f32x4.mul(f32x4.convert_i32x4_s(sum0), f32x4.mul(unit, unit0))));
  v128.store(to, f32x4.add(bias1, f32x4.mul(f32x4.convert_i32x4_s(sum1), f32x4.mul(unit, unit1))), 16);
}
