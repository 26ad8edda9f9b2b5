/** Mini-batch training of a dense stack: shuffled epochs, scheduled AdamW, clipping, early stopping with the best
 *  weights kept. The weights live in plain arrays between steps; tensors live for one step only, so that memory
 *  cannot grow. */
import * as tf from '@tensorflow/tfjs-core';
import { ModelwrightError } from '../../errors/errors.ts';
import type { CurvePoint, FitOptions } from '../estimator.ts';
import type { Random } from '../random.ts';
import type { DenseStack } from './layers/dense.ts';
import { forward, parameterShapes } from './layers/dense.ts';
import type { LossName } from './loss.ts';
import { batchLoss, meanLoss } from './loss.ts';
import { AdamW, clipGlobalNorm } from './optimizer.ts';
import type { MlpParameters } from './parameters.ts';
import { scheduledShare } from './schedule.ts';

/** Rows with their targets as the network reads them.
 *  @property inputs  Float32Array (nRows × nFeatures), row-major, finite.
 *  @property targets Float32Array (nRows × nOutputs), row-major: class shares, or standardised values. */
export interface Samples {
  readonly nRows: number;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
}

export interface Trained {
  readonly parameters: readonly Float32Array[];
  readonly curve: readonly CurvePoint[];
  readonly bestStep: number;
}

/** Rows of one forward pass without gradients: bounds the memory of activations. */
const ROWS_PER_PASS = 4096;

/** An epoch has at least so many steps, or a small table would hardly be learned from. */
const MIN_STEPS_PER_EPOCH = 10;

/** A training loss so many times that of the first step, which is near that of the best constant, will not come
 *  back. Adam's bounded steps rarely reach infinity; they wander off instead. */
const DIVERGED_TIMES = 30;
/** What the best constant costs on scaled targets, about: a first batch of few, easy rows may say less. */
const USUAL_FIRST_LOSS = 0.5;

/** @param stack read only; training works on a copy of its parameters.
 *  @param options validation turns early stopping on; losses reported per epoch are means over rows.
 *  @throws TRAINING_DIVERGED when a loss or a gradient is no longer finite, or an epoch's loss is absurd. */
export function trainStack(
  stack: DenseStack,
  training: Samples,
  loss: LossName,
  settings: MlpParameters,
  random: Random,
  options: Pick<FitOptions, 'onStep' | 'shouldStop'> & { readonly validation?: Samples | undefined },
): Trained {
  const parameters = stack.parameters.map((values) => values.slice());
  const shapes = parameterShapes(stack.widths);
  const optimizer = new AdamW(
    parameters.map((values) => values.length),
    { weightDecay: settings.weightDecay, decays: shapes.map((shape) => shape.length === 2) },
  );
  const nBatches = batchCount(training.nRows, settings.batchSize);
  const totalSteps = nBatches * settings.maxSteps;
  const warmUp = Math.round(nBatches * settings.warmUpSteps);
  const order = random.derive('order');
  const dropout = { rate: settings.dropout, random: random.derive('dropout') };

  const curve: CurvePoint[] = [];
  let best = {
    step: 0,
    loss: Number.POSITIVE_INFINITY,
    parameters: parameters.map((values) => values.slice()),
  };
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
      const { value, gradients } = lossAndGradients(
        stack.widths,
        parameters,
        shapes,
        training,
        rows,
        loss,
        dropout,
      );
      const norm = clipGlobalNorm(gradients, settings.clipNorm);
      if (!Number.isFinite(value) || !Number.isFinite(norm)) throw diverged(value, epoch, settings);
      if (step === 0) firstLoss = Math.max(value, USUAL_FIRST_LOSS);
      optimizer.update(parameters, gradients, rate);
      lossSum += value * rows.length;
      rowsSeen += rows.length;
      stopped = options.shouldStop?.() ?? false;
    }
    if (lossSum / rowsSeen > DIVERGED_TIMES * firstLoss) throw diverged(lossSum / rowsSeen, epoch, settings);
    const point: CurvePoint = { step: epoch, trainLoss: lossSum / rowsSeen };
    const judged = options.validation && evaluate(stack.widths, parameters, options.validation, loss);
    if (judged !== undefined && !Number.isFinite(judged)) throw diverged(judged, epoch, settings);
    curve.push(judged === undefined ? point : { ...point, validationLoss: judged });
    options.onStep?.(curve[curve.length - 1] as CurvePoint);
    // Without validation the last epoch is kept.
    if (judged === undefined || judged < best.loss) {
      best = {
        step: epoch,
        loss: judged ?? best.loss,
        parameters: parameters.map((values) => values.slice()),
      };
    }
    if (judged !== undefined && settings.patience > 0 && epoch - best.step >= settings.patience) break;
    stopped ||= options.shouldStop?.() ?? false;
  }
  return { parameters: best.parameters, curve, bestStep: best.step };
}

/** Raw outputs of all rows. @returns Float32Array (nRows × nOutputs), row-major. */
export function rawOutputs(
  widths: readonly number[],
  parameters: readonly Float32Array[],
  inputs: Float32Array,
  nRows: number,
): Float32Array {
  const nFeatures = widths[0] as number;
  const nOutputs = widths[widths.length - 1] as number;
  const outputs = new Float32Array(nRows * nOutputs);
  for (let start = 0; start < nRows; start += ROWS_PER_PASS) {
    const end = Math.min(nRows, start + ROWS_PER_PASS);
    const pass = tf.tidy(() => {
      const slice = tf.tensor2d(inputs.slice(start * nFeatures, end * nFeatures), [end - start, nFeatures]);
      return forward(slice, toTensors(parameters, parameterShapes(widths)));
    });
    outputs.set(pass.dataSync() as Float32Array, start * nOutputs);
    pass.dispose();
  }
  return outputs;
}

function lossAndGradients(
  widths: readonly number[],
  parameters: readonly Float32Array[],
  shapes: readonly number[][],
  samples: Samples,
  rows: Uint32Array,
  loss: LossName,
  dropout: { readonly rate: number; readonly random: Random },
): { value: number; gradients: Float32Array[] } {
  const nOutputs = widths[widths.length - 1] as number;
  return tf.tidy(() => {
    const inputs = gatherRows(samples.inputs, rows, widths[0] as number);
    const targets = gatherRows(samples.targets, rows, nOutputs);
    const { value, grads } = tf.valueAndGrads((...weights: tf.Tensor[]) =>
      batchLoss(loss, forward(inputs, weights, dropout), targets),
    )(toTensors(parameters, shapes));
    return {
      value: (value as tf.Scalar).dataSync()[0] as number,
      gradients: grads.map((grad) => (grad.dataSync() as Float32Array).slice()),
    };
  });
}

function evaluate(
  widths: readonly number[],
  parameters: readonly Float32Array[],
  samples: Samples,
  loss: LossName,
): number {
  const outputs = rawOutputs(widths, parameters, samples.inputs, samples.nRows);
  return meanLoss(loss, outputs, samples.targets, widths[widths.length - 1] as number);
}

/** Batches of nearly equal size: no small last one with a noisy gradient. */
function batchCount(nRows: number, batchSize: number): number {
  return Math.min(nRows, Math.max(Math.ceil(nRows / batchSize), MIN_STEPS_PER_EPOCH));
}

function gatherRows(source: Float32Array, rows: Uint32Array, width: number): tf.Tensor2D {
  const batch = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    batch.set(source.subarray(from, from + width), i * width);
  }
  return tf.tensor2d(batch, [rows.length, width]);
}

/** Copies, because the plain JavaScript backend keeps the very array it is given, which the optimizer overwrites. */
function toTensors(parameters: readonly Float32Array[], shapes: readonly number[][]): tf.Tensor[] {
  return parameters.map((values, i) => tf.tensor(values.slice(), shapes[i] as number[]));
}

function diverged(loss: number, epoch: number, settings: MlpParameters): ModelwrightError {
  return new ModelwrightError('TRAINING_DIVERGED', {
    loss: loss.toPrecision(3),
    epoch,
    learningRate: settings.learningRate,
  });
}
