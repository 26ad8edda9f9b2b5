/** What bends the products of one layer before the next reads them, with dropout. */
import { z } from 'zod';
import {
  allocateActivations,
  type BoundLayer,
  type LayerKind,
  padded,
  positionsOf,
  type Site,
  strideOf,
} from './layer.ts';

export const ACTIVATIONS = ['relu', 'selu', 'mish'] as const;

export const ActivationSpec = z.object({
  kind: z.literal('activation'),
  name: z.enum(ACTIVATIONS),
  /** Share of the activations that training drops; the others are scaled up, so that nothing changes on average
   *  (Srivastava et al. 2014). */
  dropout: z.number().min(0).lt(1),
});
type ActivationSpec = z.infer<typeof ActivationSpec>;

export const activation: LayerKind<ActivationSpec> = {
  outputShape: (_, input) => input,
  parameters: () => [],
  initial: () => [],
  bind: (spec, site) => (spec.name === 'relu' ? bindRelu(spec, site) : bindSmooth(spec, spec.name, site)),
};

/** Works in place: whether an activation is above 0 is all that its derivative asks. */
function bindRelu(
  { dropout }: ActivationSpec,
  { arena, input, inputs, ofInputs, randomState }: Site,
): BoundLayer {
  const { kernels } = arena;
  const perRow = positionsOf(input) * strideOf(input);
  const kept = 1 / (1 - dropout);
  let factor = kept;
  return {
    outputs: inputs,
    ofOutputs: ofInputs,
    forward(nRows, training) {
      const count = padded(nRows) * perRow;
      factor = training ? kept : 1;
      if (training && dropout > 0) {
        kernels.applyReluAndDropout(inputs, count, thresholdOf(dropout), kept, randomState);
      } else kernels.applyRelu(inputs, count);
    },
    backward(nRows) {
      if (ofInputs) kernels.reluGradients(ofInputs, inputs, padded(nRows) * perRow, factor);
    },
  };
}

const SMOOTH = {
  selu: { forward: 'applySelu', backward: 'seluGradients' },
  mish: { forward: 'applyMish', backward: 'mishGradients' },
} as const;

/** Keeps its inputs, which the derivative reads, and drops the same cells again on the way back. */
function bindSmooth({ dropout }: ActivationSpec, name: keyof typeof SMOOTH, site: Site): BoundLayer {
  const { arena, input, inputs, ofInputs, trains, randomState } = site;
  const { kernels } = arena;
  const perRow = positionsOf(input) * strideOf(input);
  const outputs = allocateActivations(site, input);
  const ofOutputs = trains ? allocateActivations(site, input) : 0;
  const replay = arena.allocate(16);
  let drops = false;
  return {
    outputs,
    ofOutputs,
    forward(nRows, training) {
      const count = padded(nRows) * perRow;
      kernels[SMOOTH[name].forward](inputs, count, outputs);
      drops = training && dropout > 0;
      if (!drops) return;
      arena.uint32(replay, 4).set(arena.uint32(randomState, 4));
      kernels.applyDropout(outputs, count, thresholdOf(dropout), 1 / (1 - dropout), randomState);
    },
    backward(nRows) {
      const count = padded(nRows) * perRow;
      if (drops) kernels.applyDropout(ofOutputs, count, thresholdOf(dropout), 1 / (1 - dropout), replay);
      if (ofInputs) kernels[SMOOTH[name].backward](ofOutputs, inputs, count, ofInputs);
    },
  };
}

/** Of a random uint32, below which an activation is dropped. */
function thresholdOf(dropout: number): number {
  return Math.floor(dropout * 2 ** 32);
}
