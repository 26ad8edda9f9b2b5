/** One vector of features per image, from whatever a network puts out. */
import * as tf from '@tensorflow/tfjs-core';

/** Maps are averaged over their places, sequences over their tokens.
 *  @param layout where the channels of a map are. @returns [nImages, nFeatures]. Runs inside a tidy. */
export function pooled(output: tf.Tensor, layout: 'channels-last' | 'channels-first'): tf.Tensor2D {
  const isFirst = layout === 'channels-first';
  if (output.rank === 4) return tf.mean(output, isFirst ? [2, 3] : [1, 2]) as tf.Tensor2D;
  if (output.rank === 3) return tf.mean(output, 1) as tf.Tensor2D;
  return tf.reshape(output, [output.shape[0] as number, -1]);
}
