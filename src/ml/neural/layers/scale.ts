/** Every feature times a number of its own. With several members each has its own numbers, and from here on a sample is as
 *  many positions: what one network computes for all of them (TabM-mini, Gorishniy et al. 2025). */
import { z } from 'zod';
import type { Random } from '../../random.ts';
import { allocateActivations, type LayerKind, padded, positionsOf, strideOf } from './layer.ts';

export const ScaleSpec = z.object({
  kind: z.literal('scale'),
  members: z.number().int().min(1),
  /** `ones` leaves features as they are; with `signs` members differ from the start. */
  initial: z.enum(['ones', 'signs', 'normal']),
  /** Learning rate, as a multiple of the network's. */
  rate: z.number().gt(0),
});
type ScaleSpec = z.infer<typeof ScaleSpec>;

const FIRST_VALUES: Readonly<Record<ScaleSpec['initial'], (random: Random) => number>> = {
  ones: () => 1,
  signs: (random) => (random.integer(2) === 0 ? -1 : 1),
  normal: (random) => random.normal(),
};

/** Only of inputs whose channels are one group. */
export const scale: LayerKind<ScaleSpec> = {
  outputShape: ({ members }, input) =>
    members === 1 ? input : { ...input, height: positionsOf(input) * members, width: 1 },

  parameters: ({ members, rate }, { channels }) => [
    {
      nInputs: members,
      nOutputs: channels,
      layout: 'rows',
      groups: 1,
      trained: true,
      decays: false,
      rate,
    },
  ],

  initial: ({ members, initial }, { channels }, random) => [
    Float32Array.from({ length: members * channels }, () => FIRST_VALUES[initial](random)),
  ],

  bind(spec, site) {
    const { arena, input, inputs, ofInputs, trains } = site;
    const { kernels } = arena;
    const [scales] = site.parameters as [(typeof site.parameters)[0]];
    const shape = scale.outputShape(spec, input);
    const positions = positionsOf(input);
    const stride = strideOf(input);
    const outputs = allocateActivations(site, shape);
    const ofOutputs = trains ? allocateActivations(site, shape) : 0;
    return {
      outputs,
      ofOutputs,
      forward(nRows) {
        const n = padded(nRows) * positions;
        kernels.scaleRows(inputs, n, stride, scales.values, spec.members, outputs);
      },
      backward(nRows) {
        kernels.scaleRowsGradients(
          ...([inputs, ofOutputs, padded(nRows) * positions, stride] as const),
          ...([scales.values, spec.members, scales.gradients, ofInputs] as const),
        );
      },
    };
  },
};
