/** A network that computes in an arena: forward, and backward where it trains. */
import type { NeuralArena } from './kernels.ts';
import { allocateActivations, type BoundLayer, type Shape, strideOf } from './layers/layer.ts';
import { bindLayers, type NetworkSpec, outputShapeOf } from './network.ts';
import type { ParameterMemory } from './parameter-memory.ts';

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

/** Puts rows without padding, one after the other, where a network reads its samples; what pads them becomes 0. */
export function writeSamples(
  arena: NeuralArena,
  network: Pick<KernelNetwork, 'inputs'>,
  input: Shape,
  samples: Float32Array,
  nRows: number,
  nPadded: number,
): void {
  const stride = strideOf(input);
  const nPositions = (nRows * input.height * input.width) | 0;
  const all = arena.float32(network.inputs, nPadded * input.height * input.width * stride);
  if (stride === input.channels) {
    all.set(samples.subarray(0, nPositions * stride));
  } else {
    const { channels } = input;
    for (let i = 0; i < nPositions; i++) {
      for (let k = 0; k < channels; k++) all[i * stride + k] = samples[i * channels + k] as number;
    }
  }
  all.fill(0, nPositions * stride);
}
