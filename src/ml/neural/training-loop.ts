/** Mini-batch training of a network: shuffled epochs, a schedule, early stopping with the best weights kept. It can go on
 *  after any epoch, in another process, to the same bits. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { CurvePoint, FitOptions } from '../estimator.ts';
import type { Random } from '../random.ts';
import type { Loss } from './loss.ts';
import { mixRows } from './mixup.ts';
import type { Network } from './network.ts';
import type { TrainingSettings } from './parameters.ts';
import { rangeTest } from './range-test.ts';
import { plateauDrop, scheduledShare } from './schedule.ts';
import type { Batch, Samples, Trainer, TrainerState, TrainerTask } from './trainer.ts';

export interface Trained {
  readonly parameters: readonly Float32Array[];
  readonly curve: readonly CurvePoint[];
  readonly bestStep: number;
  /** The base rate that was used in the end: the range test or a divergence may have changed it. */
  readonly learningRate: number;
}

/** Everything that the epochs to come depend on, after an epoch.
 *  @property lowered what plateaus have left of the rate. @property dropAt the epoch of the last drop. */
export interface TrainingState {
  readonly epoch: number;
  readonly curve: readonly CurvePoint[];
  readonly best: {
    readonly step: number;
    readonly loss: number;
    readonly parameters: readonly Float32Array[];
  };
  readonly firstLoss: number;
  readonly learningRate: number;
  readonly retried: boolean;
  readonly lowered: number;
  readonly dropAt: number;
  readonly trainer: TrainerState;
}

/** An epoch has at least so many steps, or a small table would hardly be learned from. */
const MIN_STEPS_PER_EPOCH = 10;

/** A training loss so many times that of the first step, which is near that of the best constant, will not come
 *  back. Adam's bounded steps rarely reach infinity; they wander off instead. */
const DIVERGED_TIMES = 30;
/** What the best constant costs on scaled targets, about: a first batch of few, easy rows may say less. */
const USUAL_FIRST_LOSS = 0.5;
/** What is left of the learning rate after a divergence. */
const RETRY_SHARE = 0.2;

/** @property validation turns early stopping on; losses reported per epoch are means over rows.
 *  @property open       makes what computes.
 *  @property augment    changes batches in place.
 *  @property checkpoint told the state after epochs where it is due. @property resumeFrom goes on after that epoch. */
export interface TrainingOptions extends Pick<FitOptions, 'onStep' | 'shouldStop'> {
  readonly validation?: Samples | undefined;
  readonly open: (task: TrainerTask) => Trainer;
  readonly augment?: (batch: Batch, random: Random) => void;
  readonly checkpoint?:
    | { readonly isDue: (step: number) => boolean; readonly save: (state: TrainingState) => void }
    | undefined;
  readonly resumeFrom?: TrainingState | undefined;
}

/** A loss or gradient that is not finite, or an absurd loss, sends training back to the last epoch that was in order, once,
 *  with a fifth of the rate.
 *  @param network read only; training works on a copy of its parameters.
 *  @throws TRAINING_DIVERGED when that happens again. */
export function trainNetwork(
  network: Network,
  training: Samples,
  loss: Loss,
  settings: TrainingSettings,
  random: Random,
  options: TrainingOptions,
): Trained {
  const { nRows } = training;
  const nBatches = batchCount(nRows, settings.batchSize);
  const { trainer, epochs } = beginTraining(network, training, loss, settings, random, nBatches, options);
  let next = epochs.next();
  while (!next.done) {
    const epoch = runEpoch(trainer, next.value, nRows, nBatches, settings, random, options.shouldStop);
    next = epochs.next(epoch);
  }
  return next.value;
}

/** Yields the state that each epoch begins with, is told what the epoch came to once the trainer has done it, and returns the
 *  best weights. */
export type Epochs = Generator<TrainingState, Trained, Epoch>;

/** Everything of a training but its epochs. @param nBatches steps of each. @throws what `trainNetwork` throws. */
export function beginTraining(
  network: Network,
  training: Samples,
  loss: Loss,
  settings: TrainingSettings,
  random: Random,
  nBatches: number,
  options: TrainingOptions,
): { readonly trainer: Trainer; readonly epochs: Epochs } {
  const mostRows = Math.ceil(training.nRows / nBatches);
  const task: TrainerTask = {
    ...{ network, training, loss, settings, mostRows, prepare: preparation(settings, options) },
    random: random.derive('dropout'),
  };
  const trainer = options.open(task);
  const state = options.resumeFrom ?? {
    epoch: 0,
    curve: [],
    best: { step: 0, loss: Number.POSITIVE_INFINITY, parameters: trainer.parameters() },
    firstLoss: Number.NaN,
    learningRate: settings.rangeTest
      ? rangeTest(() => options.open(task), training.nRows, mostRows, random.derive('range test'))
      : settings.learningRate,
    retried: false,
    lowered: 1,
    dropAt: 0,
    trainer: trainer.state(),
  };
  trainer.restore(state.trainer);
  return { trainer, epochs: epochsFrom(state, trainer, settings, options) };
}

function* epochsFrom(
  first: TrainingState,
  trainer: Trainer,
  settings: TrainingSettings,
  { validation, checkpoint, onStep, shouldStop }: TrainingOptions,
): Epochs {
  let state = first;
  while (state.epoch < settings.maxSteps && !isOverdue(state, settings, validation)) {
    const epoch = yield state;
    const judged = validation && trainer.evaluate(validation);
    const hasDiverged =
      epoch.hasDiverged ||
      epoch.loss > DIVERGED_TIMES * epoch.firstLoss ||
      (judged !== undefined && !Number.isFinite(judged));
    if (hasDiverged) {
      if (state.retried) throw diverged(epoch.loss, state);
      state = { ...state, retried: true, learningRate: state.learningRate * RETRY_SHARE };
      trainer.restore(state.trainer);
      continue;
    }
    state = afterEpoch(state, { ...epoch, ...(judged === undefined ? {} : { judged }) }, settings, trainer);
    onStep?.(state.curve.at(-1) as CurvePoint);
    if (checkpoint?.isDue(state.epoch)) checkpoint.save(state);
    if (epoch.stopped || shouldStop?.()) break;
  }
  const { best, curve, learningRate } = state;
  return { parameters: best.parameters, curve, bestStep: best.step, learningRate };
}

/** @property gradientNorm the mean of its steps. @property learningRate of its last step. */
export interface Epoch {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly firstLoss: number;
  readonly hasDiverged: boolean;
  readonly stopped: boolean;
}

/** The order of the rows depends on the epoch alone. */
export function runEpoch(
  trainer: Pick<Trainer, 'step'>,
  state: Pick<TrainingState, 'epoch' | 'learningRate' | 'lowered' | 'firstLoss'>,
  nRows: number,
  nBatches: number,
  settings: TrainingSettings,
  random: Random,
  shouldStop: FitOptions['shouldStop'],
): Epoch {
  const shuffled = random.derive('order', state.epoch).permutation(nRows);
  const totalSteps = nBatches * settings.maxSteps;
  const warmUp = Math.round(nBatches * settings.warmUpSteps);
  const base = state.learningRate * state.lowered;
  let { firstLoss } = state;
  let [sum, norms, rowsSeen, steps, learningRate] = [0, 0, 0, 0, 0];
  let stopped = false;
  for (let b = 0; b < nBatches && !stopped; b++) {
    const from = Math.floor((b * nRows) / nBatches);
    const rows = shuffled.subarray(from, Math.floor(((b + 1) * nRows) / nBatches));
    const step = state.epoch * nBatches + b;
    learningRate = base * scheduledShare(settings.schedule, step, totalSteps, warmUp);
    const { loss, norm } = trainer.step(rows, learningRate);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      return { loss, gradientNorm: norm, learningRate, firstLoss, hasDiverged: true, stopped };
    }
    if (step === 0) firstLoss = Math.max(loss, USUAL_FIRST_LOSS);
    sum += loss * rows.length;
    norms += norm;
    rowsSeen += rows.length;
    steps++;
    stopped = shouldStop?.() ?? false;
  }
  const gradientNorm = norms / steps;
  return { loss: sum / rowsSeen, gradientNorm, learningRate, firstLoss, hasDiverged: false, stopped };
}

/** @property judged validation loss; without validation the last epoch is kept. */
function afterEpoch(
  state: TrainingState,
  { loss, gradientNorm, learningRate, firstLoss, judged }: Epoch & { readonly judged?: number },
  settings: TrainingSettings,
  trainer: Trainer,
): TrainingState {
  const epoch = state.epoch + 1;
  const point = {
    step: epoch,
    trainLoss: loss,
    ...(judged === undefined ? {} : { validationLoss: judged }),
    gradientNorm,
    learningRate,
  };
  const isBest = judged === undefined || judged < state.best.loss;
  const best = isBest
    ? { step: epoch, loss: judged ?? state.best.loss, parameters: trainer.parameters() }
    : state.best;
  const drop =
    settings.schedule === 'plateau' && judged !== undefined
      ? plateauDrop(epoch - Math.max(best.step, state.dropAt), settings.patience)
      : 1;
  return {
    ...state,
    epoch,
    curve: [...state.curve, point],
    best,
    firstLoss,
    lowered: state.lowered * drop,
    dropAt: drop < 1 ? epoch : state.dropAt,
    trainer: trainer.state(),
  };
}

/** Whether patience is over. */
function isOverdue(
  { epoch, best }: TrainingState,
  { patience }: TrainingSettings,
  validation: unknown,
): boolean {
  return validation !== undefined && patience > 0 && epoch - best.step >= patience;
}

/** What is done to batches before the network sees them. */
export function preparation(
  { mixup }: Pick<TrainingSettings, 'mixup'>,
  { augment }: Pick<TrainingOptions, 'augment'>,
): TrainerTask['prepare'] {
  if (!augment && mixup === 0) return undefined;
  return (batch, random) => {
    augment?.(batch, random);
    if (mixup > 0) mixRows(batch, mixup, random);
  };
}

/** Batches of nearly equal size: no small last one with a noisy gradient. */
export function batchCount(nRows: number, batchSize: number): number {
  return Math.min(nRows, Math.max(Math.ceil(nRows / batchSize), MIN_STEPS_PER_EPOCH));
}

function diverged(loss: number, { epoch, learningRate }: TrainingState): ModelwrightError {
  return new ModelwrightError('TRAINING_DIVERGED', {
    loss: loss.toPrecision(3),
    epoch: epoch + 1,
    learningRate,
  });
}
