import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/ml/neural/backend.ts';
import { forward, parameterShapes } from '../../../src/ml/neural/layers/dense.ts';
import { batchLoss, type LossName, meanLoss } from '../../../src/ml/neural/loss.ts';

interface NetworkOracle {
  widths: number[];
  inputs: number[];
  targets: number[];
  parameters: number[][];
  outputs: number[];
  loss: number;
  gradients: number[][];
}
const oracle: Record<LossName, NetworkOracle> = JSON.parse(
  readFileSync('test/oracles/neural/training.json', 'utf8'),
).network;

let usual = '';
beforeAll(async () => {
  usual = (await startBackend()).name;
});
afterAll(() => tf.setBackend(usual));

describe.each(['wasm', 'cpu'])('a dense network on the %s backend', (backend) => {
  it.each(['crossEntropy', 'squaredError'] as const)('has the %s and gradients of PyTorch', async (loss) => {
    await tf.setBackend(backend);
    const { widths, inputs, targets, parameters, outputs, ...expected } = oracle[loss];
    const shapes = parameterShapes(widths);
    const { value, gradients } = tf.tidy(() => {
      const tensors = parameters.map((values, i) => tf.tensor(values, shapes[i]));
      const result = tf.valueAndGrads((...weights: tf.Tensor[]) =>
        batchLoss(loss, forward(tf.tensor2d(inputs, [5, 3]), weights), tf.tensor2d(targets, [5, 3])),
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
    expect(meanLoss(loss, Float32Array.from(outputs), Float32Array.from(targets), 3)).toBeCloseTo(
      expected.loss,
      6,
    );
  });
});
