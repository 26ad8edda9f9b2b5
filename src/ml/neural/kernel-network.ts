/** A network that computes in an arena: forward, and backward where it trains. */
import { type NeuralArena, paddedWidth } from './kernels.ts';
import { allocateActivations, type BoundLayer, positionsOf, type Shape, strideOf } from './layers/layer.ts';
import { bindLayers, type NetworkSpec, outputShapeOf } from './network.ts';
import type { ParameterMemory } from './parameter-memory.ts';
import { NARROW } from './samples.ts';

/** @property inputs    pointer to the samples of a pass: padded rows, filled by whoever calls.
 *  @property outputs   pointer to what comes out, padded likewise. @property ofOutputs what it should change. */
export interface KernelNetwork extends BoundLayer {
  readonly inputs: number;
  readonly outputShape: Shape;
}

/** @param gradients where trained parameters' gradients go, in their order; 0 for a network that does not train.
 *  @param mostRows  samples of one pass. */
export function bindNetwork(
  arena: NeuralArena,
  spec: NetworkSpec,
  memory: ParameterMemory,
  gradients: number,
  mostRows: number,
  randomState: number,
): KernelNetwork {
  const inputs = allocateActivations({ arena, mostRows }, spec.input);
  const { outputs, ofOutputs, forward, backward } = bindLayers(spec, {
    arena,
    input: spec.input,
    inputs,
    ofInputs: 0,
    parameters: memory.refs(gradients),
    mostRows,
    trains: gradients !== 0,
    randomState,
  });
  return { inputs, outputs, ofOutputs, outputShape: outputShapeOf(spec), forward, backward };
}

/** Puts rows without padding, one after the other, where a network reads its samples; what pads them becomes 0.
 *  @param rows of `samples`, which are then not copied before; the first `nRows` where this is absent. */
export function writeSamples(
  arena: NeuralArena,
  network: Pick<KernelNetwork, 'inputs'>,
  input: Shape,
  samples: Float32Array,
  nRows: number,
  nPadded: number,
  rows?: Uint32Array,
): void {
  const { channels } = input;
  const stride = strideOf(input);
  const positions = positionsOf(input);
  const all = arena.float32(network.inputs, nPadded * positions * stride);
  if (rows) {
    for (let i = 0; i < nRows; i++) {
      const from = (rows[i] as number) * positions * channels;
      copyPositions(samples, from, positions, channels, all, i * positions * stride);
    }
  } else copyPositions(samples, 0, nRows * positions, channels, all, 0);
  all.fill(0, nRows * positions * stride);
}

/** @param to where the first position goes in `all`; each begins a padded row. */
function copyPositions(
  samples: Float32Array,
  from: number,
  nPositions: number,
  channels: number,
  all: Float32Array,
  to: number,
): void {
  const pitch = paddedWidth(channels);
  if (pitch === channels && nPositions * channels > NARROW) {
    all.set(samples.subarray(from, from + nPositions * channels), to);
  } else if (channels > NARROW) {
    for (let i = 0; i < nPositions; i++) {
      const start = from + i * channels;
      all.set(samples.subarray(start, start + channels), to + i * pitch);
    }
  } else {
    for (let i = 0; i < nPositions; i++) {
      const source = from + i * channels;
      const target = to + i * pitch;
      for (let k = 0; k < channels; k++) all[target + k] = samples[source + k] as number;
    }
  }
}
