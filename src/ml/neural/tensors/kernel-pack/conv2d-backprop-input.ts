/** Conv2DBackpropInput as a convolution: the stock kernel of tfjs 4.22 is a scalar loop. */
import {
  backend_util,
  Conv2D,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  Reverse,
  type TensorInfo,
  Transpose,
} from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';
import { backwardReach, spread } from './spread.ts';

/** dx is dy, spread by the strides and padded in full, convolved with the filter turned by 180 degrees and its channels
 *  exchanged. Also the forward pass of a transposed convolution. */
export const conv2dBackpropInput: Kernel = {
  name: Conv2DBackpropInput,
  compute(call) {
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = call.attrs as Conv2DBackpropInputAttrs;
    const filter = call.inputs.filter as TensorInfo;
    const filterShape = filter.shape as [number, number, number, number];
    if (dataFormat !== 'NHWC') return call.stock();
    const conv = backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
    const reach = backwardReach(conv);
    if (Math.min(reach.top, reach.bottom, reach.left, reach.right) < 0) return call.stock();
    const dy = spread(call, call.inputs.dy as TensorInfo, conv.strideHeight, conv.strideWidth);
    const turned = call.run(Reverse, { x: filter }, { dims: [0, 1] });
    const exchanged = call.run(Transpose, { x: turned }, { perm: [0, 1, 3, 2] });
    return call.run(
      Conv2D,
      { x: dy, filter: exchanged },
      {
        strides: 1,
        pad: [
          [0, 0],
          [reach.top, reach.bottom],
          [reach.left, reach.right],
          [0, 0],
        ],
        dataFormat: 'NHWC',
        dilations: 1,
      },
    );
  },
};
