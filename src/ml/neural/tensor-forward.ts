/** The forward pass and the loss on tensors, for the layers that tables need. */
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../random.ts';
import type { LossName } from './loss.ts';
import type { NetworkSpec } from './network.ts';

/** Raw outputs (logits or standardised values), tensor (nRows, nOutputs). Call inside `tf.tidy`.
 *  @param spec       dense layers and ReLU only.
 *  @param parameters tensors in the order of `Network.parameters`.
 *  @param random     in training: decides what is dropped after ReLU. */
export function forward(
  spec: NetworkSpec,
  inputs: tf.Tensor2D,
  parameters: readonly tf.Tensor[],
  random?: Random,
): tf.Tensor2D {
  let activations = inputs;
  let used = 0;
  for (const layer of spec.layers) {
    if (layer.kind === 'dense') {
      const product = tf.matMul(activations, parameters[used] as tf.Tensor2D);
      activations = tf.add(product, parameters[used + 1] as tf.Tensor1D) as tf.Tensor2D;
      used += 2;
    } else if (layer.kind === 'activation' && layer.name === 'relu') {
      activations = tf.relu(activations);
      if (!random || layer.dropout === 0) continue;
      const mask = dropoutMask(random, activations.size, layer.dropout);
      activations = tf.mul(activations, tf.tensor2d(mask, activations.shape));
    } else throw new RangeError(`tensors do not compute ${layer.kind} layers`);
  }
  return activations;
}

/** Inverted dropout (Srivastava et al. 2014) with a seeded generator: tfjs draws its own masks from a stream that we cannot
 *  derive or replay. 0 with probability `rate`, else 1 / (1 - rate), so that the expected activation is the same with and
 *  without. @param rate in [0, 1). */
function dropoutMask(random: Random, length: number, rate: number): Float32Array {
  const threshold = rate * 4294967296;
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length }, () => (random.uint32() < threshold ? 0 : kept));
}

/** Mean loss of a batch as a differentiable scalar, with its derivative written out: for both losses it is the
 *  difference between what was predicted and what was the case.
 *  @param outputs (nRows, nOutputs): logits, or values. @param targets same shape: class shares, or values.
 *  @param weights (nRows, 1): how much each row counts. */
export function batchLoss(
  loss: Exclude<LossName, 'focalLoss' | 'huberError'>,
  outputs: tf.Tensor2D,
  targets: tf.Tensor2D,
  weights: tf.Tensor2D,
): tf.Scalar {
  const rows = outputs.shape[0];
  const withDerivative = tf.customGrad((values, save) => {
    const predicted = loss === 'crossEntropy' ? tf.softmax(values as tf.Tensor2D) : (values as tf.Tensor2D);
    const gap = tf.mul(tf.sub(predicted, targets), weights);
    (save as tf.GradSaveFunc)([gap]);
    const factor = loss === 'crossEntropy' ? 1 / rows : 2 / outputs.size;
    const costs =
      loss === 'crossEntropy'
        ? tf.neg(tf.mul(targets, tf.logSoftmax(values as tf.Tensor2D)))
        : tf.square(tf.sub(predicted, targets));
    return {
      value: tf.mul(tf.sum(tf.mul(costs, weights)), loss === 'crossEntropy' ? factor : factor / 2),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(tf.mul(saved[0] as tf.Tensor, factor), dy),
    };
  });
  return withDerivative(outputs) as tf.Scalar;
}
