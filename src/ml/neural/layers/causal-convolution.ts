/** A window that slides along a sequence and never reads ahead: what it says of a moment depends on that moment and on
 *  earlier ones, some steps apart (dilated causal convolution, van den Oord et al. 2016, "WaveNet"). */
import { z } from 'zod';
import { bindConvolution, convolutionParameters, initialConvolution } from './convolution.ts';
import type { LayerKind, Shape } from './layer.ts';
import { type Windows, windowsAlong } from './windows.ts';

export const CausalConvolutionSpec = z.object({
  kind: z.literal('causalConvolution'),
  /** Of the outputs. */
  channels: z.number().int().min(1),
  /** Moments that a window reads. */
  size: z.number().int().min(1),
  /** Steps between them. */
  dilation: z.number().int().min(1),
  /** Moments from one window to the next: with more than 1 the sequence becomes shorter, and its last moment stays. */
  step: z.number().int().min(1),
});
type CausalConvolutionSpec = z.infer<typeof CausalConvolutionSpec>;

/** Of sequences: one line of positions whose channels are one group. Before the first moment there are zeros. Parameters:
 *  weights ((size × channels) × outputs), the earliest moment first, and a bias. */
export const causalConvolution: LayerKind<CausalConvolutionSpec> = {
  outputShape(spec, input) {
    if (input.height !== 1) throw new RangeError(`a sequence is one line of positions, not ${input.height}`);
    return { height: 1, width: windowsOf(spec, input).width, channels: spec.channels, groups: 1 };
  },
  parameters: ({ channels, size }, input) => convolutionParameters(size, channels, input),
  initial: ({ channels, size }, input, random) => initialConvolution(size, channels, input, random),
  bind: (spec, site) =>
    bindConvolution(windowsOf(spec, site.input), causalConvolution.outputShape(spec, site.input), site),
};

function windowsOf({ size, dilation, step }: CausalConvolutionSpec, input: Shape): Windows {
  return windowsAlong(input, size, dilation, step);
}
