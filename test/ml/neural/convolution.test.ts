/** Networks for images against PyTorch (`test/oracles/generate/convolution.py`, 1.13, float64). */
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
  readFileSync('test/oracles/neural/convolution.json', 'utf8'),
);

const conv = (channels: number, size: number, step = 1, padding: 'same' | 'valid' = 'same'): LayerSpec => ({
  kind: 'conv2d',
  ...{ channels, size, step, padding },
});
const dense = (units: number): LayerSpec => ({ kind: 'dense', units, initial: 'he' });
const relu: LayerSpec = { kind: 'activation', name: 'relu', dropout: 0 };
const batchNorm: LayerSpec = { kind: 'batchNorm', momentum: 0.1 };
const residual = (layers: LayerSpec[], shortcut: LayerSpec[]): LayerSpec => ({
  kind: 'residual',
  ...{ layers, shortcut },
});

const N_ROWS = 5;
const CASES: [string, [number, number, number], LayerSpec[]][] = [
  ['same', [5, 4, 3], [conv(9, 3), relu, conv(2, 3, 2)]],
  ['valid', [7, 8, 1], [conv(4, 3, 2, 'valid'), relu, conv(10, 2, 1, 'valid')]],
  [
    'pooled',
    [8, 7, 1],
    [conv(5, 3), batchNorm, relu, { kind: 'maxPool2d', size: 3, step: 2 }, { kind: 'flatten' }, dense(3)],
  ],
  [
    'residual',
    [6, 5, 2],
    [
      ...[conv(4, 3), relu, residual([conv(4, 3), batchNorm, relu, conv(4, 3)], []), relu],
      ...[residual([relu, conv(9, 3, 2), relu, conv(9, 3)], [conv(9, 1, 2)]), relu],
      ...[{ kind: 'globalAveragePool' } as const, { kind: 'flatten' } as const, dense(2)],
    ],
  ],
];

describe('a network for images', () => {
  it.each(CASES)('computes what PyTorch computes: %s', (name, [height, width, channels], layers) => {
    const oracle = oracles[name];
    const spec = { input: { height, width, channels, groups: 1 as const }, layers };
    const specs = parameterSpecs(spec).flat();
    const arena = new NeuralArena();
    const memory = new ParameterMemory(arena, specs);
    // Running moments are no parameters there.
    let next = 0;
    memory.write(
      specs.map(({ trained, nOutputs }) =>
        trained ? Float32Array.from(oracle.parameters[next++]) : new Float32Array(nOutputs),
      ),
    );
    const gradients = memory.block();
    const network = bindNetwork(arena, spec, memory, gradients, 8, arena.allocate(16));
    const shape = network.outputShape;
    const [stride, nPositions] = [strideOf(shape), N_ROWS * positionsOf(shape)];
    const size = padded(N_ROWS) * positionsOf(shape) * stride;

    // A larger batch before leaves nothing behind.
    const many = Float32Array.from({ length: 8 * positionsOf(spec.input) * channels }, (_, i) => i % 9);
    writeSamples(arena, network, spec.input, many, 8, 8);
    network.forward(8, true);
    arena.float32(network.ofOutputs, 8 * positionsOf(shape) * stride).fill(1);
    network.backward(8);

    writeSamples(arena, network, spec.input, Float32Array.from(oracle.inputs), N_ROWS, padded(N_ROWS));
    network.forward(N_ROWS, true);
    const outputs = arena.float32(network.outputs, size);
    const asked = arena.float32(network.ofOutputs, size);
    asked.fill(0);
    for (let i = 0; i < nPositions; i++) {
      for (let k = 0; k < shape.channels; k++) {
        const expected = oracle.outputs[i * shape.channels + k];
        expect(Math.abs(outputs[i * stride + k] - expected)).toBeLessThan(
          1e-5 * Math.max(1, Math.abs(expected)),
        );
        asked[i * stride + k] = oracle.factors[i * shape.channels + k];
      }
    }
    network.backward(N_ROWS);
    const trained = memory.read(gradients).filter((_, p) => specs[p].trained);
    expect(trained.length).toBe(oracle.gradients.length);
    trained.forEach((values, p) => {
      const largest = Math.max(1, ...oracle.gradients[p].map(Math.abs));
      expect(values.length).toBe(oracle.gradients[p].length);
      values.forEach((value, i) => {
        expect(Math.abs(value - oracle.gradients[p][i])).toBeLessThan(2e-5 * largest);
      });
    });
  });
});
