/** A new head on frozen features: what fine-tuning starts from, so that the first gradients that reach the network are not
 *  those of a head which knows nothing (Kumar et al. 2022). */
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../random.ts';
import type { Loss } from '../loss.ts';
import { takeSamples } from '../samples.ts';
import { scheduledShare } from '../schedule.ts';
import { batchLoss } from '../tensor-forward.ts';
import { GradientStep } from '../tensors/gradient-step.ts';
import type { Samples } from '../trainer.ts';
import { applyHead, type HeadWeights, newHead } from './head.ts';

const EPOCHS = 40;
const BATCH_ROWS = 32;
const LEARNING_RATE = 0.01;
const REGULARISATION = { weightDecay: 0.01, clipNorm: 1 } as const;

/** The rate falls by half a cosine to 0.
 *  @param features Float32Array (nRows × nFeatures). @param samples their targets and weights.
 *  @param shouldStop asked between batches; then the head is what it is. */
export function trainHead(
  features: Float32Array,
  { nRows, targets, weights }: Pick<Samples, 'nRows' | 'targets' | 'weights'>,
  loss: Loss['name'] & ('crossEntropy' | 'squaredError'),
  { seed, shouldStop }: { readonly seed: number; readonly shouldStop?: (() => boolean) | undefined },
): HeadWeights {
  const [nFeatures, nOutputs] = [features.length / nRows, targets.length / nRows];
  const start = newHead(features, nFeatures, nOutputs);
  const [kernel, bias] = tf.tidy(() => [
    tf.variable(tf.zeros([nFeatures, nOutputs])),
    tf.variable(tf.zeros([nOutputs])),
  ]);
  const step = new GradientStep([{ variables: [kernel, bias], rateShare: 1 }], REGULARISATION);
  const random = new Random(seed);
  const order = Uint32Array.from({ length: nRows }, (_, i) => i);
  const batches = Math.ceil(nRows / BATCH_ROWS);
  const lossOf = (rows: Uint32Array) => {
    const shaped = (values: Float32Array, width: number) =>
      tf.tensor2d(takeSamples(values, rows, width), [rows.length, width]);
    const outputs = applyHead(shaped(features, nFeatures), start, kernel, bias);
    const counted = weights ? shaped(weights, 1) : (tf.ones([rows.length, 1]) as tf.Tensor2D);
    return batchLoss(loss, outputs, shaped(targets, nOutputs), counted);
  };
  try {
    for (let i = 0; i < EPOCHS * batches && !shouldStop?.(); i++) {
      const batch = i % batches;
      if (batch === 0) random.shuffle(order);
      const rows = order.slice(batch * BATCH_ROWS, (batch + 1) * BATCH_ROWS);
      step.step(() => lossOf(rows), LEARNING_RATE * scheduledShare('cosine', i, EPOCHS * batches, 0));
    }
    return {
      ...start,
      kernel: Float32Array.from(kernel.dataSync()),
      bias: Float32Array.from(bias.dataSync()),
    };
  } finally {
    tf.dispose([kernel, bias]);
  }
}
