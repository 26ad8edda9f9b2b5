/** Batch normalisation (Ioffe and Szegedy 2015) and layer normalisation (Ba et al. 2016), as PyTorch's. */
import { z } from 'zod';
import {
  allocateActivations,
  type LayerKind,
  type ParameterSpec,
  padded,
  positionsOf,
  type Shape,
  strideOf,
} from './layer.ts';

const EPSILON = 1e-5;

export const BatchNormSpec = z.object({
  kind: z.literal('batchNorm'),
  /** Share of each batch in the running moments, which take the place of the batch's own outside training. */
  momentum: z.number().min(0).max(1),
});

export const LayerNormSpec = z.object({ kind: z.literal('layerNorm') });

const SCALE_AND_SHIFT = {
  layout: 'rows',
  groups: 1,
  nInputs: 1,
  trained: true,
  decays: false,
  rate: 1,
} as const;

function scaleAndShift({ channels }: Shape): ParameterSpec[] {
  return [
    { ...SCALE_AND_SHIFT, nOutputs: channels },
    { ...SCALE_AND_SHIFT, nOutputs: channels },
  ];
}

const ones = (n: number) => new Float32Array(n).fill(1);

/** Parameters: scale, shift, running mean and running variance of each channel, over samples and positions. A batch of one
 *  number tells no variance, and its running variance stays what it was. */
export const batchNorm: LayerKind<z.infer<typeof BatchNormSpec>> = {
  outputShape: (_, input) => input,

  parameters: (_, input) => [
    ...scaleAndShift(input),
    ...scaleAndShift(input).map((spec) => ({ ...spec, trained: false })),
  ],

  initial: (_, { channels }) => [
    ones(channels),
    new Float32Array(channels),
    new Float32Array(channels),
    ones(channels),
  ],

  bind({ momentum }, site) {
    const { arena, input, inputs, ofInputs, trains } = site;
    const { kernels } = arena;
    const [scale, shift, mean, variance] = site.parameters as [Ref, Ref, Ref, Ref];
    const stride = strideOf(input);
    const positions = positionsOf(input);
    const outputs = allocateActivations(site, input);
    const ofOutputs = trains ? allocateActivations(site, input) : 0;
    const batchMean = arena.allocate(stride * 4);
    const batchVariance = arena.allocate(stride * 4);
    return {
      outputs,
      ofOutputs,
      forward(nRows, training) {
        const n = nRows * positions;
        if (training) {
          kernels.columnMoments(inputs, n, stride, batchMean, batchVariance);
          kernels.moveTowards(mean.values, batchMean, stride, momentum, 1);
          if (n > 1) kernels.moveTowards(variance.values, batchVariance, stride, momentum, n / (n - 1));
        }
        kernels.normaliseColumns(
          ...([inputs, n, padded(nRows) * positions, stride] as const),
          ...(training ? ([batchMean, batchVariance] as const) : ([mean.values, variance.values] as const)),
          ...([EPSILON, scale.values, shift.values, outputs] as const),
        );
      },
      backward(nRows) {
        kernels.columnNormGradients(
          ...([ofOutputs, inputs, nRows * positions, padded(nRows) * positions, stride] as const),
          ...([batchMean, batchVariance, EPSILON, scale.values] as const),
          ...([scale.gradients, shift.gradients, ofInputs || ofOutputs] as const),
        );
      },
    };
  },
};

type Ref = { readonly values: number; readonly gradients: number };

/** Parameters: scale and shift of each channel. Every position of every sample is normalised by itself. */
export const layerNorm: LayerKind<z.infer<typeof LayerNormSpec>> = {
  outputShape: (_, input) => input,
  parameters: (_, input) => scaleAndShift(input),
  initial: (_, { channels }) => [ones(channels), new Float32Array(channels)],

  bind(_, site) {
    const { arena, input, inputs, ofInputs, trains, mostRows } = site;
    const { kernels } = arena;
    const [scale, shift] = site.parameters as [Ref, Ref];
    const stride = strideOf(input);
    const positions = positionsOf(input);
    const outputs = allocateActivations(site, input);
    const ofOutputs = trains ? allocateActivations(site, input) : 0;
    const moments = arena.allocate(padded(mostRows) * positions * 8);
    return {
      outputs,
      ofOutputs,
      forward(nRows) {
        kernels.normaliseRows(
          ...([inputs, padded(nRows) * positions, input.channels, stride, EPSILON] as const),
          ...([scale.values, shift.values, moments, outputs] as const),
        );
      },
      backward(nRows) {
        kernels.rowNormGradients(
          ...([ofOutputs, inputs, padded(nRows) * positions, input.channels, stride] as const),
          ...([scale.values, moments, scale.gradients, shift.gradients, ofInputs || ofOutputs] as const),
        );
      },
    };
  },
};
