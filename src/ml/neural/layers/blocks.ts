/** Products with a matrix for each block of neighbouring channels: embeddings. A block of one-hot columns looks its category
 *  up in the matrix; a block of piecewise-linear numbers becomes a curve for each unit. */
import { z } from 'zod';
import { denseScratch, paddedWidth } from '../kernels.ts';
import { allocateActivations, type LayerKind, padded, positionsOf, rowShape, strideOf } from './layer.ts';

const Block = z.object({
  inputs: z.number().int().min(1),
  /** 0 lets the channels through as they are. */
  units: z.number().int().min(0),
  /** Of the normal distribution that first weights are drawn from. */
  deviation: z.number().gt(0),
});

/** Without biases: the dense layer above has one. */
export const BlocksSpec = z.object({ kind: z.literal('blocks'), blocks: z.array(Block).min(1) });
type BlocksSpec = z.infer<typeof BlocksSpec>;

const widthOf = ({ inputs, units }: z.infer<typeof Block>) => units || inputs;

/** Only of inputs whose channels are one group. Parameters: the matrix of each block that has units. */
export const blocks: LayerKind<BlocksSpec> = {
  outputShape: (spec, input) => ({
    ...input,
    channels: spec.blocks.reduce((sum, block) => sum + widthOf(block), 0),
  }),

  parameters: (spec) =>
    spec.blocks
      .filter(({ units }) => units > 0)
      .map(({ inputs, units }) => ({
        nInputs: inputs,
        nOutputs: units,
        layout: 'panels',
        groups: 1,
        trained: true,
        decays: true,
        rate: 1,
      })),

  initial: (spec, _, random) =>
    spec.blocks
      .filter(({ units }) => units > 0)
      .map(({ inputs, units, deviation }) =>
        Float32Array.from({ length: inputs * units }, () => random.normal() * deviation),
      ),

  bind(spec, site) {
    const { arena, input, inputs, ofInputs, trains } = site;
    const { kernels } = arena;
    const shape = blocks.outputShape(spec, input);
    const [inputStride, stride] = [strideOf(input), strideOf(shape)];
    const positions = positionsOf(input);
    const outputs = allocateActivations(site, shape);
    const ofOutputs = trains ? allocateActivations(site, shape) : 0;
    let [from, to, used] = [0, 0, 0];
    const places = spec.blocks.map((block) => {
      const place = { ...block, from: from * 4, to: to * 4 };
      from += block.inputs;
      to += widthOf(block);
      if (block.units === 0) return place;
      const width = paddedWidth(block.units);
      const own = allocateActivations(site, { ...rowShape(block.units), height: positions });
      // A product backwards writes whole panels, which would reach into the next block.
      const ofOwn = trains ? allocateActivations(site, { ...rowShape(block.inputs), height: positions }) : 0;
      const scratch = trains ? arena.allocate(denseScratch(inputStride, width) * 4) : 0;
      const noBias = arena.allocate(width * 4);
      arena.float32(noBias, width).fill(0);
      const weights = site.parameters[used++] as (typeof site.parameters)[0];
      return { ...place, learned: { weights, own, ofOwn, scratch, width, noBias } };
    });
    return {
      outputs,
      ofOutputs,
      forward(nRows) {
        const n = padded(nRows) * positions;
        for (const place of places) {
          if (!('learned' in place)) {
            kernels.copyRows(inputs + place.from, inputStride, n, place.inputs, outputs + place.to, stride);
            continue;
          }
          const { weights, own, width, noBias } = place.learned;
          kernels.forwardDense(
            ...([inputs + place.from, n, place.inputs, inputStride] as const),
            ...([weights.values, noBias, own, width] as const),
          );
          kernels.copyRows(own, width, n, place.units, outputs + place.to, stride);
        }
      },
      backward(nRows) {
        const n = padded(nRows) * positions;
        for (const place of places) {
          const asked = ofOutputs + place.to;
          const below = ofInputs && ofInputs + place.from;
          if (!('learned' in place)) {
            if (below) kernels.copyRows(asked, stride, n, place.inputs, below, inputStride);
            continue;
          }
          const { weights, own, ofOwn, scratch, width } = place.learned;
          kernels.copyRows(asked, stride, n, place.units, own, width);
          kernels.weightGradients(
            ...([inputs + place.from, n, place.inputs, inputStride] as const),
            ...([own, width, place.units, scratch, weights.gradients] as const),
          );
          if (below) {
            const pitch = paddedWidth(place.inputs);
            kernels.inputGradients(
              ...([own, n, width, place.units, weights.values, place.inputs] as const),
              ...([scratch, ofOwn, pitch] as const),
            );
            kernels.copyRows(ofOwn, pitch, n, place.inputs, below, inputStride);
          }
        }
      },
    };
  },
};
