/** Trains dense stacks with kernels of our own: an epoch takes a tenth of what tensor operations take. */
import {
  NeuralArena,
  packWeights,
  paddedRows,
  paddedWidth,
  unpackWeights,
  withNeuralArena,
} from './kernels.ts';
import { meanLoss } from './loss.ts';
import { ADAM, type Samples, type StackTrainer, type TrainerTask } from './stack-trainer.ts';

/** Rows of one forward pass without gradients: bounds the memory of activations. */
const ROWS_PER_PASS = 512;

/** Of one layer; pointers into the arena. @property count numbers of weights and bias together. */
interface Layer {
  readonly nInputs: number;
  readonly nOutputs: number;
  readonly inputStride: number;
  readonly stride: number;
  readonly weights: number;
  readonly bias: number;
}

export class KernelTrainer implements StackTrainer {
  readonly #arena = new NeuralArena();
  readonly #task: TrainerTask;
  readonly #layers: readonly Layer[];
  /** Numbers of all layers: values, their gradients and both moments lie in the same order, one block after the other. */
  readonly #count: number;
  readonly #values: number;
  readonly #inputs: number;
  readonly #targets: number;
  readonly #rows: number;
  /** Of each layer's inputs, then the outputs, (mostRows × stride); and what the loss would change of them. */
  readonly #activations: readonly number[];
  readonly #gradients: readonly number[];
  readonly #dropoutState: number;
  #step = 0;

  constructor(task: TrainerTask) {
    const arena = this.#arena;
    const { stack, training, mostRows, random } = task;
    this.#task = task;
    this.#count = countOf(stack.widths);
    this.#values = arena.allocate(4 * this.#count * 4);
    arena.float32(this.#values, 4 * this.#count).fill(0);
    this.#layers = layersAt(stack.widths, this.#values);
    load(arena, this.#layers, stack.parameters);
    this.#inputs = copyIn(arena, training.inputs);
    this.#targets = copyIn(arena, training.targets);
    this.#rows = arena.allocate(mostRows * 4);
    const batches = () =>
      stack.widths.map((width) => {
        const size = paddedRows(mostRows) * paddedWidth(width);
        const pointer = arena.allocate(size * 4);
        arena.float32(pointer, size).fill(0);
        return pointer;
      });
    this.#activations = batches();
    this.#gradients = batches();
    this.#dropoutState = arena.allocate(16);
    arena.uint32(this.#dropoutState, 4).set([0, 1, 2, 3].map(() => random.uint32() | 1));
  }

  step(rows: Uint32Array, learningRate: number): { loss: number; norm: number } {
    const { kernels } = this.#arena;
    const { clipNorm } = this.#task.settings;
    this.#arena.uint32(this.#rows, rows.length).set(rows);
    const loss = this.#forward(rows.length);
    this.#backward(rows.length);
    const gradients = this.#values + 4 * this.#count;
    const norm = Math.sqrt(kernels.sumOfSquares(gradients, this.#count));
    if (Number.isFinite(loss) && Number.isFinite(norm)) {
      this.#update(learningRate, clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1);
    }
    return { loss, norm };
  }

  /** @returns the batch's mean loss; leaves its derivative by the outputs. */
  #forward(nRows: number): number {
    const { kernels } = this.#arena;
    const { stack, loss, settings } = this.#task;
    const [width] = stack.widths as [number];
    const padded = paddedRows(nRows);
    const [first] = this.#activations as [number];
    kernels.gatherRows(this.#inputs, this.#rows, nRows, padded, width, first, paddedWidth(width));
    this.#layers.forEach((layer, l) => {
      const out = this.#activations[l + 1] as number;
      runLayer(kernels, layer, this.#activations[l] as number, padded, out);
      if (l === this.#layers.length - 1) return;
      const count = padded * layer.stride;
      const { dropout } = settings;
      if (dropout === 0) kernels.applyRelu(out, count);
      else {
        const threshold = Math.floor(dropout * 2 ** 32);
        kernels.applyReluAndDropout(out, count, threshold, 1 / (1 - dropout), this.#dropoutState);
      }
    });
    const { nOutputs, stride } = this.#layers.at(-1) as Layer;
    const sum = kernels[loss](
      this.#activations.at(-1) as number,
      this.#targets,
      this.#rows,
      nRows,
      padded,
      nOutputs,
      stride,
      this.#gradients.at(-1) as number,
    );
    return loss === 'crossEntropy' ? sum / nRows : sum / (nRows * nOutputs);
  }

  #backward(nRows: number): void {
    const { kernels } = this.#arena;
    const { dropout } = this.#task.settings;
    const padded = paddedRows(nRows);
    const toGradients = 4 * this.#count;
    for (let l = this.#layers.length - 1; l >= 0; l--) {
      const { nInputs, inputStride, stride, weights, bias } = this.#layers[l] as Layer;
      const inputs = this.#activations[l] as number;
      const ofOutputs = this.#gradients[l + 1] as number;
      kernels.weightGradients(inputs, padded, nInputs, inputStride, ofOutputs, stride, weights + toGradients);
      kernels.columnSums(ofOutputs, padded, stride, bias + toGradients);
      if (l === 0) return;
      const ofInputs = this.#gradients[l] as number;
      kernels.inputGradients(ofOutputs, padded, stride, weights, nInputs, ofInputs, inputStride);
      kernels.reluGradients(ofInputs, inputs, padded * inputStride, 1 / (1 - dropout));
    }
  }

  #update(learningRate: number, factor: number): void {
    const { kernels } = this.#arena;
    const { beta1, beta2, epsilon } = ADAM;
    this.#step++;
    const rate = learningRate / (1 - beta1 ** this.#step);
    const correction = 1 / Math.sqrt(1 - beta2 ** this.#step);
    const block = 4 * this.#count;
    const update = (at: number, count: number, shrink: number) =>
      kernels.updateAdamW(
        ...([at, at + block, at + 2 * block, at + 3 * block, count] as const),
        ...([factor, rate, shrink, correction, beta1, beta2, epsilon] as const),
      );
    for (const { weights, bias, stride } of this.#layers) {
      // Kernels decay, biases do not.
      update(weights, (bias - weights) / 4, 1 - learningRate * this.#task.settings.weightDecay);
      update(bias, stride, 1);
    }
  }

  evaluate(samples: Samples): number {
    const outputs = this.#arena.scoped(() => outputsOf(this.#arena, this.#layers, samples));
    return meanLoss(this.#task.loss, outputs, samples.targets, (this.#layers.at(-1) as Layer).nOutputs);
  }

  parameters(): Float32Array[] {
    return this.#layers.flatMap(({ weights, bias, nInputs, nOutputs, stride }) => [
      unpackWeights(this.#arena.float32(weights, nInputs * stride), nInputs, nOutputs),
      this.#arena.float32(bias, nOutputs).slice(),
    ]);
  }
}

/** Raw outputs of all rows. @returns Float32Array (nRows × nOutputs), row-major. */
export function rawOutputs(
  widths: readonly number[],
  parameters: readonly Float32Array[],
  samples: Pick<Samples, 'nRows' | 'inputs'>,
): Float32Array {
  return withNeuralArena((arena) => {
    const layers = layersAt(widths, arena.allocate(countOf(widths) * 4));
    load(arena, layers, parameters);
    return outputsOf(arena, layers, samples);
  });
}

/** Works in the part of the arena that is free. */
function outputsOf(
  arena: NeuralArena,
  layers: readonly Layer[],
  { nRows, inputs }: Pick<Samples, 'nRows' | 'inputs'>,
): Float32Array {
  const { kernels } = arena;
  const { nInputs: width, inputStride } = layers[0] as Layer;
  const { nOutputs, stride } = layers.at(-1) as Layer;
  const widest = Math.max(inputStride, ...layers.map((layer) => layer.stride));
  const nMost = Math.min(ROWS_PER_PASS, paddedRows(nRows));
  let from = arena.allocate(nMost * widest * 4);
  let to = arena.allocate(nMost * widest * 4);
  const outputs = new Float32Array(nRows * nOutputs);
  for (let start = 0; start < nRows; start += nMost) {
    const n = Math.min(nMost, nRows - start);
    const padded = paddedRows(n);
    const batch = arena.float32(from, padded * inputStride).fill(0);
    for (let i = 0; i < n; i++) {
      batch.set(inputs.subarray((start + i) * width, (start + i + 1) * width), i * inputStride);
    }
    layers.forEach((layer, l) => {
      runLayer(kernels, layer, from, padded, to);
      if (l < layers.length - 1) kernels.applyRelu(to, padded * layer.stride);
      [from, to] = [to, from];
    });
    const ofBatch = arena.float32(from, padded * stride);
    for (let i = 0; i < n; i++) {
      outputs.set(ofBatch.subarray(i * stride, i * stride + nOutputs), (start + i) * nOutputs);
    }
  }
  return outputs;
}

function runLayer(
  kernels: NeuralArena['kernels'],
  { nInputs, inputStride, stride, weights, bias }: Layer,
  inputs: number,
  nRows: number,
  out: number,
): void {
  kernels.forwardDense(inputs, nRows, nInputs, inputStride, weights, bias, out, stride);
}

/** Numbers of all layers, padding included. */
function countOf(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, width, l) => sum + ((widths[l] as number) + 1) * paddedWidth(width), 0);
}

/** Weights, then bias, layer after layer. */
function layersAt(widths: readonly number[], start: number): Layer[] {
  let at = start;
  return widths.slice(1).map((nOutputs, l) => {
    const nInputs = widths[l] as number;
    const stride = paddedWidth(nOutputs);
    const weights = at;
    const bias = weights + nInputs * stride * 4;
    at = bias + stride * 4;
    return { nInputs, nOutputs, inputStride: paddedWidth(nInputs), stride, weights, bias };
  });
}

function load(arena: NeuralArena, layers: readonly Layer[], parameters: readonly Float32Array[]): void {
  layers.forEach(({ nInputs, nOutputs, stride, weights, bias }, l) => {
    const packed = arena.float32(weights, nInputs * stride);
    packWeights(parameters[2 * l] as Float32Array, nInputs, nOutputs, packed);
    const biases = arena.float32(bias, stride).fill(0);
    biases.set(parameters[2 * l + 1] as Float32Array);
  });
}

function copyIn(arena: NeuralArena, values: Float32Array): number {
  const pointer = arena.allocate(values.length * 4);
  arena.float32(pointer, values.length).set(values);
  return pointer;
}
