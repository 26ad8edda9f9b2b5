/** The largest number of each window, channel by channel. */
import { z } from 'zod';
import { allocateActivations, type LayerKind, padded, positionsOf, strideOf } from './layer.ts';
import { clearPadding, windowsOver } from './windows.ts';

export const MaxPool2dSpec = z.object({
  kind: z.literal('maxPool2d'),
  size: z.number().int().min(1),
  step: z.number().int().min(1),
});

/** Windows that would reach beyond the edge are left out, as PyTorch does. */
export const maxPool2d: LayerKind<z.infer<typeof MaxPool2dSpec>> = {
  outputShape({ size, step }, input) {
    const { height, width } = windowsOver(input, size, step, 0, 'valid');
    return { ...input, height, width };
  },
  parameters: () => [],
  initial: () => [],
  bind(spec, site) {
    const { arena, input, inputs, ofInputs, trains, mostRows } = site;
    const { kernels } = arena;
    const shape = maxPool2d.outputShape(spec, input);
    const outputs = allocateActivations(site, shape);
    const ofOutputs = trains ? allocateActivations(site, shape) : 0;
    const chosen = arena.allocate(padded(mostRows) * positionsOf(shape) * strideOf(shape) * 4);
    const window = [input.height, input.width, strideOf(input), spec.size, spec.step] as const;
    return {
      outputs,
      ofOutputs,
      forward(nRows) {
        kernels.maxPool(inputs, nRows, ...window, outputs, chosen);
        clearPadding(arena, outputs, shape, nRows);
      },
      backward(nRows) {
        if (!ofInputs) return;
        kernels.maxPoolGradients(ofOutputs, chosen, nRows, ...window, ofInputs);
        clearPadding(arena, ofInputs, input, nRows);
      },
    };
  },
};
