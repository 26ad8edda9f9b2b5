/** Trains dense stacks with tensors: on whatever backend tfjs runs on, the native one included. Tensors live for one step
 *  only, so that memory cannot grow. */
import * as tf from '@tensorflow/tfjs-core';
import { forward, parameterShapes } from './layers/dense.ts';
import { batchLoss, meanLoss } from './loss.ts';
import { AdamW, clipGlobalNorm } from './optimizer.ts';
import type { Samples, StackTrainer, TrainerTask } from './stack-trainer.ts';

/** Rows of one forward pass without gradients: bounds the memory of activations. */
const ROWS_PER_PASS = 4096;

/** `startBackend` must have been awaited. */
export class TensorTrainer implements StackTrainer {
  readonly #task: TrainerTask;
  readonly #shapes: readonly number[][];
  readonly #parameters: readonly Float32Array[];
  readonly #optimizer: AdamW;

  constructor(task: TrainerTask) {
    this.#task = task;
    this.#shapes = parameterShapes(task.stack.widths);
    this.#parameters = task.stack.parameters.map((values) => values.slice());
    this.#optimizer = new AdamW(
      this.#parameters.map((values) => values.length),
      {
        weightDecay: task.settings.weightDecay,
        decays: this.#shapes.map((shape) => shape.length === 2),
      },
    );
  }

  step(rows: Uint32Array, learningRate: number): { loss: number; norm: number } {
    const { loss, gradients } = this.#lossAndGradients(rows);
    const norm = clipGlobalNorm(gradients, this.#task.settings.clipNorm);
    if (Number.isFinite(loss) && Number.isFinite(norm)) {
      this.#optimizer.update(this.#parameters, gradients, learningRate);
    }
    return { loss, norm };
  }

  #lossAndGradients(rows: Uint32Array): { loss: number; gradients: Float32Array[] } {
    const { stack, training, loss, settings, random } = this.#task;
    const { widths } = stack;
    const dropout = { rate: settings.dropout, random };
    return tf.tidy(() => {
      const inputs = gatherRows(training.inputs, rows, widths[0] as number);
      const targets = gatherRows(training.targets, rows, widths[widths.length - 1] as number);
      const { value, grads } = tf.valueAndGrads((...weights: tf.Tensor[]) =>
        batchLoss(loss, forward(inputs, weights, dropout), targets),
      )(this.#tensors());
      return {
        loss: (value as tf.Scalar).dataSync()[0] as number,
        gradients: grads.map((grad) => (grad.dataSync() as Float32Array).slice()),
      };
    });
  }

  evaluate({ nRows, inputs, targets }: Samples): number {
    const { stack, loss } = this.#task;
    const nFeatures = stack.widths[0] as number;
    const nOutputs = stack.widths[stack.widths.length - 1] as number;
    const outputs = new Float32Array(nRows * nOutputs);
    for (let start = 0; start < nRows; start += ROWS_PER_PASS) {
      const end = Math.min(nRows, start + ROWS_PER_PASS);
      const pass = tf.tidy(() => {
        const slice = inputs.slice(start * nFeatures, end * nFeatures);
        return forward(tf.tensor2d(slice, [end - start, nFeatures]), this.#tensors());
      });
      outputs.set(pass.dataSync() as Float32Array, start * nOutputs);
      pass.dispose();
    }
    return meanLoss(loss, outputs, targets, nOutputs);
  }

  parameters(): Float32Array[] {
    return this.#parameters.map((values) => values.slice());
  }

  /** Copies, because the plain JavaScript backend keeps the very array it is given, which the optimizer overwrites. */
  #tensors(): tf.Tensor[] {
    return this.#parameters.map((values, i) => tf.tensor(values.slice(), this.#shapes[i] as number[]));
  }
}

function gatherRows(source: Float32Array, rows: Uint32Array, width: number): tf.Tensor2D {
  const batch = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    batch.set(source.subarray(from, from + width), i * width);
  }
  return tf.tensor2d(batch, [rows.length, width]);
}
