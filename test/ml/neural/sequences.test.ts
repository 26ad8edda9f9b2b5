/** Networks for sequences against PyTorch (`test/oracles/generate/sequences.py`, 1.13, float64). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bindNetwork, writeSamples } from '../../../src/ml/neural/kernel-network.ts';
import { NeuralArena } from '../../../src/ml/neural/kernels.ts';
import { padded, positionsOf, strideOf } from '../../../src/ml/neural/layers/layer.ts';
import { type LayerSpec, parameterSpecs } from '../../../src/ml/neural/network.ts';
import { ParameterMemory } from '../../../src/ml/neural/parameter-memory.ts';

interface Oracle {
  inputs: number[];
  factors: number[];
  outputs: number[];
  parameters: number[][];
  gradients: number[][];
}
const oracles: Record<string, Oracle> = JSON.parse(
  readFileSync('test/oracles/neural/sequences.json', 'utf8'),
);

const causal = (channels: number, size: number, dilation: number, step = 1): LayerSpec => ({
  kind: 'causalConvolution',
  ...{ channels, size, dilation, step },
});
const dense = (units: number): LayerSpec => ({ kind: 'dense', units, initial: 'he' });
const relu: LayerSpec = { kind: 'activation', name: 'relu', dropout: 0 };

const N_ROWS = 5;
/** Name, positions and channels of a sample, layers. */
const CASES: [string, [number, number], LayerSpec[]][] = [
  ['dilated', [13, 3], [causal(9, 3, 1), relu, causal(9, 3, 2), relu, causal(2, 2, 4)]],
  ['stepped', [20, 1], [causal(10, 5, 1, 2), relu, causal(4, 3, 2, 3)]],
  [
    'beside',
    [1, 22],
    [
      {
        kind: 'sequenceBranch',
        ...{ length: 9, signals: 2 },
        layers: [
          causal(5, 3, 1),
          { kind: 'residual', layers: [{ kind: 'layerNorm' }, relu, causal(5, 3, 2)], shortcut: [] },
          ...[causal(6, 3, 1, 2), relu],
        ],
      },
      ...[dense(8), relu, dense(3)],
    ],
  ],
];

describe('a network for sequences', () => {
  it.each(CASES)('computes what PyTorch computes: %s', (name, [width, channels], layers) => {
    const oracle = oracles[name];
    const spec = { input: { height: 1, width, channels, groups: 1 as const }, layers };
    const arena = new NeuralArena();
    const memory = new ParameterMemory(arena, parameterSpecs(spec).flat());
    memory.write(oracle.parameters.map((values) => Float32Array.from(values)));
    const gradients = memory.block();
    const network = bindNetwork(arena, spec, memory, gradients, 8, arena.allocate(16));
    const shape = network.outputShape;
    const [stride, nPositions] = [strideOf(shape), N_ROWS * positionsOf(shape)];

    // A larger batch before leaves nothing behind.
    const many = Float32Array.from({ length: 8 * width * channels }, (_, i) => i % 9);
    writeSamples(arena, network, spec.input, many, 8, 8);
    network.forward(8, true);
    arena.float32(network.ofOutputs, 8 * positionsOf(shape) * stride).fill(1);
    network.backward(8);

    writeSamples(arena, network, spec.input, Float32Array.from(oracle.inputs), N_ROWS, padded(N_ROWS));
    network.forward(N_ROWS, true);
    const size = padded(N_ROWS) * positionsOf(shape) * stride;
    const outputs = arena.float32(network.outputs, size);
    const asked = arena.float32(network.ofOutputs, size).fill(0);
    expect(oracle.outputs.length).toBe(nPositions * shape.channels);
    oracle.outputs.forEach((expected, i) => {
      const place = Math.floor(i / shape.channels) * stride + (i % shape.channels);
      expect(Math.abs(outputs[place] - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
      asked[place] = oracle.factors[i];
    });
    network.backward(N_ROWS);
    const own = memory.read(gradients);
    expect(own.length).toBe(oracle.gradients.length);
    own.forEach((values, p) => {
      const largest = Math.max(1, ...oracle.gradients[p].map(Math.abs));
      expect(values.length).toBe(oracle.gradients[p].length);
      values.forEach((value, i) => {
        expect(Math.abs(value - oracle.gradients[p][i])).toBeLessThan(2e-5 * largest);
      });
    });
  });
});
