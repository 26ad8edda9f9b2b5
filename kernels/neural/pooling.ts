// Many positions become one. Every position has `stride` channels, a multiple of 8.

/** out = the largest of each window, channel by channel, and which it was (the first of equals), counted by lines.
 *  Windows that would reach beyond the edge are left out. */
export function maxPool(
  inputs: usize,
  nImages: u32,
  height: u32,
  width: u32,
  stride: u32,
  size: u32,
  step: u32,
  out: usize,
  chosen: usize,
): void {
  const positionBytes = (<usize>stride) << 2;
  const lineBytes = <usize>width * positionBytes;
  const outHeight = (height - size) / step + 1;
  const outWidth = (width - size) / step + 1;
  for (let n: u32 = 0; n < nImages; n++, inputs += <usize>height * lineBytes) {
    for (let y: u32 = 0; y < outHeight; y++) {
      for (let x: u32 = 0; x < outWidth; x++) {
        const window = inputs + <usize>(y * step) * lineBytes + <usize>(x * step) * positionBytes;
        for (let channel: usize = 0; channel < positionBytes; channel += 16, out += 16, chosen += 16) {
          let most = v128.load(window + channel);
          let index = i32x4.splat(0);
          let cell: i32 = 0;
          for (let i: u32 = 0; i < size; i++) {
            let at = window + <usize>i * lineBytes + channel;
            for (let j: u32 = 0; j < size; j++, cell++, at += positionBytes) {
              const value = v128.load(at);
              const isMore = f32x4.gt(value, most);
              most = v128.bitselect(value, most, isMore);
              index = v128.bitselect(i32x4.splat(cell), index, isMore);
            }
          }
          v128.store(out, most);
          v128.store(chosen, index);
        }
      }
    }
  }
}

/** What was chosen is told what its window should change; `out`, as large as the inputs, is overwritten. */
export function maxPoolGradients(
  gradients: usize,
  chosen: usize,
  nImages: u32,
  height: u32,
  width: u32,
  stride: u32,
  size: u32,
  step: u32,
  out: usize,
): void {
  const positionBytes = (<usize>stride) << 2;
  const lineBytes = <usize>width * positionBytes;
  const outHeight = (height - size) / step + 1;
  const outWidth = (width - size) / step + 1;
  memory.fill(out, 0, <usize>nImages * <usize>height * lineBytes);
  for (let n: u32 = 0; n < nImages; n++, out += <usize>height * lineBytes) {
    for (let y: u32 = 0; y < outHeight; y++) {
      for (let x: u32 = 0; x < outWidth; x++) {
        const window = out + <usize>(y * step) * lineBytes + <usize>(x * step) * positionBytes;
        for (let channel: usize = 0; channel < positionBytes; channel += 16, gradients += 16, chosen += 16) {
          const asked = v128.load(gradients);
          const index = v128.load(chosen);
          let cell: i32 = 0;
          for (let i: u32 = 0; i < size; i++) {
            let at = window + <usize>i * lineBytes + channel;
            for (let j: u32 = 0; j < size; j++, cell++, at += positionBytes) {
              const share = v128.and(asked, i32x4.eq(index, i32x4.splat(cell)));
              v128.store(at, f32x4.add(v128.load(at), share));
            }
          }
        }
      }
    }
  }
}

/** out = the mean of each channel over the positions of each image. */
export function averagePool(inputs: usize, nImages: u32, nPositions: u32, stride: u32, out: usize): void {
  const positionBytes = (<usize>stride) << 2;
  const share = f32x4.splat(<f32>1 / <f32>nPositions);
  for (let n: u32 = 0; n < nImages; n++, inputs += <usize>nPositions * positionBytes) {
    for (let channel: usize = 0; channel < positionBytes; channel += 16, out += 16) {
      let sum = f32x4.splat(0);
      let at = inputs + channel;
      for (let i: u32 = 0; i < nPositions; i++, at += positionBytes) sum = f32x4.add(sum, v128.load(at));
      v128.store(out, f32x4.mul(sum, share));
    }
  }
}

/** Every position is told its share of what the mean should change. */
export function averagePoolGradients(
  gradients: usize,
  nImages: u32,
  nPositions: u32,
  stride: u32,
  out: usize,
): void {
  const positionBytes = (<usize>stride) << 2;
  const share = f32x4.splat(<f32>1 / <f32>nPositions);
  for (let n: u32 = 0; n < nImages; n++, gradients += positionBytes) {
    for (let i: u32 = 0; i < nPositions; i++) {
      for (let channel: usize = 0; channel < positionBytes; channel += 16, out += 16) {
        v128.store(out, f32x4.mul(v128.load(gradients + channel), share));
      }
    }
  }
}

/** out = a + b. */
export function add(a: usize, b: usize, count: u32, out: usize): void {
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
}
