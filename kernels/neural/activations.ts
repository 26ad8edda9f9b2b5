// From rows to a batch, and what happens to activations between two layers. Counts are whole registers of 4.

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

/** After ReLU each value becomes 0 where a random number is below the threshold, and is multiplied by `kept` elsewhere.
 *  Four generators side by side (xorshift, Marsaglia 2003), whose 16 bytes of state are advanced. */
export function applyReluAndDropout(values: usize, count: u32, threshold: u32, kept: f32, state: usize): void {
  const zero = f32x4.splat(0);
  const scale = f32x4.splat(kept);
  const sign = i32x4.splat(0x80000000);
  const limit = i32x4.splat(<i32>(threshold ^ 0x80000000));
  let x = v128.load(state);
  for (let at = values, end = values + ((<usize>count) << 2); at < end; at += 16) {
    x = v128.xor(x, i32x4.shl(x, 13));
    x = v128.xor(x, i32x4.shr_u(x, 17));
    x = v128.xor(x, i32x4.shl(x, 5));
    const isKept = i32x4.ge_s(v128.xor(x, sign), limit);
    const value = f32x4.mul(f32x4.pmax(zero, v128.load(at)), scale);
    v128.store(at, v128.and(value, isKept));
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
