/** Trains networks with tensors: on whatever backend tfjs runs on, the native one included. Tensors live for one step only,
 *  so that memory cannot grow. */
import * as tf from '@tensorflow/tfjs-core';
import { meanLoss } from './loss.ts';
import { outputShapeOf, parameterSpecs } from './network.ts';
import { AdamW, clipGlobalNorm } from './optimizer.ts';
import { takeSamples } from './samples.ts';
import { batchLoss, forward } from './tensor-forward.ts';
import type { Samples, Step, Trainer, TrainerState, TrainerTask } from './trainer.ts';

/** Rows of one forward pass without gradients: bounds the memory of activations. */
const ROWS_PER_PASS = 4096;

/** For dense layers with ReLU, by AdamW. `startBackend` must have been awaited. */
export class TensorTrainer implements Trainer {
  readonly #task: TrainerTask;
  readonly #shapes: readonly number[][];
  readonly #parameters: readonly Float32Array[];
  readonly #optimizer: AdamW;
  readonly #nOutputs: number;

  constructor(task: TrainerTask) {
    const specs = parameterSpecs(task.network.spec).flat();
    this.#task = task;
    this.#shapes = specs.map(({ layout, nInputs, nOutputs }) =>
      layout === 'panels' ? [nInputs, nOutputs] : [nOutputs],
    );
    this.#parameters = task.network.parameters.map((values) => values.slice());
    this.#nOutputs = outputShapeOf(task.network.spec).channels;
    this.#optimizer = new AdamW(
      this.#parameters.map((values) => values.length),
      {
        beta1: task.settings.momentum,
        beta2: task.settings.secondMomentum,
        weightDecay: task.settings.weightDecay,
        decays: specs.map(({ decays }) => decays),
      },
    );
  }

  step(rows: Uint32Array, learningRate: number): Step {
    const { loss, gradients } = this.#lossAndGradients(rows);
    const norm = clipGlobalNorm(gradients, this.#task.settings.clipNorm);
    if (Number.isFinite(loss) && Number.isFinite(norm)) {
      this.#optimizer.update(this.#parameters, gradients, learningRate);
    }
    return { loss, norm };
  }

  #lossAndGradients(rows: Uint32Array): { loss: number; gradients: Float32Array[] } {
    const { network, training, loss, random, prepare } = this.#task;
    const width = network.spec.input.channels;
    const { name } = loss;
    if (name === 'focalLoss' || name === 'huberError') throw new RangeError(`tensors do not compute ${name}`);
    const ofStep = random.derive('batch', this.#optimizer.step, 0);
    return tf.tidy(() => {
      const inputs = takeSamples(training.inputs, rows, width);
      const targets = takeSamples(training.targets, rows, this.#nOutputs);
      const weights = training.weights
        ? takeSamples(training.weights, rows, 1)
        : new Float32Array(rows.length).fill(1);
      prepare?.({ nRows: rows.length, inputs, targets }, ofStep);
      const [x, y, w] = [
        tf.tensor2d(inputs, [rows.length, width]),
        tf.tensor2d(targets, [rows.length, this.#nOutputs]),
        tf.tensor2d(weights, [rows.length, 1]),
      ] as const;
      const { value, grads } = tf.valueAndGrads((...parameters: tf.Tensor[]) =>
        batchLoss(name, forward(network.spec, x, parameters, ofStep), y, w),
      )(this.#tensors());
      return {
        loss: (value as tf.Scalar).dataSync()[0] as number,
        gradients: grads.map((grad) => (grad.dataSync() as Float32Array).slice()),
      };
    });
  }

  evaluate({ nRows, inputs, targets, weights }: Samples): number {
    const { network, loss } = this.#task;
    const width = network.spec.input.channels;
    const outputs = new Float32Array(nRows * this.#nOutputs);
    for (let start = 0; start < nRows; start += ROWS_PER_PASS) {
      const end = Math.min(nRows, start + ROWS_PER_PASS);
      const pass = tf.tidy(() => {
        const slice = inputs.slice(start * width, end * width);
        return forward(network.spec, tf.tensor2d(slice, [end - start, width]), this.#tensors());
      });
      outputs.set(pass.dataSync() as Float32Array, start * this.#nOutputs);
      pass.dispose();
    }
    return meanLoss(loss, outputs, targets, this.#nOutputs, weights);
  }

  parameters(): Float32Array[] {
    return this.#parameters.map((values) => values.slice());
  }

  state(): TrainerState {
    const moments = this.#optimizer.moments().map((values, i) => [`moment${i}`, values.slice()] as const);
    const values = this.#parameters.map((parameter, i) => [`value${i}`, parameter.slice()] as const);
    return { step: this.#optimizer.step, arrays: Object.fromEntries([...values, ...moments]) };
  }

  restore({ step, arrays }: TrainerState): void {
    this.#parameters.forEach((values, i) => {
      values.set(arrays[`value${i}`] as Float32Array);
    });
    this.#optimizer.moments().forEach((values, i) => {
      values.set(arrays[`moment${i}`] as Float64Array);
    });
    this.#optimizer.step = step;
  }

  /** Copies, because the plain JavaScript backend keeps the very array it is given, which the optimizer overwrites. */
  #tensors(): tf.Tensor[] {
    return this.#parameters.map((values, i) => tf.tensor(values.slice(), this.#shapes[i] as number[]));
  }
}
