/** DepthwiseConv2dNativeBackpropFilter, which the backend lacks. */
import {
  backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { floats, type Kernel, zeros } from './kernel.ts';

/** dW[i, j, c, q] sums x[n, i + s·oy, j + s·ox, c] · dy[n, oy, ox, c·Q + q]. A plain loop, channels innermost, so that
 *  memory is read in order: a filter per channel leaves too little to multiply for a product of matrices to pay. */
export const depthwiseBackpropFilter: Kernel = {
  name: DepthwiseConv2dNativeBackpropFilter,
  compute({ inputs, attrs, backend }) {
    const { strides, pad, dimRoundingMode, filterShape } = attrs as DepthwiseConv2dNativeBackpropFilterAttrs;
    const x = inputs.x as TensorInfo;
    const [height, width, channels, multiplier] = filterShape;
    const shape = x.shape as [number, number, number, number];
    const conv = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode, true);
    const { inHeight, inWidth, outHeight, outWidth, padInfo } = conv;
    const out = zeros(backend, filterShape);
    const values = floats(backend, x);
    const upstream = floats(backend, inputs.dy as TensorInfo);
    const gradient = floats(backend, out);
    const outChannels = channels * multiplier;
    for (let n = 0; n < conv.batchSize; n++) {
      for (let i = 0; i < height; i++) {
        for (let oy = 0; oy < outHeight; oy++) {
          const iy = oy * conv.strideHeight + i - padInfo.top;
          if (iy < 0 || iy >= inHeight) continue;
          for (let j = 0; j < width; j++) {
            const tap = (i * width + j) * outChannels;
            for (let ox = 0; ox < outWidth; ox++) {
              const ix = ox * conv.strideWidth + j - padInfo.left;
              if (ix < 0 || ix >= inWidth) continue;
              const from = ((n * inHeight + iy) * inWidth + ix) * channels;
              const at = ((n * outHeight + oy) * outWidth + ox) * outChannels;
              for (let k = 0, c = 0; c < channels; c++) {
                const value = values[from + c] as number;
                for (let q = 0; q < multiplier; q++, k++) {
                  gradient[tap + k] = (gradient[tap + k] as number) + value * (upstream[at + k] as number);
                }
              }
            }
          }
        }
      }
    }
    return out;
  },
};
