/** A window that slides over an image: the same products with a matrix wherever it stands. */
import { z } from 'zod';
import { paddedWidth } from '../kernels.ts';
import { heNormal } from './initialisation.ts';
import { allocateActivations, type LayerKind, padded, positionsOf, type Shape, strideOf } from './layer.ts';
import { clearPadding, OUTSIDE, placesOfWindows, type Windows, windowsOver } from './windows.ts';

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

  parameters: ({ channels, size }, input) => [
    {
      nInputs: size * size * input.channels,
      nOutputs: channels,
      layout: 'panels',
      groups: size * size,
      trained: true,
      decays: true,
      rate: 1,
    },
    { nInputs: 1, nOutputs: channels, layout: 'rows', groups: 1, trained: true, decays: false, rate: 1 },
  ],

  initial: ({ channels, size }, input, random) => [
    heNormal(random, size * size * input.channels, channels),
    new Float32Array(channels),
  ],

  bind(spec, site) {
    const { arena, input, inputs, ofInputs, trains } = site;
    const { kernels } = arena;
    const shape = conv2d.outputShape(spec, input);
    const windows = windowsOf(spec, input);
    const [weights, bias] = site.parameters as [(typeof site.parameters)[0], (typeof site.parameters)[0]];
    const [inputStride, stride] = [strideOf(input), strideOf(shape)];
    const [nInputs, nOutputs] = [positionsOf(input), positionsOf(shape)];
    const nTaps = spec.size ** 2;
    const tapWidth = nTaps > 1 ? paddedWidth(input.channels) : input.channels;
    const outputs = allocateActivations(site, shape);
    const ofOutputs = trains ? allocateActivations(site, shape) : 0;
    const zeros = arena.allocate(Math.max(inputStride, stride) * 4);
    arena.float32(zeros, Math.max(inputStride, stride)).fill(0);

    const tableOf = (places: Uint32Array, nPositions: number) => {
      const table = arena.allocate(padded(nPositions) * nTaps * 4);
      const all = arena.uint32(table, padded(nPositions) * nTaps);
      all.fill(OUTSIDE);
      all.set(places);
      return table;
    };
    const forwards = tableOf(placesOfWindows(windows, input, inputStride), nOutputs);
    const backwards = ofInputs ? tableOf(placesOfWindows(windows, input, stride, 'backwards'), nInputs) : 0;
    const turned = ofInputs ? arena.allocate(nTaps * stride * inputStride * 4) : 0;
    const nLines = Math.max(1, Math.floor(POSITIONS_PER_BLOCK / shape.width));
    const read = (n: number) => (n - 1) * spec.step + spec.size;
    const nScratch = read(nLines) * read(shape.width) * inputStride + nLines * shape.width * 8;
    const scratch = trains ? arena.allocate(nScratch * 4) : 0;

    return {
      outputs,
      ofOutputs,
      forward(nRows) {
        kernels.forwardConvolution(
          ...([inputs, nRows, nInputs * inputStride, input.channels] as const),
          ...([forwards, padded(nOutputs), nTaps, zeros, weights.values, tapWidth, bias.values] as const),
          ...([outputs, nOutputs, stride] as const),
        );
        clearPadding(arena, outputs, shape, nRows);
      },
      backward(nRows) {
        kernels.convolutionGradients(
          ...([inputs, nRows, input.height, input.width, inputStride, input.channels] as const),
          ...([spec.size, spec.step, windows.before, nLines, tapWidth] as const),
          ...([ofOutputs, shape.height, shape.width, stride, scratch, weights.gradients] as const),
        );
        kernels.columnSums(ofOutputs, nRows * nOutputs, stride, bias.gradients);
        if (!ofInputs) return;
        kernels.turnWeights(weights.values, nTaps, tapWidth, input.channels, stride, turned);
        kernels.forwardConvolution(
          ...([ofOutputs, nRows, nOutputs * stride, spec.channels] as const),
          ...([backwards, padded(nInputs), nTaps, zeros, turned, stride, zeros] as const),
          ...([ofInputs, nInputs, inputStride] as const),
        );
        clearPadding(arena, ofInputs, input, nRows);
      },
    };
  },
};

/** Of the lines of outputs whose gradients are taken together: what they read stays in the first cache. */
const POSITIONS_PER_BLOCK = 192;

function windowsOf({ size, step, padding }: Conv2dSpec, input: Shape): Windows {
  return windowsOver(input, size, step, padding === 'same' ? Math.floor((size - 1) / 2) : 0, padding);
}
