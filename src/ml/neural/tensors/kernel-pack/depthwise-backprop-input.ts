/** DepthwiseConv2dNativeBackpropInput, which the backend lacks, as a depthwise convolution. */
import {
  backend_util,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  Reshape,
  Reverse,
  Sum,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.ts';
import { backwardReach, spread } from './spread.ts';

/** Every output channel looked at one input channel, so dy, spread and padded in full, goes channel by channel through
 *  the turned filter; the outputs of one input channel are then added up. */
export const depthwiseBackpropInput: Kernel = {
  name: DepthwiseConv2dNativeBackpropInput,
  compute(call) {
    const attrs = call.attrs as DepthwiseConv2dNativeBackpropInputAttrs;
    const filter = call.inputs.filter as TensorInfo;
    const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
    const conv = backend_util.computeConv2DInfo(
      attrs.inputShape,
      [height, width, channels, multiplier],
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
      true,
    );
    const reach = backwardReach(conv);
    if (Math.min(reach.top, reach.bottom, reach.left, reach.right) < 0) {
      throw new Error(`padding ${JSON.stringify(attrs.pad)} is wider than the filter`);
    }
    const dy = spread(call, call.inputs.dy as TensorInfo, conv.strideHeight, conv.strideWidth);
    const turned = call.run(Reverse, { x: filter }, { dims: [0, 1] });
    const apart = call.run(Reshape, { x: turned }, { shape: [height, width, channels * multiplier, 1] });
    const perOutput = call.run(
      DepthwiseConv2dNative,
      { x: dy, filter: apart },
      {
        strides: 1,
        pad: [
          [0, 0],
          [reach.top, reach.bottom],
          [reach.left, reach.right],
          [0, 0],
        ],
        dilations: 1,
      },
    );
    if (multiplier === 1) return perOutput;
    const grouped = call.run(Reshape, { x: perOutput }, { shape: [...attrs.inputShape, multiplier] });
    return call.run(Sum, { x: grouped }, { axis: 4, keepDims: false });
  },
};
