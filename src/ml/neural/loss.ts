/** What the network minimises, per row: cross-entropy of class probabilities, or squared error. */
import * as tf from '@tensorflow/tfjs-core';

export type LossName = 'crossEntropy' | 'squaredError';

/** Mean loss of a batch as a differentiable scalar, with its derivative written out: for both losses it is the
 *  difference between what was predicted and what was the case.
 *  @param outputs (nRows, nOutputs): logits, or values. @param targets same shape: class shares, or values. */
export function batchLoss(loss: LossName, outputs: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  const rows = outputs.shape[0];
  const withDerivative = tf.customGrad((values, save) => {
    const predicted = loss === 'crossEntropy' ? tf.softmax(values as tf.Tensor2D) : (values as tf.Tensor2D);
    const gap = tf.sub(predicted, targets);
    (save as tf.GradSaveFunc)([gap]);
    const factor = loss === 'crossEntropy' ? 1 / rows : 2 / outputs.size;
    return {
      value:
        loss === 'crossEntropy'
          ? tf.div(tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(values as tf.Tensor2D)))), rows)
          : tf.mean(tf.square(gap)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(tf.mul(saved[0] as tf.Tensor, factor), dy),
    };
  });
  return withDerivative(outputs) as tf.Scalar;
}

/** The same mean over plain arrays, summed in float64. @param outputs, targets (nRows × nOutputs), row-major. */
export function meanLoss(
  loss: LossName,
  outputs: Float32Array,
  targets: Float32Array,
  nOutputs: number,
): number {
  const nRows = outputs.length / nOutputs;
  let sum = 0;
  if (loss === 'squaredError') {
    for (let i = 0; i < outputs.length; i++) sum += ((outputs[i] as number) - (targets[i] as number)) ** 2;
    return sum / outputs.length;
  }
  for (let start = 0; start < outputs.length; start += nOutputs) {
    const logits = outputs.subarray(start, start + nOutputs);
    const logTotal = logSumExp(logits);
    for (let k = 0; k < nOutputs; k++) {
      sum += (targets[start + k] as number) * (logTotal - (logits[k] as number));
    }
  }
  return sum / nRows;
}

/** Probabilities of each row. @param outputs logits (nRows × nClasses), row-major. @returns same layout. */
export function softmaxRows(outputs: Float32Array, nClasses: number): Float64Array {
  const probabilities = new Float64Array(outputs.length);
  for (let start = 0; start < outputs.length; start += nClasses) {
    const logits = outputs.subarray(start, start + nClasses);
    const logTotal = logSumExp(logits);
    for (let k = 0; k < nClasses; k++) probabilities[start + k] = Math.exp((logits[k] as number) - logTotal);
  }
  return probabilities;
}

function logSumExp(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > max) max = logit;
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - max);
  return max + Math.log(total);
}
