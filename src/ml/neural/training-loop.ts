/** Mini-batch training of a dense stack: shuffled epochs, a schedule, early stopping with the best weights kept. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { CurvePoint, FitOptions } from '../estimator.ts';
import type { Random } from '../random.ts';
import type { DenseStack } from './layers/dense.ts';
import type { LossName } from './loss.ts';
import type { MlpParameters } from './parameters.ts';
import { scheduledShare } from './schedule.ts';
import type { Samples, StackTrainer, TrainerTask } from './stack-trainer.ts';

export interface Trained {
  readonly parameters: readonly Float32Array[];
  readonly curve: readonly CurvePoint[];
  readonly bestStep: number;
}

/** An epoch has at least so many steps, or a small table would hardly be learned from. */
const MIN_STEPS_PER_EPOCH = 10;

/** A training loss so many times that of the first step, which is near that of the best constant, will not come
 *  back. Adam's bounded steps rarely reach infinity; they wander off instead. */
const DIVERGED_TIMES = 30;
/** What the best constant costs on scaled targets, about: a first batch of few, easy rows may say less. */
const USUAL_FIRST_LOSS = 0.5;

/** @param stack read only; training works on a copy of its parameters.
 *  @param options validation turns early stopping on; losses reported per epoch are means over rows.
 *  @param open makes what computes.
 *  @throws TRAINING_DIVERGED when a loss or a gradient is no longer finite, or an epoch's loss is absurd. */
export function trainStack(
  stack: DenseStack,
  training: Samples,
  loss: LossName,
  settings: MlpParameters,
  random: Random,
  options: Pick<FitOptions, 'onStep' | 'shouldStop'> & { readonly validation?: Samples | undefined },
  open: (task: TrainerTask) => StackTrainer,
): Trained {
  const nBatches = batchCount(training.nRows, settings.batchSize);
  const totalSteps = nBatches * settings.maxSteps;
  const warmUp = Math.round(nBatches * settings.warmUpSteps);
  const order = random.derive('order');
  const mostRows = Math.ceil(training.nRows / nBatches);
  const trainer = open({ stack, training, loss, settings, mostRows, random: random.derive('dropout') });

  const curve: CurvePoint[] = [];
  let best = { step: 0, loss: Number.POSITIVE_INFINITY, parameters: trainer.parameters() };
  let firstLoss = Number.NaN;
  let stopped = false;

  for (let epoch = 1; epoch <= settings.maxSteps && !stopped; epoch++) {
    const shuffled = order.permutation(training.nRows);
    let lossSum = 0;
    let rowsSeen = 0;
    for (let b = 0; b < nBatches && !stopped; b++) {
      const rows = shuffled.subarray(
        Math.floor((b * training.nRows) / nBatches),
        Math.floor(((b + 1) * training.nRows) / nBatches),
      );
      const step = (epoch - 1) * nBatches + b;
      const rate = settings.learningRate * scheduledShare(settings.schedule, step, totalSteps, warmUp);
      const { loss: value, norm } = trainer.step(rows, rate);
      if (!Number.isFinite(value) || !Number.isFinite(norm)) throw diverged(value, epoch, settings);
      if (step === 0) firstLoss = Math.max(value, USUAL_FIRST_LOSS);
      lossSum += value * rows.length;
      rowsSeen += rows.length;
      stopped = options.shouldStop?.() ?? false;
    }
    if (lossSum / rowsSeen > DIVERGED_TIMES * firstLoss) throw diverged(lossSum / rowsSeen, epoch, settings);
    const point: CurvePoint = { step: epoch, trainLoss: lossSum / rowsSeen };
    const judged = options.validation && trainer.evaluate(options.validation);
    if (judged !== undefined && !Number.isFinite(judged)) throw diverged(judged, epoch, settings);
    curve.push(judged === undefined ? point : { ...point, validationLoss: judged });
    options.onStep?.(curve[curve.length - 1] as CurvePoint);
    // Without validation the last epoch is kept.
    if (judged === undefined || judged < best.loss) {
      best = { step: epoch, loss: judged ?? best.loss, parameters: trainer.parameters() };
    }
    if (judged !== undefined && settings.patience > 0 && epoch - best.step >= settings.patience) break;
    stopped ||= options.shouldStop?.() ?? false;
  }
  return { parameters: best.parameters, curve, bestStep: best.step };
}

/** Batches of nearly equal size: no small last one with a noisy gradient. */
function batchCount(nRows: number, batchSize: number): number {
  return Math.min(nRows, Math.max(Math.ceil(nRows / batchSize), MIN_STEPS_PER_EPOCH));
}

function diverged(loss: number, epoch: number, settings: MlpParameters): ModelwrightError {
  return new ModelwrightError('TRAINING_DIVERGED', {
    loss: loss.toPrecision(3),
    epoch,
    learningRate: settings.learningRate,
  });
}
