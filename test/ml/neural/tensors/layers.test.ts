import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import { BACKENDS, type Numbers, relativeError, USUAL } from './backends.ts';

interface LayerOracle {
  input: Numbers;
  weights: Numbers[];
  coefficients: number[];
  output: Numbers;
  gradients: number[][];
}
interface LossOracle {
  outputs: number[];
  targets: number[];
  loss: number;
  gradient: number[];
}
const oracle: { layers: Record<string, LayerOracle>; losses: Record<string, LossOracle> } = JSON.parse(
  readFileSync('test/oracles/neural/tensors.json', 'utf8'),
);

type Layer = InstanceType<typeof layers.Layer>;
type Forward = (x: tf.Tensor, weights: tf.Tensor[]) => tf.Tensor;

/** A layer of tfjs as a function of its input and its weights; weights beyond the given ones keep their start. */
function layerForward(build: () => Layer, isTraining = false): Forward {
  return (x, weights) => {
    const layer = build();
    layer.build(x.shape);
    layer.built = true;
    const own = layer.weights.map((weight, i) => {
      const holder = weight as unknown as { val: tf.Tensor };
      const variable = holder.val;
      // The layer's own variable would hide the tensor whose gradient is asked for.
      if (i < weights.length) holder.val = weights[i];
      return variable;
    });
    const output = layer.call(x, { training: isTraining }) as tf.Tensor;
    tf.dispose(own);
    return output;
  };
}

const CASES: Record<string, Forward> = {
  ...Object.fromEntries(
    (
      [
        'linear',
        'relu',
        'sigmoid',
        'tanh',
        'elu',
        'selu',
        'softplus',
        'softmax',
        'swish',
        'gelu',
        'relu6',
        'softsign',
      ] as const
    ).map((activation) => [
      `dense ${activation}`,
      layerForward(() => layers.dense({ units: 3, activation })),
    ]),
  ),
  conv1d: layerForward(() => layers.conv1d({ filters: 4, kernelSize: 3, strides: 2 })),
  'conv1d same': layerForward(() => layers.conv1d({ filters: 3, kernelSize: 4, padding: 'same' })),
  ...Object.fromEntries(
    (['same', 'valid'] as const).flatMap((padding) =>
      [1, 2].flatMap((strides) => [
        [
          `conv2d ${padding} ${strides}`,
          layerForward(() => layers.conv2d({ filters: 4, kernelSize: 3, strides, padding })),
        ],
        [
          `depthwise ${padding} ${strides}`,
          layerForward(() => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides, padding })),
        ],
      ]),
    ),
  ),
  separable: layerForward(() =>
    layers.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
  ),
  ...Object.fromEntries(
    (['same', 'valid'] as const).map((padding) => [
      `conv2dTranspose ${padding} 2`,
      layerForward(() => layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding })),
    ]),
  ),
  batchNorm: layerForward(() => layers.batchNormalization(), true),
  'batchNorm at rest': (x, [gamma, beta]) =>
    layerForward(() => layers.batchNormalization())(x, [
      gamma,
      beta,
      tf.tensor1d([0.3, -0.2]),
      tf.tensor1d([1.5, 0.7]),
    ]),
  layerNorm: layerForward(() => layers.layerNormalization()),
  maxPool: layerForward(() => layers.maxPooling2d({ poolSize: 2 })),
  'maxPool of negatives': layerForward(() =>
    layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
  ),
  avgPool: layerForward(() => layers.averagePooling2d({ poolSize: 2 })),
  globalMaxPool: layerForward(() => layers.globalMaxPooling2d({})),
  globalAveragePool: layerForward(() => layers.globalAveragePooling2d({})),
  embedding: layerForward(() => layers.embedding({ inputDim: 5, outputDim: 4 })),
  lstm: layerForward(() => layers.lstm({ units: 3, recurrentActivation: 'sigmoid' })),
  gru: layerForward(() => layers.gru({ units: 3, recurrentActivation: 'sigmoid' })),
  cumsum: (x) => tf.cumsum(x, 1),
  einsum: (x, [w]) => tf.einsum('bqd,bkd->bqk', x, w),
  'einsum with letters of its own': (x, [w]) => tf.einsum('ijk,jl->il', x, w),
};

/** The leaves by which a case has gradients: the input, unless it holds whole numbers, and the weights. */
function leavesOf({ input, weights, gradients }: LayerOracle): { leaves: Numbers[]; isInputFixed: boolean } {
  const isInputFixed = gradients.length === weights.length;
  return { leaves: isInputFixed ? weights : [input, ...weights], isInputFixed };
}

function outputOf(forward: Forward, stored: LayerOracle, leaves: tf.Tensor[]): tf.Tensor {
  const { isInputFixed } = leavesOf(stored);
  if (!isInputFixed) return forward(leaves[0], leaves.slice(1));
  return forward(tf.tensor(stored.input.values, stored.input.shape, 'int32'), leaves);
}

function toTensor({ values, shape }: Numbers): tf.Tensor {
  return tf.tensor(values, shape, 'float32');
}

describe('the stored values', () => {
  it('cover every case, and no other', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(oracle.layers).sort());
  });
});

describe.each(BACKENDS)('on the %s backend', (backend) => {
  it.each(Object.keys(CASES))(
    '%s has the output and gradients of PyTorch, and leaves nothing behind',
    async (name) => {
      await tf.setBackend(backend);
      const stored = oracle.layers[name];
      const run = () =>
        tf.tidy(() => {
          const weigh = (...leaves: tf.Tensor[]) =>
            tf.sum(
              tf.mul(
                outputOf(CASES[name], stored, leaves),
                tf.tensor(stored.coefficients, stored.output.shape),
              ),
            );
          const leaves = leavesOf(stored).leaves.map(toTensor);
          const output = outputOf(CASES[name], stored, leaves);
          const gradients = tf.grads(weigh as (...leaves: tf.Tensor[]) => tf.Scalar)(leaves);
          return {
            output: { shape: output.shape, values: Array.from(output.dataSync()) },
            gradients: gradients.map((gradient) => Array.from(gradient.dataSync())),
          };
        });
      run();
      const before = tf.memory().numTensors;
      const { output, gradients } = run();
      expect(tf.memory().numTensors).toBe(before);
      expect(output.shape).toEqual(stored.output.shape);
      expect(relativeError(output.values, stored.output.values)).toBeLessThan(1e-5);
      stored.gradients.forEach((expected, i) => {
        expect(relativeError(gradients[i], expected), `gradient ${i}`).toBeLessThan(1e-4);
      });
    },
  );
});

/** How far a number is moved to either side: enough for float32, and less where a corner or a rival maximum is near. */
const STEP = 5e-3;
const SMALLER_STEPS: Record<string, number> = { 'dense softsign': 1e-3, 'maxPool of negatives': 1e-3 };
/** Numbers of each leaf whose derivative is measured. */
const MEASURED = 10;

describe('measured by moving one number at a time', () => {
  it.each(Object.keys(CASES))('%s has the stored gradients', async (name) => {
    await tf.setBackend(USUAL);
    const stored = oracle.layers[name];
    const { leaves } = leavesOf(stored);
    const random = new Random(1);
    const step = SMALLER_STEPS[name] ?? STEP;
    const weighed = (moved: Numbers[]) =>
      tf.tidy(() => {
        const output = Array.from(outputOf(CASES[name], stored, moved.map(toTensor)).dataSync());
        return output.reduce((sum, value, i) => sum + value * stored.coefficients[i], 0);
      });
    leaves.forEach((leaf, l) => {
      const measured: number[] = [];
      const expected: number[] = [];
      for (let k = 0; k < Math.min(MEASURED, leaf.values.length); k++) {
        const at = Math.floor(random.uniform() * leaf.values.length);
        const moved = (by: number) =>
          weighed(
            leaves.map((other) =>
              other === leaf
                ? { ...leaf, values: leaf.values.map((v, i) => (i === at ? v + by : v)) }
                : other,
            ),
          );
        measured.push((moved(step) - moved(-step)) / (2 * step));
        expected.push(stored.gradients[l][at]);
      }
      expect(relativeError(measured, expected), `leaf ${l}`).toBeLessThan(1e-3);
    });
  });
});

describe('dropout', () => {
  it.each(BACKENDS)('lets the gradient through where it let the number through (%s)', async (backend) => {
    await tf.setBackend(backend);
    const { output, gradient } = tf.tidy(() => {
      const x = tf.ones([20, 10]);
      const forward = layerForward(() => layers.dropout({ rate: 0.4, seed: 7 }), true);
      const output = Array.from(forward(x, []).dataSync());
      const slope = tf.grad((input) => tf.sum(forward(input, [])))(x);
      return { output, gradient: Array.from(slope.dataSync()) };
    });
    expect(new Set(output.map((value) => value.toFixed(4)))).toEqual(new Set(['0.0000', '1.6667']));
    expect(gradient).toEqual(output);
  });
});

const LOSSES: Record<string, (targets: tf.Tensor, outputs: tf.Tensor) => tf.Tensor> = {
  softmaxCrossEntropy: (targets, outputs) => tf.losses.softmaxCrossEntropy(targets, outputs),
  sigmoidCrossEntropy: (targets, outputs) => tf.losses.sigmoidCrossEntropy(targets, outputs),
  squaredError: (targets, outputs) => tf.losses.meanSquaredError(targets, outputs),
  absoluteError: (targets, outputs) => tf.losses.absoluteDifference(targets, outputs),
  huber: (targets, outputs) => tf.losses.huberLoss(targets, outputs),
};

describe.each(BACKENDS)('on the %s backend, the loss', (backend) => {
  it.each(Object.keys(oracle.losses))('%s has the value and gradient of PyTorch', async (name) => {
    await tf.setBackend(backend);
    const { outputs, targets, ...expected } = oracle.losses[name];
    const { loss, gradient } = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((y) => LOSSES[name](tf.tensor2d(targets, [4, 3]), y))(
        tf.tensor2d(outputs, [4, 3]),
      );
      return { loss: value.dataSync()[0], gradient: Array.from(grad.dataSync()) };
    });
    expect(loss).toBeCloseTo(expected.loss, 5);
    expect(relativeError(gradient, expected.gradient)).toBeLessThan(1e-4);
  });
});
