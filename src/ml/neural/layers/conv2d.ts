/** A window that slides over an image: the same products with a matrix wherever it stands. */
import { z } from 'zod';
import { bindConvolution, convolutionParameters, initialConvolution } from './convolution.ts';
import type { LayerKind, Shape } from './layer.ts';
import { type Windows, windowsOver } from './windows.ts';

export const Conv2dSpec = z.object({
  kind: z.literal('conv2d'),
  /** Of the outputs. */
  channels: z.number().int().min(1),
  /** Height and width of the window. */
  size: z.number().int().min(1),
  /** Positions from one window to the next. */
  step: z.number().int().min(1),
  /** `valid` windows lie within the image; `same` ones are centred on every position (every second with step 2), with zeros
   *  beyond the edge, as PyTorch's with a padding of (size - 1) / 2. */
  padding: z.enum(['same', 'valid']),
});
type Conv2dSpec = z.infer<typeof Conv2dSpec>;

/** Of inputs whose channels are one group. Parameters: weights ((size × size × channels) × outputs) and a bias. */
export const conv2d: LayerKind<Conv2dSpec> = {
  outputShape(spec, input) {
    const { height, width } = windowsOf(spec, input);
    return { height, width, channels: spec.channels, groups: 1 };
  },
  parameters: ({ channels, size }, input) => convolutionParameters(size * size, channels, input),
  initial: ({ channels, size }, input, random) => initialConvolution(size * size, channels, input, random),
  bind: (spec, site) =>
    bindConvolution(windowsOf(spec, site.input), conv2d.outputShape(spec, site.input), site),
};

function windowsOf({ size, step, padding }: Conv2dSpec, input: Shape): Windows {
  return windowsOver(input, size, step, padding === 'same' ? Math.floor((size - 1) / 2) : 0, padding);
}
