/** Trains a head and the last blocks of a pretrained network together, the blocks at a lower rate. */
import * as tf from '@tensorflow/tfjs-core';
import { meanLoss } from '../loss.ts';
import { AdamW, clipGlobalNorm } from '../optimizer.ts';
import { takeSamples } from '../samples.ts';
import { batchLoss } from '../tensor-forward.ts';
import type { Samples, Step, Trainer, TrainerState, TrainerTask } from '../trainer.ts';
import { applyHead, type HeadWeights } from './head.ts';
import { type ImageBatch, prepareImages } from './image-batch.ts';
import type { BlockWeight } from './last-blocks.ts';
import type { LayersBackbone } from './layers-backbone.ts';

/** Numbers that the activations of one pass may be, of those that a gradient keeps: 256 MB. A larger batch adds up the
 *  gradients of several passes. */
const PASS_NUMBERS = 2 ** 26;

export interface TrainedParts {
  readonly backbone: LayersBackbone;
  /** Of the backbone: they are moved, and whoever makes the trainer puts them back. */
  readonly blocks: readonly BlockWeight[];
  readonly head: HeadWeights;
  /** Of the pictures in the samples, whose numbers are bytes. */
  readonly picture: Pick<ImageBatch, 'height' | 'width' | 'channels'>;
  /** Share of the rate that blocks are moved at. */
  readonly blockRateShare: number;
}

/** Parameters are the head's kernel and bias, then the blocks. */
export class BackboneTrainer implements Trainer {
  readonly #task: TrainerTask;
  readonly #parts: TrainedParts;
  readonly #head: readonly tf.Variable[];
  readonly #variables: readonly tf.Variable[];
  /** Of head and blocks: each has an optimizer of its own, so that their rates differ. */
  readonly #groups: readonly { values: Float32Array[]; optimizer: AdamW; rateShare: number }[];
  readonly #nOutputs: number;
  readonly #rowsPerPass: number;

  constructor(task: TrainerTask, parts: TrainedParts) {
    const { backbone, blocks, head, blockRateShare } = parts;
    this.#task = task;
    this.#parts = parts;
    this.#nOutputs = head.bias.length;
    this.#head = tf.tidy(() => [
      tf.variable(tf.tensor2d(head.kernel.slice(), [backbone.nFeatures, this.#nOutputs])),
      tf.variable(tf.tensor1d(head.bias.slice())),
    ]);
    const ofBlocks = blocks.map(({ variable }) => variable);
    this.#variables = [...this.#head, ...ofBlocks];
    const { momentum: beta1, secondMomentum: beta2, weightDecay } = task.settings;
    const group = (variables: readonly tf.Variable[], rateShare: number) => ({
      values: variables.map((variable) => Float32Array.from(variable.dataSync())),
      optimizer: new AdamW(
        variables.map((variable) => variable.size),
        { beta1, beta2, weightDecay, decays: variables.map((variable) => variable.rank > 1) },
      ),
      rateShare,
    });
    this.#groups = [group(this.#head, 1), group(ofBlocks, blockRateShare)];
    this.#rowsPerPass = Math.max(1, Math.floor(PASS_NUMBERS / numbersPerImage(backbone)));
  }

  step(rows: Uint32Array, learningRate: number): Step {
    const gradients = this.#variables.map(({ size }) => new Float32Array(size));
    let loss = 0;
    for (let from = 0; from < rows.length; from += this.#rowsPerPass) {
      const part = rows.subarray(from, from + this.#rowsPerPass);
      loss += this.#pass(part, from, part.length / rows.length, gradients);
    }
    const norm = clipGlobalNorm(gradients, this.#task.settings.clipNorm);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) return { loss, norm };
    let used = 0;
    for (const { values, optimizer, rateShare } of this.#groups) {
      optimizer.update(values, gradients.slice(used, used + values.length), learningRate * rateShare);
      used += values.length;
    }
    this.#assign();
    return { loss, norm };
  }

  /** Adds the gradients of some rows. @param share of the batch that they are. @returns their share of the loss. */
  #pass(rows: Uint32Array, from: number, share: number, gradients: readonly Float32Array[]): number {
    const { training, random, prepare, loss } = this.#task;
    const { name } = loss;
    if (name === 'focalLoss' || name === 'huberError') throw new RangeError(`tensors do not compute ${name}`);
    const width = training.inputs.length / training.nRows;
    const inputs = takeSamples(training.inputs, rows, width);
    const targets = takeSamples(training.targets, rows, this.#nOutputs);
    const weights = training.weights
      ? takeSamples(training.weights, rows, 1)
      : new Float32Array(rows.length).fill(1);
    prepare?.(
      { nRows: rows.length, inputs, targets },
      random.derive('batch', this.#groups[0]?.optimizer.step ?? 0, from),
    );
    return tf.tidy(() => {
      const [y, w] = [
        tf.tensor2d(targets, [rows.length, this.#nOutputs]),
        tf.tensor2d(weights, [rows.length, 1]),
      ] as const;
      const { value, grads } = tf.variableGrads(
        () => batchLoss(name, this.#outputs(inputs, rows.length), y, w),
        [...this.#variables],
      );
      this.#variables.forEach((variable, i) => {
        const sum = gradients[i] as Float32Array;
        grads[variable.name]?.dataSync().forEach((gradient, k) => {
          sum[k] = (sum[k] as number) + share * gradient;
        });
      });
      return share * (value.dataSync()[0] as number);
    });
  }

  evaluate({ nRows, inputs, targets, weights }: Samples): number {
    const outputs = outputsInPasses(inputs, nRows, this.#nOutputs, (part, n) => this.#outputs(part, n));
    return meanLoss(this.#task.loss, outputs, targets, this.#nOutputs, weights);
  }

  #outputs(inputs: Float32Array, nImages: number): tf.Tensor2D {
    const { backbone, head, picture } = this.#parts;
    const images = prepareImages({ ...picture, nImages, pixels: inputs }, 0, nImages, backbone.input);
    const [kernel, bias] = this.#head as [tf.Variable, tf.Variable];
    return applyHead(backbone.forward(images), head, kernel, bias);
  }

  parameters(): Float32Array[] {
    return this.#groups.flatMap(({ values }) => values.map((value) => value.slice()));
  }

  state(): TrainerState {
    const moments = this.#groups.flatMap(({ optimizer }) => optimizer.moments());
    return {
      step: this.#groups[0]?.optimizer.step ?? 0,
      arrays: {
        ...Object.fromEntries(this.parameters().map((values, i) => [`value${i}`, values])),
        ...Object.fromEntries(moments.map((values, i) => [`moment${i}`, values.slice()])),
      },
    };
  }

  restore({ step, arrays }: TrainerState): void {
    let [value, moment] = [0, 0];
    for (const { values, optimizer } of this.#groups) {
      for (const own of values) own.set(arrays[`value${value++}`] as Float32Array);
      for (const own of optimizer.moments()) own.set(arrays[`moment${moment++}`] as Float64Array);
      optimizer.step = step;
    }
    this.#assign();
  }

  /** Copies, because the plain JavaScript backend keeps the very array it is given. */
  #assign(): void {
    const values = this.#groups.flatMap((group) => group.values);
    tf.tidy(() => {
      this.#variables.forEach((variable, i) => {
        variable.assign(tf.tensor((values[i] as Float32Array).slice(), variable.shape));
      });
    });
  }

  dispose(): void {
    tf.dispose([...this.#head]);
  }
}

/** Images of one pass without gradients. */
const IMAGES_PER_PASS = 32;

/** @param outputsOf some images; runs inside a tidy. @returns Float32Array (nRows × nOutputs). */
export function outputsInPasses(
  inputs: Float32Array,
  nRows: number,
  nOutputs: number,
  outputsOf: (inputs: Float32Array, nImages: number) => tf.Tensor2D,
): Float32Array {
  const size = inputs.length / Math.max(1, nRows);
  const outputs = new Float32Array(nRows * nOutputs);
  for (let from = 0; from < nRows; from += IMAGES_PER_PASS) {
    const to = Math.min(nRows, from + IMAGES_PER_PASS);
    const part = tf.tidy(() => outputsOf(inputs.slice(from * size, to * size), to - from).dataSync());
    outputs.set(part, from * nOutputs);
  }
  return outputs;
}

/** What all layers put out for an image, about: a side that the network leaves open is as long as the image's. */
function numbersPerImage({ body, input }: LayersBackbone): number {
  const sides = [input.height, input.width, input.channels];
  return body.layers.reduce((sum, { outputShape }) => {
    const [first] = outputShape;
    const shape = (typeof first === 'object' && first !== null ? first : outputShape) as (number | null)[];
    return sum + shape.slice(1).reduce<number>((product, side, i) => product * (side ?? sides[i] ?? 1), 1);
  }, 0);
}
