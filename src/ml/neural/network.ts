/** A network as plain values: what goes in, its layers from the bottom up, and their numbers. */
import { z } from 'zod';
import type { Random } from '../random.ts';
import { ActivationSpec, activation } from './layers/activation.ts';
import { BlocksSpec, blocks } from './layers/blocks.ts';
import { DenseSpec, dense } from './layers/dense.ts';
import { FlattenSpec, flatten } from './layers/flatten.ts';
import { HeadsSpec, heads } from './layers/heads.ts';
import type { LayerKind, ParameterSpec, Shape } from './layers/layer.ts';
import { BatchNormSpec, batchNorm, LayerNormSpec, layerNorm } from './layers/normalisation.ts';
import { PiecewiseSpec, piecewise } from './layers/piecewise.ts';
import { ScaleSpec, scale } from './layers/scale.ts';

export const LayerSpec = z.discriminatedUnion('kind', [
  DenseSpec,
  ActivationSpec,
  BatchNormSpec,
  LayerNormSpec,
  FlattenSpec,
  ScaleSpec,
  HeadsSpec,
  BlocksSpec,
  PiecewiseSpec,
]);
export type LayerSpec = z.infer<typeof LayerSpec>;

/** @property input one sample: a row of a table has height and width 1. */
export const NetworkSpec = z.object({
  input: z.object({
    height: z.number().int().min(1),
    width: z.number().int().min(1),
    channels: z.number().int().min(1),
    groups: z.literal(1),
  }),
  layers: z.array(LayerSpec).min(1),
});
export type NetworkSpec = z.infer<typeof NetworkSpec>;

/** @property parameters of all layers in turn, as `parameterSpecs` describes them: Float32Array (nInputs × nOutputs),
 *  row-major. */
export interface Network {
  readonly spec: NetworkSpec;
  readonly parameters: readonly Float32Array[];
}

const KINDS: { readonly [Kind in LayerSpec['kind']]: LayerKind<Extract<LayerSpec, { kind: Kind }>> } = {
  dense,
  activation,
  batchNorm,
  layerNorm,
  flatten,
  scale,
  heads,
  blocks,
  piecewise,
};

/** What computes a layer of this kind. */
export function kindOf(spec: LayerSpec): LayerKind<LayerSpec> {
  return KINDS[spec.kind] as LayerKind<LayerSpec>;
}

/** With first values for every parameter. */
export function createNetwork(spec: NetworkSpec, random: Random): Network {
  let shape: Shape = spec.input;
  const parameters = spec.layers.flatMap((layer) => {
    const initial = kindOf(layer).initial(layer, shape, random);
    shape = kindOf(layer).outputShape(layer, shape);
    return initial;
  });
  return { spec, parameters };
}

/** The shape of each layer's inputs, then that of the outputs. */
export function shapesOf(spec: NetworkSpec): Shape[] {
  const shapes: Shape[] = [spec.input];
  for (const layer of spec.layers) shapes.push(kindOf(layer).outputShape(layer, shapes.at(-1) as Shape));
  return shapes;
}

export function outputShapeOf(spec: NetworkSpec): Shape {
  return shapesOf(spec).at(-1) as Shape;
}

/** Of each layer, in order. */
export function parameterSpecs(spec: NetworkSpec): (readonly ParameterSpec[])[] {
  const shapes = shapesOf(spec);
  return spec.layers.map((layer, l) => kindOf(layer).parameters(layer, shapes[l] as Shape));
}
