/** What convolutions share: the same products with a matrix wherever a window stands. */
import type { Random } from '../../random.ts';
import { paddedWidth } from '../kernels.ts';
import { heNormal } from './initialisation.ts';
import {
  allocateActivations,
  type BoundLayer,
  type ParameterSpec,
  padded,
  positionsOf,
  type Shape,
  type Site,
  strideOf,
} from './layer.ts';
import { clearPadding, OUTSIDE, placesOfWindows, type Windows } from './windows.ts';

/** Weights ((cells × channels) × outputs) and a bias.
 *  @param nCells of a window. @param channels of the outputs. */
export function convolutionParameters(nCells: number, channels: number, input: Shape): ParameterSpec[] {
  return [
    {
      nInputs: nCells * input.channels,
      nOutputs: channels,
      layout: 'panels',
      groups: nCells,
      trained: true,
      decays: true,
      rate: 1,
    },
    { nInputs: 1, nOutputs: channels, layout: 'rows', groups: 1, trained: true, decays: false, rate: 1 },
  ];
}

export function initialConvolution(
  nCells: number,
  channels: number,
  input: Shape,
  random: Random,
): Float32Array[] {
  return [heNormal(random, nCells * input.channels, channels), new Float32Array(channels)];
}

/** Of inputs whose channels are one group.
 *  @param shape of the outputs. */
export function bindConvolution(windows: Windows, shape: Shape, site: Site): BoundLayer {
  const { arena, input, inputs, ofInputs, trains } = site;
  const { kernels } = arena;
  const { sizeY, sizeX, dilation, step, padY, padX } = windows;
  const [weights, bias] = site.parameters as [(typeof site.parameters)[0], (typeof site.parameters)[0]];
  const [inputStride, stride] = [strideOf(input), strideOf(shape)];
  const [nInputs, nOutputs] = [positionsOf(input), positionsOf(shape)];
  const nTaps = sizeY * sizeX;
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
  const nLines = Math.min(shape.height, Math.max(1, Math.floor(POSITIONS_PER_BLOCK / shape.width)));
  const linesRead = (nLines - 1) * step + sizeY;
  const columnsRead = (shape.width - 1) * step + (sizeX - 1) * dilation + 1;
  const scratch = trains
    ? arena.allocate((linesRead * columnsRead * inputStride + nLines * shape.width * 8) * 4)
    : 0;

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
        ...([sizeY, sizeX, dilation, step, padY, padX, nLines, tapWidth] as const),
        ...([ofOutputs, shape.height, shape.width, stride, scratch, weights.gradients] as const),
      );
      kernels.columnSums(ofOutputs, nRows * nOutputs, stride, bias.gradients);
      if (!ofInputs) return;
      kernels.turnWeights(weights.values, nTaps, tapWidth, input.channels, stride, turned);
      kernels.forwardConvolution(
        ...([ofOutputs, nRows, nOutputs * stride, shape.channels] as const),
        ...([backwards, padded(nInputs), nTaps, zeros, turned, stride, zeros] as const),
        ...([ofInputs, nInputs, inputStride] as const),
      );
      clearPadding(arena, ofInputs, input, nRows);
    },
  };
}

/** Of the lines of outputs whose gradients are taken together: what they read stays in the first cache. */
const POSITIONS_PER_BLOCK = 192;
