/** What is put on a backbone for another task: one dense layer on its standardised features. */
import * as tf from '@tensorflow/tfjs-core';

/** The numbers of a head: plain values. */
export interface HeadWeights {
  readonly centre: Float32Array;
  readonly scale: Float32Array;
  /** (nFeatures × nOutputs), row by row. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** A head that predicts the same for every image, and standardises by these features.
 *  @param features Float32Array (nImages × nFeatures). */
export function newHead(features: Float32Array, nFeatures: number, nOutputs: number): HeadWeights {
  const nImages = features.length / nFeatures;
  const centre = new Float32Array(nFeatures);
  const scale = new Float32Array(nFeatures);
  for (let j = 0; j < nFeatures; j++) {
    let sum = 0;
    for (let i = 0; i < nImages; i++) sum += features[i * nFeatures + j] as number;
    const mean = sum / nImages;
    let squares = 0;
    for (let i = 0; i < nImages; i++) squares += ((features[i * nFeatures + j] as number) - mean) ** 2;
    centre[j] = mean;
    scale[j] = Math.sqrt(squares / nImages) || 1;
  }
  return { centre, scale, kernel: new Float32Array(nFeatures * nOutputs), bias: new Float32Array(nOutputs) };
}

/** The head's outputs before any softmax. Runs inside a tidy. */
export function applyHead(
  features: tf.Tensor2D,
  { centre, scale }: HeadWeights,
  kernel: tf.Tensor,
  bias: tf.Tensor,
): tf.Tensor2D {
  const standardised = tf.div(tf.sub(features, tf.tensor1d(centre)), tf.tensor1d(scale)) as tf.Tensor2D;
  return tf.add(tf.matMul(standardised, kernel as tf.Tensor2D), bias) as tf.Tensor2D;
}
