/** A network that computes in an arena: forward, and backward where it trains. */
import type { NeuralArena } from './kernels.ts';
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
  // Where nothing pads them, the positions of a sample are one long row.
  const [nParts, width] = stride === channels ? [1, positions * channels] : [positions, channels];
  for (let i = 0; i < nRows; i++) {
    let from = (rows ? (rows[i] as number) : i) * positions * channels;
    let to = i * positions * stride;
    for (let part = 0; part < nParts; part++, from += width, to += stride) {
      if (width > NARROW) all.set(samples.subarray(from, from + width), to);
      else for (let k = 0; k < width; k++) all[to + k] = samples[from + k] as number;
    }
  }
  all.fill(0, nRows * positions * stride);
}
