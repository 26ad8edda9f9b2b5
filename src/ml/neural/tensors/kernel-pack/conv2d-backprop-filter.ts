/** Conv2DBackpropFilter, which the backend lacks: the gradient of a convolution for its filter is itself a convolution,
 *  and so can be left to XNNPACK. */
import {
  backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  Slice,
  type TensorInfo,
  Transpose,
} from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';

/** dW[i, j, c, k] sums x[n, i + s·oy, j + s·ox, c] · dy[n, oy, ox, k] over images and places: x with channels for images
 *  and images for channels, convolved with dy as a filter of its own size whose taps lie s apart. Where the strides
 *  leave rows of x over, the result is larger than the filter, and the surplus is cut off. */
export const conv2dBackpropFilter: Kernel = {
  name: Conv2DBackpropFilter,
  compute({ inputs, attrs, run }) {
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as Conv2DBackpropFilterAttrs;
    if (dataFormat !== 'NHWC') throw new Error(`images as ${dataFormat} are not supported, only NHWC`);
    const x = inputs.x as TensorInfo;
    const shape = x.shape as [number, number, number, number];
    const conv = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
    const { top, bottom, left, right } = conv.padInfo;
    const images = run(Transpose, { x }, { perm: [3, 1, 2, 0] });
    const taps = run(Transpose, { x: inputs.dy as TensorInfo }, { perm: [1, 2, 0, 3] });
    const full = run(
      Conv2D,
      { x: images, filter: taps },
      {
        strides: 1,
        pad: [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
        dataFormat: 'NHWC',
        dilations: [conv.strideHeight, conv.strideWidth],
      },
    );
    const [height, width, inChannels, outChannels] = filterShape;
    const cut = run(
      Slice,
      { x: full },
      { begin: [0, 0, 0, 0], size: [inChannels, height, width, outChannels] },
    );
    return run(Transpose, { x: cut }, { perm: [1, 2, 0, 3] });
  },
};
