/** The seam between the training loop and what computes: one step of the optimizer, one judgement, the weights. */
import type { Random } from '../random.ts';
import type { Loss } from './loss.ts';
import type { Network } from './network.ts';
import type { TrainingSettings } from './parameters.ts';

/** Rows with their targets as the network reads them.
 *  @property inputs  Float32Array (nRows × numbers of a sample), row-major, finite.
 *  @property targets Float32Array (nRows × nOutputs), row-major: class shares, or standardised values.
 *  @property weights Float32Array (nRows), 1 on average: how much each row counts. */
export interface Samples {
  readonly nRows: number;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  readonly weights?: Float32Array;
}

/** The rows of one pass. */
export type Batch = Required<Pick<Samples, 'nRows' | 'inputs' | 'targets'>>;

export interface Step {
  /** The batch's mean loss before the step. */
  readonly loss: number;
  /** The joint norm of its gradients before clipping. */
  readonly norm: number;
}

/** Everything that a trainer's next step depends on. */
export interface TrainerState {
  readonly step: number;
  readonly arrays: Readonly<Record<string, Float32Array | Float64Array | Uint32Array>>;
}

export interface Trainer {
  /** One step of the optimizer on these rows, with dropout and clipping. Nothing that is trained changes where loss or
   *  norm are not finite. */
  step(rows: Uint32Array, learningRate: number): Step;
  /** Mean loss without dropout, of the averaged weights where there are some. */
  evaluate(samples: Samples): number;
  /** Copies of what `evaluate` judges, in the order of `Network.parameters`. */
  parameters(): Float32Array[];
  /** Copies. */
  state(): TrainerState;
  /** @param state of a trainer made for the same task. */
  restore(state: TrainerState): void;
}

/** What a trainer is made for. The network is copied.
 *  @property mostRows the most rows of one step.
 *  @property random   decides what dropout drops.
 *  @property prepare  changes batches, which are copies, in place before the network sees them: augmentation. Its
 *                     generator depends on the step alone. */
export interface TrainerTask {
  readonly network: Network;
  readonly training: Samples;
  readonly loss: Loss;
  readonly settings: Pick<
    TrainingSettings,
    | 'optimizer'
    | 'momentum'
    | 'secondMomentum'
    | 'weightDecay'
    | 'clipNorm'
    | 'clipValue'
    | 'microBatch'
    | 'averageShare'
  >;
  readonly mostRows: number;
  readonly random: Random;
  readonly prepare?: ((batch: Batch, random: Random) => void) | undefined;
}

/** What keeps a division by a root from failing, as in PyTorch. */
export const EPSILON = 1e-8;
