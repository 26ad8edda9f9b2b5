/** What a network's backward pass says, beside what differences of its forward pass say. */
import { bindNetwork, writeSamples } from '../../../src/ml/neural/kernel-network.ts';
import { NeuralArena } from '../../../src/ml/neural/kernels.ts';
import { padded, positionsOf, strideOf } from '../../../src/ml/neural/layers/layer.ts';
import { createNetwork, type NetworkSpec, parameterSpecs } from '../../../src/ml/neural/network.ts';
import { ParameterMemory } from '../../../src/ml/neural/parameter-memory.ts';
import { Random } from '../../../src/ml/random.ts';

export interface GradientPair {
  readonly exact: Float32Array;
  /** NaN where there is no slope. */
  readonly numeric: Float32Array;
}

/** Of two differences. Where they disagree, an activation bends in between, and there is no slope to compare with. */
const STEPS = [4e-3, 1e-3];

/** Of the sum of all outputs, each times a random number, by every trained parameter.
 *  @param training whether the pass is one of training. @returns pairs of arrays (nInputs × nOutputs), in order. */
export function gradientPairs(spec: NetworkSpec, nRows: number, training = true): GradientPair[] {
  const random = new Random(11);
  const arena = new NeuralArena();
  const specs = parameterSpecs(spec).flat();
  const memory = new ParameterMemory(arena, specs);
  const { parameters } = createNetwork(spec, random);
  const start = parameters.map((values) => values.map((value) => value + 0.2 * random.normal()));
  memory.write(start);
  const gradients = memory.block();
  const randomState = arena.allocate(16);
  const network = bindNetwork(arena, spec, memory, gradients, nRows, randomState);
  const { channels } = network.outputShape;
  const nOutputRows = nRows * positionsOf(network.outputShape);
  const stride = strideOf(network.outputShape);
  const size = positionsOf(spec.input) * spec.input.channels;
  const inputs = Float32Array.from({ length: nRows * size }, () => random.normal());
  const factors = Float32Array.from({ length: nOutputRows * channels }, () => random.normal());
  const state = [1, 2, 3, 5].map((n) => n * 0x9e3779b1);

  const forward = () => {
    arena.uint32(randomState, 4).set(state);
    writeSamples(arena, network, spec.input, inputs, nRows, padded(nRows));
    network.forward(nRows, training);
    const outputs = arena.float32(network.outputs, nOutputRows * stride);
    let sum = 0;
    for (let i = 0; i < nOutputRows; i++) {
      for (let k = 0; k < channels; k++) sum += outputs[i * stride + k] * factors[i * channels + k];
    }
    return sum;
  };

  forward();
  const asked = arena.float32(network.ofOutputs, padded(nRows) * positionsOf(network.outputShape) * stride);
  asked.fill(0);
  for (let i = 0; i < nOutputRows; i++) {
    asked.set(factors.subarray(i * channels, (i + 1) * channels), i * stride);
  }
  network.backward(nRows);
  const exact = memory.read(gradients);

  return start.flatMap((values, p): GradientPair[] => {
    if (!specs[p].trained) return [];
    const numeric = values.map((value, i) => {
      const at = (shift: number) => {
        memory.write(start.map((other, q) => (q === p ? other.with(i, value + shift) : other)));
        return forward();
      };
      const [wide, narrow] = STEPS.map((step) => (at(step) - at(-step)) / (2 * step));
      return Math.abs(wide - narrow) < 3e-3 * Math.max(1, Math.abs(wide)) ? wide : Number.NaN;
    });
    return [{ exact: exact[p], numeric }];
  });
}
