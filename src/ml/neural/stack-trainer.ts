/** The seam between the training loop and what computes: one step of the optimizer, one judgement, the weights. */
import type { Random } from '../random.ts';
import type { DenseStack } from './layers/dense.ts';
import type { LossName } from './loss.ts';
import type { MlpParameters } from './parameters.ts';

/** Rows with their targets as the network reads them.
 *  @property inputs  Float32Array (nRows × nFeatures), row-major, finite.
 *  @property targets Float32Array (nRows × nOutputs), row-major: class shares, or standardised values. */
export interface Samples {
  readonly nRows: number;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
}

export interface StackTrainer {
  /** One step of AdamW on these rows, with dropout and clipping. Nothing changes where loss or norm are not finite.
   *  @returns the batch's mean loss before the step, and the joint norm of its gradients before clipping. */
  step(rows: Uint32Array, learningRate: number): { readonly loss: number; readonly norm: number };
  /** Mean loss without dropout. */
  evaluate(samples: Samples): number;
  /** Copies, in the order of `DenseStack.parameters`. */
  parameters(): Float32Array[];
}

/** What a trainer is made for. The stack is copied.
 *  @property random decides what dropout drops. */
export interface TrainerTask {
  readonly stack: DenseStack;
  readonly training: Samples;
  readonly loss: LossName;
  readonly settings: Pick<MlpParameters, 'dropout' | 'weightDecay' | 'clipNorm' | 'batchSize'>;
  /** The most rows of one step. */
  readonly mostRows: number;
  readonly random: Random;
}

/** As in PyTorch. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
