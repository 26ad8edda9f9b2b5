/** The mean of each channel over all positions of an image: one position is left. */
import { z } from 'zod';
import { allocateActivations, type LayerKind, positionsOf, strideOf } from './layer.ts';
import { clearPadding } from './windows.ts';

export const GlobalAveragePoolSpec = z.object({ kind: z.literal('globalAveragePool') });

export const globalAveragePool: LayerKind<z.infer<typeof GlobalAveragePoolSpec>> = {
  outputShape: (_, input) => ({ ...input, height: 1, width: 1 }),
  parameters: () => [],
  initial: () => [],
  bind(spec, site) {
    const { arena, input, inputs, ofInputs, trains } = site;
    const { kernels } = arena;
    const shape = globalAveragePool.outputShape(spec, input);
    const outputs = allocateActivations(site, shape);
    const ofOutputs = trains ? allocateActivations(site, shape) : 0;
    const [positions, stride] = [positionsOf(input), strideOf(input)];
    return {
      outputs,
      ofOutputs,
      forward(nRows) {
        kernels.averagePool(inputs, nRows, positions, stride, outputs);
        clearPadding(arena, outputs, shape, nRows);
      },
      backward(nRows) {
        if (!ofInputs) return;
        kernels.averagePoolGradients(ofOutputs, nRows, positions, stride, ofInputs);
        clearPadding(arena, ofInputs, input, nRows);
      },
    };
  },
};
