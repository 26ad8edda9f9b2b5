/** A network as plain values: what goes in, its layers from the bottom up, and their numbers. */
import { z } from 'zod';
import type { Random } from '../random.ts';
import { ActivationSpec, activation } from './layers/activation.ts';
import { BlocksSpec, blocks } from './layers/blocks.ts';
import { CausalConvolutionSpec, causalConvolution } from './layers/causal-convolution.ts';
import { Conv2dSpec, conv2d } from './layers/conv2d.ts';
import { DenseSpec, dense } from './layers/dense.ts';
import { FlattenSpec, flatten } from './layers/flatten.ts';
import { GlobalAveragePoolSpec, globalAveragePool } from './layers/global-average-pool.ts';
import { HeadsSpec, heads } from './layers/heads.ts';
import {
  type BoundLayer,
  type LayerKind,
  type ParameterSpec,
  positionsOf,
  type Shape,
  type Site,
  strideOf,
} from './layers/layer.ts';
import { MaxPool2dSpec, maxPool2d } from './layers/max-pool2d.ts';
import { BatchNormSpec, batchNorm, LayerNormSpec, layerNorm } from './layers/normalisation.ts';
import { PiecewiseSpec, piecewise } from './layers/piecewise.ts';
import { residual } from './layers/residual.ts';
import { ScaleSpec, scale } from './layers/scale.ts';
import { sequence, shapesAlong } from './layers/sequence.ts';
import { sequenceBranch } from './layers/sequence-branch.ts';

const ResidualSpec = z.object({
  kind: z.literal('residual'),
  get layers() {
    return z.array(LayerSpec).min(1);
  },
  get shortcut() {
    return z.array(LayerSpec);
  },
});

const SequenceBranchSpec = z.object({
  kind: z.literal('sequenceBranch'),
  length: z.number().int().min(1),
  signals: z.number().int().min(1),
  get layers() {
    return z.array(LayerSpec).min(1);
  },
});

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
  Conv2dSpec,
  MaxPool2dSpec,
  GlobalAveragePoolSpec,
  ResidualSpec,
  CausalConvolutionSpec,
  SequenceBranchSpec,
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
  conv2d,
  maxPool2d,
  globalAveragePool,
  residual: residual<LayerSpec>(kindOf),
  causalConvolution,
  sequenceBranch: sequenceBranch<LayerSpec>(kindOf),
};

/** What computes a layer of this kind. */
function kindOf(spec: LayerSpec): LayerKind<LayerSpec> {
  return KINDS[spec.kind] as LayerKind<LayerSpec>;
}

const layersAsOne = sequence<LayerSpec>(kindOf);

/** With first values for every parameter. */
export function createNetwork(spec: NetworkSpec, random: Random): Network {
  return { spec, parameters: layersAsOne.initial(spec.layers, spec.input, random) };
}

/** The shape of each layer's inputs, then that of the outputs. */
function shapesOf(spec: NetworkSpec): Shape[] {
  return shapesAlong(kindOf, spec.layers, spec.input);
}

export function outputShapeOf(spec: NetworkSpec): Shape {
  return shapesOf(spec).at(-1) as Shape;
}

/** Of each layer, in order. */
export function parameterSpecs(spec: NetworkSpec): (readonly ParameterSpec[])[] {
  const shapes = shapesOf(spec);
  return spec.layers.map((layer, l) => kindOf(layer).parameters(layer, shapes[l] as Shape));
}

/** All layers as one, that computes in an arena. */
export function bindLayers(spec: NetworkSpec, site: Site): BoundLayer {
  return layersAsOne.bind(spec.layers, site);
}

/** Bytes that a pass holds of one sample, gradients left aside. */
export function bytesPerSample(spec: NetworkSpec): number {
  const ofInput = positionsOf(spec.input) * strideOf(spec.input);
  return 4 * (ofInput + (layersAsOne.numbersPerSample?.(spec.layers, spec.input) ?? 0));
}
