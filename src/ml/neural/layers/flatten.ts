/** Positions become channels: the same numbers, read differently. */
import { z } from 'zod';
import { type LayerKind, positionsOf } from './layer.ts';

export const FlattenSpec = z.object({ kind: z.literal('flatten') });

/** Only of inputs whose channels are one group. */
export const flatten: LayerKind<z.infer<typeof FlattenSpec>> = {
  outputShape: (_, input) => ({
    height: 1,
    width: 1,
    channels: positionsOf(input) * input.channels,
    groups: positionsOf(input) * input.groups,
  }),
  parameters: () => [],
  initial: () => [],
  bind: (_, { inputs, ofInputs }) => ({
    outputs: inputs,
    ofOutputs: ofInputs,
    forward: () => {},
    backward: () => {},
  }),
};
