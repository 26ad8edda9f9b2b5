/** Every layer we offer goes backwards as differences of its forward pass say, and gives the numbers of PyTorch 1.13.1
 *  (test/oracles/generate/neural-layers.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bindNetwork, writeSamples } from '../../../src/ml/neural/kernel-network.ts';
import { NeuralArena } from '../../../src/ml/neural/kernels.ts';
import { ACTIVATIONS } from '../../../src/ml/neural/layers/activation.ts';
import { padded, positionsOf, rowShape, type Shape, strideOf } from '../../../src/ml/neural/layers/layer.ts';
import { type LayerSpec, type NetworkSpec, parameterSpecs } from '../../../src/ml/neural/network.ts';
import { ParameterMemory } from '../../../src/ml/neural/parameter-memory.ts';
import { gradientPairs } from './numeric-gradients.ts';

const dense = (units: number): LayerSpec => ({ kind: 'dense', units, initial: 'he' });
const heads = (units: number): LayerSpec => ({ kind: 'heads', units, initial: 'he' });
const image: Shape & { readonly groups: 1 } = { height: 3, width: 2, channels: 5, groups: 1 };

const conv = (channels: number, size: number, step = 1, padding: 'same' | 'valid' = 'same'): LayerSpec => ({
  kind: 'conv2d',
  ...{ channels, size, step, padding },
});
const picture = (height: number, width: number, channels: number) => ({
  ...{ height, width, channels },
  groups: 1 as const,
});
const relu: LayerSpec = { kind: 'activation', name: 'relu', dropout: 0 };
const mish: LayerSpec = { kind: 'activation', name: 'mish', dropout: 0 };
const batchNorm: LayerSpec = { kind: 'batchNorm', momentum: 0.1 };

const residual = (layers: LayerSpec[], shortcut: LayerSpec[]): LayerSpec => ({
  kind: 'residual',
  ...{ layers, shortcut },
});

const causal = (channels: number, size: number, dilation: number, step = 1): LayerSpec => ({
  kind: 'causalConvolution',
  ...{ channels, size, dilation, step },
});
const line = (length: number, channels: number) => picture(1, length, channels);

type Case = [string, LayerSpec[], (Shape & { readonly groups: 1 })?];
const CASES: Case[] = [
  ['dense', [dense(9), dense(3)]],
  ['dense, position by position', [dense(9), dense(3)], image],
  ['dense over flattened positions', [dense(3), { kind: 'flatten' }, dense(4)], image],
  ...ACTIVATIONS.flatMap((name): [string, LayerSpec[]][] => [
    [name, [dense(9), { kind: 'activation', name, dropout: 0 }, dense(3)]],
    [`${name} with dropout`, [dense(9), { kind: 'activation', name, dropout: 0.4 }, dense(3)]],
  ]),
  ['batch normalisation', [dense(9), { kind: 'batchNorm', momentum: 0.1 }, dense(3)]],
  ['batch normalisation over positions', [dense(9), { kind: 'batchNorm', momentum: 0.1 }, dense(3)], image],
  ['layer normalisation', [dense(9), { kind: 'layerNorm' }, dense(3)]],
  ['layer normalisation at every position', [dense(9), { kind: 'layerNorm' }, dense(3)], image],
  ['scales of features', [dense(9), { kind: 'scale', members: 1, initial: 'ones', rate: 6 }, dense(3)]],
  ['scales at every position', [{ kind: 'scale', members: 1, initial: 'normal', rate: 1 }, dense(3)], image],
  ['members', [dense(9), { kind: 'scale', members: 3, initial: 'signs', rate: 1 }, dense(3)]],
  [
    'members of positions',
    [dense(9), { kind: 'scale', members: 2, initial: 'normal', rate: 1 }, dense(3)],
    image,
  ],
  ['heads', [dense(9), { kind: 'heads', units: 3, initial: 'he' }, dense(2)], image],
  ['heads over positions that became channels', [dense(3), { kind: 'flatten' }, heads(4), dense(2)], image],
  [
    'members with heads of their own',
    [dense(6), { kind: 'scale', members: 4, initial: 'signs', rate: 1 }, dense(5), heads(3)],
  ],
  [
    'blocks',
    [
      dense(9),
      {
        kind: 'blocks',
        blocks: [
          { inputs: 3, units: 2, deviation: 1 },
          { inputs: 1, units: 0, deviation: 1 },
          { inputs: 5, units: 11, deviation: 0.5 },
        ],
      },
      dense(3),
    ],
  ],
  [
    'blocks at every position',
    [
      {
        kind: 'blocks',
        blocks: [
          { inputs: 2, units: 0, deviation: 1 },
          { inputs: 3, units: 4, deviation: 1 },
        ],
      },
      dense(3),
    ],
    image,
  ],
  [
    'piecewise-linear encodings',
    [dense(4), { kind: 'piecewise', edges: [[-1, 0, 0.5, 2], [], [-0.5, 0.5], [-3, -2, 2]] }, dense(3)],
  ],
  ...(['same', 'valid'] as const).flatMap((padding) =>
    [1, 2].flatMap((step) =>
      [1, 3].map(
        (channels): Case => [
          `two convolutions, ${padding}, step ${step}, ${channels} channels`,
          [conv(9, 3, step, padding), conv(2, 2, 1, padding)],
          picture(7, 6, channels),
        ],
      ),
    ),
  ),
  ['a convolution of single positions', [dense(5), conv(9, 1), conv(3, 1, 2)], picture(3, 5, 2)],
  ['a convolution wider than the image', [dense(2), conv(3, 5)], picture(2, 3, 1)],
  ['the largest of windows', [conv(9, 1), { kind: 'maxPool2d', size: 2, step: 2 }], picture(5, 6, 2)],
  [
    'the largest of windows that overlap',
    [conv(3, 1), { kind: 'maxPool2d', size: 3, step: 2 }, dense(2)],
    picture(7, 5, 2),
  ],
  ['the mean over positions', [conv(9, 2), { kind: 'globalAveragePool' }, dense(3)], picture(3, 4, 2)],
  [
    'a small network for images',
    [
      ...[conv(4, 3, 1, 'valid'), batchNorm, relu, { kind: 'maxPool2d', size: 2, step: 2 } as const],
      ...[{ kind: 'flatten' } as const, dense(3)],
    ],
    picture(6, 6, 1),
  ],
  [
    'a residual block with a projection',
    [
      ...[conv(3, 3), mish],
      residual([conv(5, 3, 2), batchNorm, mish, conv(5, 3)], [conv(5, 1, 2), batchNorm]),
      ...[mish, { kind: 'globalAveragePool' } as const, dense(2)],
    ],
    picture(5, 4, 1),
  ],
  [
    'a residual block that begins in place',
    [conv(2, 1), residual([relu, conv(2, 3), relu], [relu]), relu, dense(2)],
    picture(2, 3, 2),
  ],
  [
    'residual blocks in each other',
    [conv(3, 3), residual([residual([conv(3, 1)], []), mish], [])],
    picture(4, 3, 2),
  ],
  ['dilated causal convolutions', [causal(9, 3, 1), causal(3, 2, 4)], line(11, 3)],
  ['a causal convolution in steps', [causal(9, 3, 2, 2), mish, causal(2, 2, 1, 3)], line(9, 1)],
  ['steps that leave moments out', [dense(2), causal(9, 1, 1, 3), dense(2)], line(8, 2)],
  ['a causal window longer than the sequence', [dense(3), causal(5, 4, 3)], line(5, 1)],
  [
    'a sequence beside other numbers',
    [
      dense(9),
      {
        kind: 'sequenceBranch',
        ...{ length: 3, signals: 2 },
        layers: [causal(4, 2, 1), residual([mish, causal(4, 2, 2)], [])],
      },
      dense(3),
    ],
  ],
  [
    'a row that is all sequence, read in place',
    [
      { kind: 'sequenceBranch', ...{ length: 7, signals: 1 }, layers: [relu, causal(3, 3, 1, 2), relu] },
      dense(2),
    ],
  ],
  ['a residual block below everything', [residual([relu, conv(2, 3)], []), dense(2)], picture(4, 3, 2)],
];

describe('the gradients of', () => {
  it.each(CASES)('%s are those of differences', (_, layers, input = rowShape(7)) => {
    for (const nRows of [1, 6]) {
      if (nRows === 1 && JSON.stringify(layers).includes('batchNorm')) continue;
      const pairs = gradientPairs({ input, layers }, nRows);
      const cells = pairs.flatMap(({ exact, numeric }) => [...exact].map((g, i) => [g, numeric[i]] as const));
      const sloped = cells.filter(([, slope]) => !Number.isNaN(slope));
      const largest = Math.max(...sloped.map(([, slope]) => Math.abs(slope)));
      expect(sloped.length).toBeGreaterThan(0.8 * cells.length);
      for (const [gradient, slope] of sloped) {
        expect(Math.abs(gradient - slope)).toBeLessThan(1e-3 * largest);
      }
    }
  });
});

interface LayerOracle {
  spec: NetworkSpec;
  nRows: number;
  inputs: number[];
  parameters: number[][];
  outputs: number[];
  factors: number[];
  gradients: (number[] | null)[];
}
const oracles: Record<string, LayerOracle> = JSON.parse(
  readFileSync('test/oracles/neural/layers.json', 'utf8'),
);

describe('a network', () => {
  it.each(Object.keys(oracles))('with %s has the outputs and gradients of PyTorch', (name) => {
    const { spec, nRows, inputs, parameters, outputs, factors, gradients } = oracles[name];
    const arena = new NeuralArena();
    const memory = new ParameterMemory(arena, parameterSpecs(spec).flat());
    memory.write(parameters.map((values) => Float32Array.from(values)));
    const ofAll = memory.block();
    const network = bindNetwork(arena, spec, memory, ofAll, nRows, arena.allocate(16));
    writeSamples(arena, network, spec.input, Float32Array.from(inputs), nRows, padded(nRows));
    network.forward(nRows, true);
    const { channels } = network.outputShape;
    const [stride, nOutputRows] = [strideOf(network.outputShape), nRows * positionsOf(network.outputShape)];
    const values = arena.float32(network.outputs, nOutputRows * stride);
    const asked = arena.float32(network.ofOutputs, padded(nRows) * positionsOf(network.outputShape) * stride);
    asked.fill(0);
    outputs.forEach((expected, i) => {
      const place = Math.floor(i / channels) * stride + (i % channels);
      expect(values[place]).toBeCloseTo(expected, 4);
      asked[place] = factors[i];
    });
    network.backward(nRows);
    memory.read(ofAll).forEach((own, p) => {
      gradients[p]?.forEach((expected, i) => {
        expect(own[i]).toBeCloseTo(expected, 4);
      });
    });
  });
});
