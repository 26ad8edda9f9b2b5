/** A network that computes in an arena: forward, and backward where it trains. */
import { type NeuralArena, paddedWidth } from './kernels.ts';
import { allocateActivations, type BoundLayer, positionsOf, type Shape, strideOf } from './layers/layer.ts';
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
  if (!rows && stride === channels) {
    all.set(samples.subarray(0, nRows * positions * channels));
  } else {
    for (let i = 0; i < nRows; i++) {
      const row = rows ? (rows[i] as number) : i;
      copySample(samples, row * positions * channels, positions, channels, all, i * positions * stride);
    }
  }
  all.fill(0, nRows * positions * stride);
}

/** Up to this width a loop over the numbers is faster than a copy of the row. */
const NARROW = 64;

/** @param to where it goes in `all`, each position in a padded row. */
function copySample(
  samples: Float32Array,
  from: number,
  positions: number,
  channels: number,
  all: Float32Array,
  to: number,
): void {
  const gap = paddedWidth(channels) - channels;
  const width = gap === 0 ? positions * channels : channels;
  const nRuns = gap === 0 ? 1 : positions;
  for (let run = 0; run < nRuns; run++, to += gap) {
    if (width > NARROW) {
      all.set(samples.subarray(from, from + width), to);
      from += width;
      to += width;
    } else for (const end = from + width; from < end; from++, to++) all[to] = samples[from] as number;
  }
}
