/** Products with a matrix, position by position. */
import { z } from 'zod';
import { denseScratch, paddedWidth } from '../kernels.ts';
import { heNormal } from './initialisation.ts';
import { allocateActivations, type LayerKind, padded, positionsOf, strideOf } from './layer.ts';

export const DenseSpec = z.object({
  kind: z.literal('dense'),
  units: z.number().int().min(1),
  /** `he` for hidden layers, `zero` for the last one, which then starts with the best constant. */
  initial: z.enum(['he', 'zero']),
  /** First values of the bias; where absent zeros, or with tangent parametrisation normal ones. */
  bias: z.array(z.number()).exactOptional(),
  /** Neural tangent parametrisation: products are divided by √nInputs, weights begin with variance 1, and biases learn a
   *  tenth as fast. Adam's steps do not depend on the scale of gradients, so that is the same as weights that begin with
   *  variance 1 / nInputs and learn 1 / √nInputs as fast, which is how they are kept. */
  tangent: z.literal(true).exactOptional(),
});
type DenseSpec = z.infer<typeof DenseSpec>;

const TANGENT_BIAS_RATE = 0.1;

export const dense: LayerKind<DenseSpec> = {
  outputShape: ({ units }, input) => ({ ...input, channels: units, groups: 1 }),

  // Kernels decay, biases do not.
  parameters: ({ units, tangent }, { channels, groups }) => [
    {
      nInputs: channels,
      nOutputs: units,
      layout: 'panels',
      groups,
      trained: true,
      decays: true,
      rate: tangent ? 1 / Math.sqrt(channels) : 1,
    },
    {
      nInputs: 1,
      nOutputs: units,
      layout: 'rows',
      groups: 1,
      trained: true,
      decays: false,
      rate: tangent ? TANGENT_BIAS_RATE : 1,
    },
  ],

  initial: ({ units, initial, bias, tangent }, { channels }, random) => [
    initial === 'zero'
      ? new Float32Array(channels * units)
      : heNormal(random, channels, units, tangent ? 1 : 2),
    Float32Array.from({ length: units }, (_, k) => bias?.[k] ?? (tangent ? random.normal() : 0)),
  ],

  bind(spec, site) {
    const { arena, input, inputs, ofInputs, trains } = site;
    const { kernels } = arena;
    const shape = dense.outputShape(spec, input);
    const [weights, bias] = site.parameters as [(typeof site.parameters)[0], (typeof site.parameters)[0]];
    const inputStride = strideOf(input);
    const nInputs = input.groups > 1 ? inputStride : input.channels;
    const { units } = spec;
    const stride = paddedWidth(units);
    const positions = positionsOf(input);
    const outputs = allocateActivations(site, shape);
    const ofOutputs = trains ? allocateActivations(site, shape) : 0;
    const scratch = trains ? arena.allocate(denseScratch(inputStride, stride) * 4) : 0;
    return {
      outputs,
      ofOutputs,
      forward(nRows) {
        const n = padded(nRows) * positions;
        kernels.forwardDense(inputs, n, nInputs, inputStride, weights.values, bias.values, outputs, stride);
      },
      backward(nRows) {
        const n = padded(nRows) * positions;
        kernels.weightGradients(
          ...([inputs, n, nInputs, inputStride, ofOutputs, stride, units] as const),
          ...([scratch, weights.gradients] as const),
        );
        kernels.columnSums(ofOutputs, n, stride, bias.gradients);
        if (ofInputs) {
          kernels.inputGradients(
            ...([ofOutputs, n, stride, units, weights.values, nInputs] as const),
            ...([scratch, ofInputs, inputStride] as const),
          );
        }
      },
    };
  },
};
