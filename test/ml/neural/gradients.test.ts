import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { rowShape } from '../../../src/ml/neural/layers/layer.ts';
import { meanLoss } from '../../../src/ml/neural/loss.ts';
import type { LayerSpec } from '../../../src/ml/neural/network.ts';
import { batchLoss, forward } from '../../../src/ml/neural/tensor-forward.ts';
import { BACKENDS, normal, on, USUAL } from './tensors/backends.ts';

interface NetworkOracle {
  widths: number[];
  inputs: number[];
  targets: number[];
  parameters: number[][];
  outputs: number[];
  loss: number;
  gradients: number[][];
}
const oracle: Record<'crossEntropy' | 'squaredError', NetworkOracle> = JSON.parse(
  readFileSync('test/oracles/neural/training.json', 'utf8'),
).network;

afterAll(() => tf.setBackend(USUAL));

describe.each(BACKENDS)('a dense network on the %s backend', (backend) => {
  it.each(['crossEntropy', 'squaredError'] as const)('has the %s and gradients of PyTorch', async (loss) => {
    await tf.setBackend(backend);
    const { widths, inputs, targets, parameters, outputs, ...expected } = oracle[loss];
    const [width, ...units] = widths;
    const spec = {
      input: rowShape(width),
      layers: units.flatMap((count, l): LayerSpec[] => [
        { kind: 'dense', units: count, initial: 'he' },
        ...(l < units.length - 1 ? [{ kind: 'activation', name: 'relu', dropout: 0 } as const] : []),
      ]),
    };
    const shapes = units.flatMap((count, l) => [[widths[l], count], [count]]);
    const { value, gradients } = tf.tidy(() => {
      const tensors = parameters.map((values, i) => tf.tensor(values, shapes[i]));
      const result = tf.valueAndGrads((...weights: tf.Tensor[]) =>
        batchLoss(
          loss,
          forward(spec, tf.tensor2d(inputs, [5, 3]), weights),
          tf.tensor2d(targets, [5, 3]),
          tf.ones([5, 1]),
        ),
      )(tensors);
      return {
        value: result.value.dataSync()[0],
        gradients: result.grads.map((grad) => Array.from(grad.dataSync())),
      };
    });
    expect(value).toBeCloseTo(expected.loss, 5);
    gradients.forEach((gradient, p) => {
      gradient.forEach((g, i) => {
        expect(g).toBeCloseTo(expected.gradients[p][i], 5);
      });
    });
    expect(meanLoss({ name: loss }, Float32Array.from(outputs), Float32Array.from(targets), 3)).toBeCloseTo(
      expected.loss,
      6,
    );
  });
});

describe.each(BACKENDS)('the gradient of a repetition on the %s backend', (backend) => {
  it.each([
    [[4], [3]],
    [
      [1, 5],
      [6, 1],
    ],
    [
      [2, 3],
      [1, 1],
    ],
    [
      [2, 3, 2],
      [2, 1, 4],
    ],
    [
      [2, 2, 3, 2],
      [3, 2, 2, 2],
    ],
  ])('is its transpose: [%s] repeated [%s] times', async (shape, reps) => {
    const dot = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b));
    const { values } = await on(backend, () => {
      const x = normal(shape, 1);
      const upstream = normal(
        shape.map((width, axis) => width * reps[axis]),
        2,
      );
      const gradient = tf.grad((input) => dot(tf.tile(input, reps), upstream))(x);
      return tf.stack([dot(tf.tile(x, reps), upstream), dot(x, gradient)]);
    });
    expect(values[1]).toBeCloseTo(values[0], 4);
  });
});
