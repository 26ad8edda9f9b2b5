/** Passes over the rows in random order. */
import type * as tf from '@tensorflow/tfjs-core';
import { ModelwrightError } from '../../../errors/errors.ts';
import { Random } from '../../random.ts';
import { scheduledShare } from '../schedule.ts';
import { GradientStep, type VariableGroup } from '../tensors/gradient-step.ts';

export interface PassOptions {
  readonly seed: number;
  /** Default 32. */
  readonly batchSize?: number;
  /** Default 0.01. */
  readonly weightDecay?: number;
  /** Default 1. */
  readonly clipNorm?: number;
  /** Between batches. */
  readonly shouldStop?: () => boolean;
  /** After each pass: the mean loss of its batches. */
  readonly onEpoch?: (point: { phase: Phase['phase']; epoch: number; loss: number }) => void;
}

export interface Phase {
  readonly phase: 'head' | 'blocks';
  readonly groups: readonly VariableGroup[];
  readonly nRows: number;
  readonly epochs: number;
  readonly learningRate: number;
}

/** The rate falls by half a cosine to 0.
 *  @param lossOf of a batch, by its row numbers; runs inside a tidy. @throws TRAINING_DIVERGED */
export function trainPasses(
  { phase, groups, nRows, epochs, learningRate }: Phase,
  lossOf: (rows: Uint32Array) => tf.Scalar,
  { seed, batchSize = 32, weightDecay = 0.01, clipNorm = 1, shouldStop, onEpoch }: PassOptions,
): void {
  const optimizer = new GradientStep(groups, { weightDecay, clipNorm });
  const random = new Random(seed).derive(phase);
  const order = Uint32Array.from({ length: nRows }, (_, i) => i);
  const batches = Math.ceil(nRows / batchSize);
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(order);
    let sum = 0;
    for (let batch = 0; batch < batches; batch++) {
      if (shouldStop?.()) return;
      const rows = order.slice(batch * batchSize, (batch + 1) * batchSize);
      const rate = learningRate * scheduledShare('cosine', epoch * batches + batch, epochs * batches, 0);
      const loss = optimizer.step(() => lossOf(rows), rate);
      if (!Number.isFinite(loss)) {
        const details = { loss: String(loss), epoch: epoch + 1, learningRate };
        throw new ModelwrightError('TRAINING_DIVERGED', details);
      }
      sum += loss * rows.length;
    }
    onEpoch?.({ phase, epoch, loss: sum / nRows });
  }
}
