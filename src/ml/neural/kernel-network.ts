/** A network that computes in an arena: forward, and backward where it trains. */
import type { NeuralArena } from './kernels.ts';
import { allocateActivations, type BoundLayer, type Shape, strideOf } from './layers/layer.ts';
import { kindOf, type NetworkSpec, parameterSpecs, shapesOf } from './network.ts';
import type { ParameterMemory } from './parameter-memory.ts';

/** @property inputs    pointer to the samples of a pass: padded rows, filled by whoever calls.
 *  @property outputs   pointer to what comes out, padded likewise. @property ofOutputs what it should change. */
export interface KernelNetwork {
  readonly inputs: number;
  readonly outputs: number;
  readonly ofOutputs: number;
  readonly outputShape: Shape;
  forward(nRows: number, training: boolean): void;
  backward(nRows: number): void;
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
  const shapes = shapesOf(spec);
  const refs = memory.refs(gradients);
  const trains = gradients !== 0;
  const first = allocateActivations({ arena, mostRows }, spec.input);
  let below: Pick<BoundLayer, 'outputs' | 'ofOutputs'> = { outputs: first, ofOutputs: 0 };
  let used = 0;
  const layers = parameterSpecs(spec).map((ownSpecs, l) => {
    const layer = spec.layers[l] as NetworkSpec['layers'][0];
    const bound = kindOf(layer).bind(layer, {
      arena,
      input: shapes[l] as Shape,
      inputs: below.outputs,
      ofInputs: below.ofOutputs,
      parameters: refs.slice(used, used + ownSpecs.length),
      mostRows,
      trains,
      randomState,
    });
    used += ownSpecs.length;
    below = bound;
    return bound;
  });
  const downwards = layers.toReversed();
  return {
    inputs: first,
    outputs: below.outputs,
    ofOutputs: below.ofOutputs,
    outputShape: shapes.at(-1) as Shape,
    forward(nRows, training) {
      for (const layer of layers) layer.forward(nRows, training);
    },
    backward(nRows) {
      for (const layer of downwards) layer.backward(nRows);
    },
  };
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
    for (let i = 0; i < nPositions; i++) {
      all.set(samples.subarray(i * input.channels, (i + 1) * input.channels), i * stride);
    }
  }
  all.fill(0, nPositions * stride);
}
