/** Numbers as how far they have come through each bin of their column (piecewise-linear encoding, Gorishniy et al. 2022):
 *  with it one dense layer can learn any curve that bends at the bins' edges. Beyond the outermost edges it goes on by one
 *  bin's width at most. */
import { z } from 'zod';
import { allocateActivations, type LayerKind, padded, positionsOf, strideOf } from './layer.ts';

export const PiecewiseSpec = z.object({
  kind: z.literal('piecewise'),
  /** Of each channel, the edges of its bins, ascending: at least 2, or none to let it through as it is. */
  edges: z.array(z.array(z.number()).refine((edges) => edges.length !== 1)),
});
type PiecewiseSpec = z.infer<typeof PiecewiseSpec>;

/** Only of inputs whose channels are one group. */
export const piecewise: LayerKind<PiecewiseSpec> = {
  outputShape: ({ edges }, input) => ({
    ...input,
    channels: edges.reduce((sum, own) => sum + Math.max(1, own.length - 1), 0),
  }),
  parameters: () => [],
  initial: () => [],

  bind(spec, site) {
    const { arena, input, inputs, ofInputs, trains } = site;
    const { kernels } = arena;
    const shape = piecewise.outputShape(spec, input);
    const outputs = allocateActivations(site, shape);
    const ofOutputs = trains ? allocateActivations(site, shape) : 0;
    const all = spec.edges.flat();
    const edges = arena.allocate(all.length * 4);
    arena.float32(edges, all.length).set(all);
    const starts = arena.allocate((spec.edges.length + 1) * 4);
    let start = 0;
    arena.uint32(starts, spec.edges.length + 1).set([0, ...spec.edges.map((own) => (start += own.length))]);
    const positions = positionsOf(input);
    const [inputStride, stride] = [strideOf(input), strideOf(shape)];
    return {
      outputs,
      ofOutputs,
      forward(nRows) {
        kernels.encodePiecewise(
          ...([inputs, padded(nRows) * positions, input.channels, inputStride] as const),
          ...([edges, starts, outputs, stride] as const),
        );
      },
      backward(nRows) {
        if (!ofInputs) return;
        kernels.piecewiseGradients(
          ...([ofOutputs, inputs, padded(nRows) * positions, input.channels, inputStride] as const),
          ...([edges, starts, ofInputs, stride] as const),
        );
      },
    };
  },
};
