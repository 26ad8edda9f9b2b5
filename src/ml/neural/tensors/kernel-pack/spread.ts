/** The gradient of a strided convolution, spread out to where its windows began. */
import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { floats, type KernelCall, zeros } from './kernel.ts';

/** How far the window reaches over the edge, on each side, when a convolution is run backwards. */
export interface Reach {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** A convolution of `spread(dy)`, so padded, with the turned filter has exactly the size of the input. Negative where a
 *  person padded by more than the filter is large. */
export function backwardReach(conv: backend_util.Conv2DInfo): Reach {
  const { filterHeight, filterWidth, padInfo, inHeight, inWidth, outHeight, outWidth } = conv;
  return {
    top: filterHeight - 1 - padInfo.top,
    bottom: inHeight - 1 - (outHeight - 1) * conv.strideHeight + padInfo.top,
    left: filterWidth - 1 - padInfo.left,
    right: inWidth - 1 - (outWidth - 1) * conv.strideWidth + padInfo.left,
  };
}

/** dy with zeros between its rows and columns, as many as the strides skipped: [n, (oh - 1)·s + 1, (ow - 1)·s + 1, k].
 *  The zeros are multiplied in vain, but by vectorised code, which is many times faster than skipping them. */
export function spread(
  call: KernelCall,
  dy: TensorInfo,
  strideHeight: number,
  strideWidth: number,
): TensorInfo {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [nImages, height, width, channels] = dy.shape as [number, number, number, number];
  const shape = [nImages, (height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1, channels];
  const out = call.keep(zeros(call.backend, shape));
  const source = floats(call.backend, dy);
  const target = floats(call.backend, out);
  const [, tall, wide] = shape as [number, number, number, number];
  let from = 0;
  for (let n = 0; n < nImages; n++) {
    for (let y = 0; y < height; y++) {
      let to = (n * tall + y * strideHeight) * wide * channels;
      for (let x = 0; x < width; x++, to += strideWidth * channels, from += channels) {
        for (let c = 0; c < channels; c++) target[to + c] = source[from + c] as number;
      }
    }
  }
  return out;
}
