/** A dense layer with weights of its own at every position: the last layer of networks that share all others. */
import { z } from 'zod';
import { denseScratch, paddedWidth } from '../kernels.ts';
import { heNormal } from './initialisation.ts';
import { allocateActivations, type LayerKind, padded, positionsOf, rowShape, strideOf } from './layer.ts';

export const HeadsSpec = z.object({
  kind: z.literal('heads'),
  units: z.number().int().min(1),
  initial: z.enum(['he', 'zero']),
  /** First values of each position's bias; zeros where absent. */
  bias: z.array(z.number()).exactOptional(),
});
type HeadsSpec = z.infer<typeof HeadsSpec>;

/** Parameters: the weights of each position, then the biases of all, a row for each. */
export const heads: LayerKind<HeadsSpec> = {
  outputShape: ({ units }, input) => ({ ...input, channels: units, groups: 1 }),

  parameters: ({ units }, input) => [
    ...Array.from({ length: positionsOf(input) }, () => ({
      nInputs: input.channels,
      nOutputs: units,
      layout: 'panels' as const,
      groups: input.groups,
      trained: true,
      decays: true,
      rate: 1,
    })),
    {
      nInputs: positionsOf(input),
      nOutputs: units,
      layout: 'rows',
      groups: 1,
      trained: true,
      decays: false,
      rate: 1,
    },
  ],

  initial: ({ units, initial, bias }, input, random) => [
    ...Array.from({ length: positionsOf(input) }, () =>
      initial === 'zero' ? new Float32Array(input.channels * units) : heNormal(random, input.channels, units),
    ),
    Float32Array.from({ length: positionsOf(input) * units }, (_, i) => bias?.[i % units] ?? 0),
  ],

  bind(spec, site) {
    const { arena, input, inputs, ofInputs, trains } = site;
    const { kernels } = arena;
    const positions = positionsOf(input);
    const shape = heads.outputShape(spec, input);
    const bias = site.parameters[positions] as (typeof site.parameters)[0];
    const inputStride = strideOf(input);
    const nInputs = input.groups > 1 ? inputStride : input.channels;
    const { units } = spec;
    const stride = paddedWidth(units);
    const outputs = allocateActivations(site, shape);
    const ofOutputs = trains ? allocateActivations(site, shape) : 0;
    // The rows of one position, which lie apart in what goes in and comes out.
    const own = allocateActivations(site, rowShape(units));
    const pitch = inputStride * positions;
    const scratch = trains ? arena.allocate(denseScratch(pitch, stride) * 4) : 0;
    const places = site.parameters.slice(0, positions).map((weights, p) => ({
      weights,
      bias: bias.values + p * stride * 4,
      ofBias: bias.gradients + p * stride * 4,
      input: p * inputStride * 4,
      output: p * stride * 4,
    }));
    return {
      outputs,
      ofOutputs,
      forward(nRows) {
        const n = padded(nRows);
        for (const place of places) {
          kernels.forwardDense(
            ...([inputs + place.input, n, nInputs, pitch] as const),
            ...([place.weights.values, place.bias, own, stride] as const),
          );
          kernels.copyRows(own, stride, n, stride, outputs + place.output, stride * positions);
        }
      },
      backward(nRows) {
        const n = padded(nRows);
        for (const { weights, ofBias, input: at, output } of places) {
          kernels.copyRows(ofOutputs + output, stride * positions, n, stride, own, stride);
          kernels.weightGradients(
            ...([inputs + at, n, nInputs, pitch, own, stride, units] as const),
            ...([scratch, weights.gradients] as const),
          );
          kernels.columnSums(own, n, stride, ofBias);
          if (ofInputs) {
            kernels.inputGradients(
              ...([own, n, stride, units, weights.values, nInputs] as const),
              ...([scratch, ofInputs + at, pitch] as const),
            );
          }
        }
      },
    };
  },
};
