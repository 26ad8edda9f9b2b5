// Products of convolutions. An image is `height × width` positions of `stride` channels, padded like a row of a dense
// layer; a window of `nTaps` positions makes one position of the outputs. Weights lie in panels of 8 outputs by taps and
// channels. The positions that a window reads are looked up in a table, so that no copy of the windows is made: for every
// output position and tap, numbers from the start of the image, or OUTSIDE where the window reaches beyond its edge.

import { addOuterProducts, packColumns, turnPanels } from './dense';
import { multiplyAdd, storeTile } from './tile';

const OUTSIDE: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function placeOf(image: usize, place: u32, zeros: usize): usize {
  return select<usize>(zeros, image + ((<usize>place) << 2), place == OUTSIDE);
}

/** out = windows × weights + bias, image by image. Also what the inputs should change, with turned weights and the table
 *  the other way round. @param nPlaces in the table, a multiple of 4. @param tapWidth weights of one tap in a panel, of
 *  which the first `nChannels` are used. @param zeros as many as there are channels. */
export function forwardConvolution(
  inputs: usize,
  nImages: u32,
  imageSize: u32,
  nChannels: u32,
  table: usize,
  nPlaces: u32,
  nTaps: u32,
  zeros: usize,
  weights: usize,
  tapWidth: u32,
  bias: usize,
  out: usize,
  nPositions: u32,
  outStride: u32,
): void {
  const imageBytes = (<usize>imageSize) << 2;
  const outBytes = (<usize>outStride) << 2;
  const channelBytes = (<usize>nChannels) << 2;
  const tapBytes = (<usize>tapWidth) << 5;
  const rowOfTable = (<usize>nTaps) << 2;
  for (let n: u32 = 0; n < nImages; n++) {
    const image = inputs + <usize>n * imageBytes;
    const ofImage = out + <usize>n * <usize>nPositions * outBytes;
    let panel = weights;
    for (let column: usize = 0; column < outBytes; column += 32, panel += <usize>nTaps * tapBytes) {
      const bias0 = v128.load(bias + column);
      const bias1 = v128.load(bias + column, 16);
      for (let position: u32 = 0; position < nPlaces; position += 4) {
        let s00 = bias0;
        let s01 = bias1;
        let s10 = bias0;
        let s11 = bias1;
        let s20 = bias0;
        let s21 = bias1;
        let s30 = bias0;
        let s31 = bias1;
        let places = table + <usize>position * rowOfTable;
        let tap = panel;
        for (const end = places + rowOfTable; places < end; places += 4, tap += tapBytes) {
          const p0 = load<u32>(places);
          const p1 = load<u32>(places + rowOfTable);
          const p2 = load<u32>(places + 2 * rowOfTable);
          const p3 = load<u32>(places + 3 * rowOfTable);
          if ((p0 & p1 & p2 & p3) == OUTSIDE) continue;
          let a0 = placeOf(image, p0, zeros);
          // The other three relative to the first: one counter moves them all.
          const a1 = placeOf(image, p1, zeros) - a0;
          const a2 = placeOf(image, p2, zeros) - a0;
          const a3 = placeOf(image, p3, zeros) - a0;
          let w = tap;
          for (const last = a0 + channelBytes; a0 < last; a0 += 4, w += 32) {
            const w0 = v128.load(w);
            const w1 = v128.load(w, 16);
            let x = v128.load_splat<u32>(a0);
            s00 = multiplyAdd(s00, x, w0);
            s01 = multiplyAdd(s01, x, w1);
            x = v128.load_splat<u32>(a0 + a1);
            s10 = multiplyAdd(s10, x, w0);
            s11 = multiplyAdd(s11, x, w1);
            x = v128.load_splat<u32>(a0 + a2);
            s20 = multiplyAdd(s20, x, w0);
            s21 = multiplyAdd(s21, x, w1);
            x = v128.load_splat<u32>(a0 + a3);
            s30 = multiplyAdd(s30, x, w0);
            s31 = multiplyAdd(s31, x, w1);
          }
        }
        const to = ofImage + <usize>position * outBytes + column;
        storeTile(s00, s01, s10, s11, s20, s21, s30, s31, to, outBytes, nPositions - position);
      }
    }
  }
}

/** Weights for the way back: panels of 8 inputs by taps and outputs. @param out nTaps × outStride × inputStride numbers. */
export function turnWeights(
  weights: usize,
  nTaps: u32,
  tapWidth: u32,
  nChannels: u32,
  outStride: u32,
  out: usize,
): void {
  const nInputs = nTaps * tapWidth;
  for (let channel: u32 = 0; channel < nChannels; channel += 8) {
    for (let tap: u32 = 0; tap < nTaps; tap++, out += (<usize>outStride) << 5) {
      turnPanels(weights, nInputs, tap * tapWidth + channel, min(8, nChannels - channel), outStride, out);
    }
  }
}

/** out = windows^T × gradients, in panels like the weights. Lines of outputs are taken a few at a time, with what they read
 *  copied four channels by four, zeros beyond the edges included.
 *  @param sizeX, sizeY cells of a window. @param dilation positions between neighbouring cells of a line.
 *  @param padX, padY   positions that the first window reaches beyond the edge.
 *  @param nLines lines of a block.
 *  @param scratch for ((nLines − 1) × step + sizeY) × ((outWidth − 1) × step + (sizeX − 1) × dilation + 1) × inputStride +
 *  nLines × outWidth × 8 numbers. */
export function convolutionGradients(
  inputs: usize,
  nImages: u32,
  height: u32,
  width: u32,
  inputStride: u32,
  nChannels: u32,
  sizeY: u32,
  sizeX: u32,
  dilation: u32,
  step: u32,
  padY: u32,
  padX: u32,
  nLines: u32,
  tapWidth: u32,
  gradients: usize,
  outHeight: u32,
  outWidth: u32,
  gradientStride: u32,
  scratch: usize,
  out: usize,
): void {
  const imageBytes = ((<usize>height * <usize>width) * <usize>inputStride) << 2;
  const gradientBytes = (<usize>gradientStride) << 2;
  const nInputs = sizeY * sizeX * tapWidth;
  const span = (outWidth - 1) * step + (sizeX - 1) * dilation + 1;
  const lineBytes = (<usize>span) << 4;
  const quadBytes = <usize>((nLines - 1) * step + sizeY) * lineBytes;
  const ofPanel = scratch + quadBytes * ((<usize>nChannels + 3) >> 2);
  const stepBytes = (<usize>step) << 4;
  const tapBytes = (<usize>dilation) << 4;
  const lineStep = <usize>step * lineBytes - <usize>outWidth * stepBytes;
  memory.fill(out, 0, <usize>nInputs * gradientBytes);
  for (let n: u32 = 0; n < nImages; n++) {
    const image = inputs + <usize>n * imageBytes;
    for (let line: u32 = 0; line < outHeight; line += nLines) {
      const nOwn = min(nLines, outHeight - line);
      const first = <i32>(line * step) - <i32>padY;
      const nRead = (nOwn - 1) * step + sizeY;
      copyWindow(image, height, width, inputStride, nChannels, first, nRead, <i32>padX, span, scratch, quadBytes);
      let g = gradients + <usize>(n * outHeight + line) * <usize>outWidth * gradientBytes;
      let panel = out;
      for (let column: usize = 0; column < gradientBytes; column += 32, g += 32, panel += (<usize>nInputs) << 5) {
        packColumns(g, nOwn * outWidth, gradientBytes, ofPanel);
        let quad = scratch;
        for (let channel: u32 = 0; channel < nChannels; channel += 4, quad += quadBytes) {
          let to = panel + ((<usize>channel) << 5);
          for (let y: u32 = 0; y < sizeY; y++) {
            let x = quad + <usize>y * lineBytes;
            for (let tap: u32 = 0; tap < sizeX; tap++, x += tapBytes, to += (<usize>tapWidth) << 5) {
              const left = nChannels - channel;
              addOuterProducts(x, stepBytes, nOwn, outWidth, lineStep, ofPanel, to, left, true);
            }
          }
        }
      }
    }
  }
}

/** Some lines of an image, four channels by four; zeros beyond its edges. */
function copyWindow(
  image: usize,
  height: u32,
  width: u32,
  stride: u32,
  nChannels: u32,
  first: i32,
  nLines: u32,
  pad: i32,
  span: u32,
  out: usize,
  quadBytes: usize,
): void {
  const positionBytes = (<usize>stride) << 2;
  const usedBytes = (<usize>nChannels) << 2;
  for (let i: u32 = 0; i < nLines; i++) {
    const y = first + <i32>i;
    const isInside = y >= 0 && y < <i32>height;
    for (let j: u32 = 0; j < span; j++, out += 16) {
      const x = <i32>j - pad;
      let to = out;
      if (isInside && x >= 0 && x < <i32>width) {
        let at = image + <usize>(y * <i32>width + x) * positionBytes;
        for (const end = at + usedBytes; at < end; at += 16, to += quadBytes) v128.store(to, v128.load(at));
      } else {
        for (let c: usize = 0; c < usedBytes; c += 16, to += quadBytes) v128.store(to, f32x4.splat(0));
      }
    }
  }
}
