// What happens to the features of a table before, between and behind the dense layers of a network.

/** Rows of `width` numbers from one matrix to a place in another. */
export function copyRows(
  source: usize,
  sourceStride: u32,
  nRows: u32,
  width: u32,
  out: usize,
  outStride: u32,
): void {
  const bytes = (<usize>width) << 2;
  for (let row: u32 = 0; row < nRows; row++) {
    memory.copy(
      out + (<usize>row * <usize>outStride << 2),
      source + (<usize>row * <usize>sourceStride << 2),
      bytes,
    );
  }
}

/** Every row times each of the rows of `scales` (members × stride), one product after the other. */
export function scaleRows(
  inputs: usize,
  nRows: u32,
  stride: u32,
  scales: usize,
  members: u32,
  out: usize,
): void {
  const rowBytes = (<usize>stride) << 2;
  let to = out;
  for (let row: u32 = 0; row < nRows; row++) {
    const from = inputs + <usize>row * rowBytes;
    let factors = scales;
    for (let member: u32 = 0; member < members; member++) {
      for (let at: usize = 0; at < rowBytes; at += 16, to += 16, factors += 16) {
        v128.store(to, f32x4.mul(v128.load(from + at), v128.load(factors)));
      }
    }
  }
}

/** @param ofScales overwritten with sums over the rows. @param ofInputs overwritten with sums over the members; 0 for none. */
export function scaleRowsGradients(
  inputs: usize,
  gradients: usize,
  nRows: u32,
  stride: u32,
  scales: usize,
  members: u32,
  ofScales: usize,
  ofInputs: usize,
): void {
  const rowBytes = (<usize>stride) << 2;
  memory.fill(ofScales, 0, <usize>members * rowBytes);
  let g = gradients;
  for (let row: u32 = 0; row < nRows; row++) {
    const from = inputs + <usize>row * rowBytes;
    const to = ofInputs + <usize>row * rowBytes;
    if (ofInputs) memory.fill(to, 0, rowBytes);
    let place: usize = 0;
    for (let member: u32 = 0; member < members; member++) {
      for (let at: usize = 0; at < rowBytes; at += 16, g += 16, place += 16) {
        const asked = v128.load(g);
        const sum = f32x4.mul(asked, v128.load(from + at));
        v128.store(ofScales + place, f32x4.add(v128.load(ofScales + place), sum));
        if (!ofInputs) continue;
        const share = f32x4.mul(asked, v128.load(scales + place));
        v128.store(to + at, f32x4.add(v128.load(to + at), share));
      }
    }
  }
}

/** Each number by how far it has come through each of its column's bins: 0 before and 1 behind. Only beyond the first and the
 *  last edge it goes on, by the width of that bin at most: what lies further out was never seen in training.
 *  @param starts uint32 (nInputs + 1): where each column's edges begin; a column without edges is copied. */
export function encodePiecewise(
  inputs: usize,
  nRows: u32,
  nInputs: u32,
  inputStride: u32,
  edges: usize,
  starts: usize,
  out: usize,
  outStride: u32,
): void {
  for (let row: u32 = 0; row < nRows; row++) {
    const from = inputs + (<usize>row * <usize>inputStride << 2);
    let to = out + (<usize>row * <usize>outStride << 2);
    for (let input: u32 = 0; input < nInputs; input++) {
      const x = load<f32>(from + ((<usize>input) << 2));
      const start = load<u32>(starts + ((<usize>input) << 2));
      const end = load<u32>(starts + ((<usize>input) << 2), 4);
      if (start == end) {
        store<f32>(to, x);
        to += 4;
        continue;
      }
      for (let edge = start; edge + 1 < end; edge++, to += 4) {
        const low = load<f32>(edges + ((<usize>edge) << 2));
        const high = load<f32>(edges + ((<usize>edge) << 2), 4);
        const least: f32 = edge > start ? 0 : -1;
        const most: f32 = edge + 2 < end ? 1 : 2;
        store<f32>(to, max<f32>(least, min<f32>(most, (x - low) / (high - low))));
      }
    }
  }
}

/** @param inputs what was encoded. @param out what the inputs should change, overwritten. */
export function piecewiseGradients(
  gradients: usize,
  inputs: usize,
  nRows: u32,
  nInputs: u32,
  inputStride: u32,
  edges: usize,
  starts: usize,
  out: usize,
  gradientStride: u32,
): void {
  for (let row: u32 = 0; row < nRows; row++) {
    const from = inputs + (<usize>row * <usize>inputStride << 2);
    const to = out + (<usize>row * <usize>inputStride << 2);
    let g = gradients + (<usize>row * <usize>gradientStride << 2);
    for (let input: u32 = 0; input < nInputs; input++) {
      const x = load<f32>(from + ((<usize>input) << 2));
      const start = load<u32>(starts + ((<usize>input) << 2));
      const end = load<u32>(starts + ((<usize>input) << 2), 4);
      let sum: f32 = 0;
      if (start == end) {
        sum = load<f32>(g);
        g += 4;
      }
      for (let edge = start; edge + 1 < end; edge++, g += 4) {
        const low = load<f32>(edges + ((<usize>edge) << 2));
        const high = load<f32>(edges + ((<usize>edge) << 2), 4);
        const share = (x - low) / (high - low);
        const least: f32 = edge > start ? 0 : -1;
        const most: f32 = edge + 2 < end ? 1 : 2;
        if (share >= least && share < most) sum += load<f32>(g) / (high - low);
      }
      store<f32>(to + ((<usize>input) << 2), sum);
    }
  }
}
