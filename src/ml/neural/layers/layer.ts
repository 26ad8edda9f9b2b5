/** What every kind of layer says of itself, and what it does once it lies in memory. A network is described by plain values
 *  (`network.ts`); `bind` turns a description into a layer that computes in the arena. */
import type { Random } from '../../random.ts';
import type { NeuralArena } from '../kernels.ts';
import { paddedWidth } from '../kernels.ts';

/** What one sample is on its way: `height × width` positions with `channels` numbers each. A row of a table has one
 *  position. Channels come in `groups` of equal size, each padded by itself: more than one where positions were made
 *  channels. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly groups: number;
}

export function rowShape(channels: number): Shape & { readonly groups: 1 } {
  return { height: 1, width: 1, channels, groups: 1 };
}

export function positionsOf({ height, width }: Shape): number {
  return height * width;
}

/** Numbers from one position to the next. */
export function strideOf({ channels, groups }: Shape): number {
  return groups * paddedWidth(channels / groups);
}

/** One array of a layer's numbers, nInputs × nOutputs; a vector has one input.
 *  @property layout  how it lies in the arena: in `panels` of 8 outputs for products, or in `rows` of padded width.
 *  @property groups  inputs of panels come in so many groups, each padded to whole 8s where there is more than one.
 *  @property trained false for what a layer only keeps in mind, such as running means.
 *  @property decays  whether weight decay shrinks it.
 *  @property rate    its learning rate, as a multiple of the network's. */
export interface ParameterSpec {
  readonly nInputs: number;
  readonly nOutputs: number;
  readonly layout: 'panels' | 'rows';
  readonly groups: number;
  readonly trained: boolean;
  readonly decays: boolean;
  readonly rate: number;
}

/** Where a layer is put, all pointers into the arena.
 *  @property inputs     outputs of the layer below: whole samples, padded to a multiple of 4.
 *  @property ofInputs   where it is told what its inputs should change; 0 where nobody wants to know.
 *  @property parameters of each of its arrays: the numbers, and where their gradients go.
 *  @property mostRows   samples of one pass. @property trains without it nothing is needed for going backwards.
 *  @property randomState 16 bytes of the dropout generator. */
export interface Site {
  readonly arena: NeuralArena;
  readonly input: Shape;
  readonly inputs: number;
  readonly ofInputs: number;
  readonly parameters: readonly { readonly values: number; readonly gradients: number }[];
  readonly mostRows: number;
  readonly trains: boolean;
  readonly randomState: number;
}

/** @property outputs of all samples of a pass, padded like the inputs; what is padding of a row is 0.
 *  @property ofOutputs what they should change, written by the layer above; 0 in the rows that pad a batch. */
export interface BoundLayer {
  readonly outputs: number;
  readonly ofOutputs: number;
  /** @param training whether activations are dropped and batches give the moments. */
  forward(nRows: number, training: boolean): void;
  /** Leaves the gradients of its parameters, and those of its inputs where somebody wants them. The same rows must have
   *  gone forward just before. */
  backward(nRows: number): void;
}

export interface LayerKind<Spec> {
  outputShape(spec: Spec, input: Shape): Shape;
  parameters(spec: Spec, input: Shape): readonly ParameterSpec[];
  /** First values, one Float32Array (nInputs × nOutputs) for each of the parameters. */
  initial(spec: Spec, input: Shape, random: Random): Float32Array[];
  /** How many numbers it keeps of one sample, gradients left aside; as many as it has outputs where this is absent. */
  numbersPerSample?(spec: Spec, input: Shape): number;
  bind(spec: Spec, site: Site): BoundLayer;
}

/** A pointer to zeros for the samples of one pass. */
export function allocateActivations(
  { arena, mostRows }: Pick<Site, 'arena' | 'mostRows'>,
  shape: Shape,
): number {
  const size = padded(mostRows) * positionsOf(shape) * strideOf(shape);
  const pointer = arena.allocate(size * 4);
  arena.float32(pointer, size).fill(0);
  return pointer;
}

/** Samples of a padded pass. */
export function padded(nRows: number): number {
  return Math.ceil(nRows / 4) * 4;
}
