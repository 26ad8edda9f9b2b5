/** A stack of dense layers: the network as plain arrays, and its forward pass. */
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../random.ts';
import { dropoutMask } from './dropout.ts';
import { heNormal } from './initialisation.ts';

/** Layer i maps widths[i] to widths[i + 1]; all but the last are followed by ReLU.
 *  @property parameters kernel and bias of each layer in turn: [kernel0, bias0, kernel1, bias1, ...]; kernels are
 *                       Float32Array (in × out), row-major. */
export interface DenseStack {
  readonly widths: readonly number[];
  readonly parameters: readonly Float32Array[];
}

/** Hidden kernels are He-normal, biases and the whole last layer zero: the network starts out predicting
 *  `outputBias` for every row, which is the best constant, and learns only what improves on it (RealMLP-TD-S,
 *  Holzmueller et al. 2024, starts the last layer so). */
export function createDenseStack(
  widths: readonly number[],
  outputBias: Float32Array,
  random: Random,
): DenseStack {
  const nLayers = widths.length - 1;
  const parameters: Float32Array[] = [];
  for (let layer = 0; layer < nLayers; layer++) {
    const fanIn = widths[layer] as number;
    const fanOut = widths[layer + 1] as number;
    const last = layer === nLayers - 1;
    parameters.push(last ? new Float32Array(fanIn * fanOut) : heNormal(random, fanIn, fanOut));
    parameters.push(last ? outputBias.slice() : new Float32Array(fanOut));
  }
  return { widths, parameters };
}

/** The shapes of `parameters`, in order. */
export function parameterShapes(widths: readonly number[]): number[][] {
  return widths.slice(1).flatMap((fanOut, layer) => [[widths[layer] as number, fanOut], [fanOut]]);
}

/** Raw outputs (logits or standardised values), tensor (nRows, nOutputs). Call inside `tf.tidy`.
 *  @param parameters tensors in the order of `DenseStack.parameters`.
 *  @param dropout    in training: rate and generator; hidden activations are dropped after ReLU. */
export function forward(
  inputs: tf.Tensor2D,
  parameters: readonly tf.Tensor[],
  dropout?: { readonly rate: number; readonly random: Random },
): tf.Tensor2D {
  let activations = inputs;
  for (let i = 0; i < parameters.length; i += 2) {
    const last = i === parameters.length - 2;
    const product = tf.matMul(activations, parameters[i] as tf.Tensor2D);
    const shifted = tf.add(product, parameters[i + 1] as tf.Tensor1D) as tf.Tensor2D;
    activations = last ? shifted : tf.relu(shifted);
    if (!last && dropout && dropout.rate > 0) {
      const mask = dropoutMask(dropout.random, activations.size, dropout.rate);
      activations = tf.mul(activations, tf.tensor2d(mask, activations.shape));
    }
  }
  return activations;
}
