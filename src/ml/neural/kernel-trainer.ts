/** Trains networks with kernels of our own: for tables an epoch takes a tenth of what tensor operations take. */
import { bindNetwork, type KernelNetwork, writeSamples } from './kernel-network.ts';
import { KernelOptimizer } from './kernel-optimizer.ts';
import { NeuralArena, withNeuralArena } from './kernels.ts';
import { padded, positionsOf, type Shape, strideOf } from './layers/layer.ts';
import { meanLoss } from './loss.ts';
import { bytesPerSample, type Network, outputShapeOf, parameterSpecs } from './network.ts';
import { ParameterMemory } from './parameter-memory.ts';
import { takeSamples } from './samples.ts';
import type { Batch, Samples, Step, Trainer, TrainerState, TrainerTask } from './trainer.ts';

/** Samples of one pass without gradients: fewer would spend their time between calls. */
const ROWS_PER_PASS = 128;
/** What activations of such a pass may hold, and those of one with gradients, which are as large again. */
const PASS_BYTES = 64 * 2 ** 20;
const STEP_BYTES = 128 * 2 ** 20;

export class KernelTrainer implements Trainer {
  readonly #arena = new NeuralArena();
  readonly #task: TrainerTask;
  readonly #memory: ParameterMemory;
  readonly #optimizer: KernelOptimizer;
  readonly #network: KernelNetwork;
  readonly #gradients: number;
  /** Gradients of the micro-batches so far; 0 where a batch is one pass. */
  readonly #sums: number;
  /** The averaged weights; 0 where there are none. */
  readonly #average: number;
  readonly #mostRows: number;
  readonly #rowsPerPass: number;
  readonly #targets: number;
  readonly #weights: number;
  readonly #randomState: number;
  readonly #batch: Batch & { readonly weights: Float32Array };

  constructor(task: TrainerTask) {
    const { network, settings, mostRows, random } = task;
    const { microBatch } = settings;
    const arena = this.#arena;
    this.#task = task;
    this.#memory = new ParameterMemory(arena, parameterSpecs(network.spec).flat());
    this.#memory.write(network.parameters);
    this.#gradients = this.#memory.block();
    this.#optimizer = new KernelOptimizer(arena, this.#memory, settings);
    const inMemory = rowsWithin(STEP_BYTES, network, mostRows);
    this.#mostRows = microBatch > 0 ? Math.min(microBatch, inMemory) : inMemory;
    this.#sums = this.#mostRows < mostRows ? this.#memory.block() : 0;
    this.#average = settings.averageShare > 0 ? this.#memory.block() : 0;
    if (this.#average) this.#copy(this.#memory.values, this.#average);
    this.#randomState = arena.allocate(16);
    arena.uint32(this.#randomState, 4).set([0, 1, 2, 3].map(() => random.uint32() | 1));
    this.#rowsPerPass = Math.max(this.#mostRows, rowsWithin(PASS_BYTES, network, ROWS_PER_PASS));
    const nMost = this.#rowsPerPass;
    this.#network = bindNetwork(arena, network.spec, this.#memory, this.#gradients, nMost, this.#randomState);
    const { channels } = this.#network.outputShape;
    const nTargets = nMost * this.#members * channels;
    this.#targets = arena.allocate(nTargets * 4);
    this.#weights = arena.allocate(nMost * this.#members * 4);
    this.#batch = {
      nRows: 0,
      inputs: new Float32Array(task.prepare ? this.#mostRows * sizeOf(network.spec.input) : 0),
      targets: new Float32Array(this.#mostRows * channels),
      weights: new Float32Array(this.#mostRows),
    };
  }

  /** Predictions per row: each is compared with the row's target, and their losses are averaged. */
  get #members(): number {
    return positionsOf(this.#network.outputShape);
  }

  step(rows: Uint32Array, learningRate: number): Step {
    const { kernels } = this.#arena;
    const { count } = this.#memory;
    const nParts = Math.ceil(rows.length / this.#mostRows);
    if (nParts > 1) this.#arena.float32(this.#sums, count).fill(0);
    let loss = 0;
    for (let part = 0; part < nParts; part++) {
      const from = Math.floor((part * rows.length) / nParts);
      const some = rows.subarray(from, Math.floor(((part + 1) * rows.length) / nParts));
      const share = some.length / rows.length;
      loss += share * this.#forward(some, part);
      this.#network.backward(some.length);
      if (nParts > 1) kernels.addScaled(this.#sums, this.#gradients, count, share);
    }
    if (!Number.isFinite(loss)) return { loss, norm: Number.NaN };
    const norm = this.#optimizer.update(nParts > 1 ? this.#sums : this.#gradients, learningRate);
    if (this.#average && Number.isFinite(norm)) {
      // While few steps are behind it, the average is their mean: the first weights count no more than the others.
      const share = Math.max(this.#task.settings.averageShare, 1 / this.#optimizer.step);
      kernels.moveTowards(this.#average, this.#memory.values, count, share, 1);
    }
    return { loss, norm };
  }

  /** @returns the batch's mean loss; leaves its derivative by the outputs. */
  #forward(rows: Uint32Array, part: number): number {
    const { network, training, random, prepare } = this.#task;
    const { inputs, targets, weights } = this.#batch;
    const { input } = network.spec;
    const nRows = rows.length;
    takeSamples(training.targets, rows, this.#network.outputShape.channels, targets);
    if (training.weights) takeSamples(training.weights, rows, 1, weights);
    if (prepare) {
      takeSamples(training.inputs, rows, sizeOf(input), inputs);
      prepare(this.#batchOf(nRows), random.derive('batch', this.#optimizer.step, part));
      writeSamples(this.#arena, this.#network, input, inputs, nRows, padded(nRows));
    } else {
      writeSamples(this.#arena, this.#network, input, training.inputs, nRows, padded(nRows), rows);
    }
    this.#network.forward(nRows, true);
    return this.#lossOf(nRows);
  }

  /** The part of the batch's arrays that holds rows. */
  #batchOf(nRows: number): Batch {
    const { inputs, targets } = this.#batch;
    return {
      nRows,
      inputs: inputs.subarray(0, nRows * sizeOf(this.#task.network.spec.input)),
      targets: targets.subarray(0, nRows * this.#network.outputShape.channels),
    };
  }

  #lossOf(nRows: number): number {
    const { kernels } = this.#arena;
    const { loss, training } = this.#task;
    const { outputs, ofOutputs, outputShape } = this.#network;
    const { channels } = outputShape;
    const members = this.#members;
    repeatRows(
      this.#batch.targets,
      nRows,
      channels,
      members,
      this.#arena.float32(this.#targets, nRows * members * channels),
    );
    if (training.weights) {
      repeatRows(this.#batch.weights, nRows, 1, members, this.#arena.float32(this.#weights, nRows * members));
    }
    const operands = [
      ...([outputs, this.#targets, training.weights ? this.#weights : 0] as const),
      ...([nRows * members, padded(nRows) * members, channels, strideOf(outputShape), ofOutputs] as const),
    ] as const;
    const parts = nRows * members;
    switch (loss.name) {
      case 'focalLoss':
        return kernels.focalLoss(...operands, loss.gamma) / parts;
      case 'crossEntropy':
        return kernels.crossEntropy(...operands) / parts;
      case 'huberError':
        return kernels.huberError(...operands, loss.threshold) / (parts * channels);
      case 'squaredError':
        return kernels.squaredError(...operands) / (parts * channels);
    }
  }

  evaluate(samples: Samples): number {
    return this.#withAverage(() => {
      const outputs = passOver(
        this.#arena,
        this.#network,
        this.#task.network.spec.input,
        this.#rowsPerPass,
        samples,
      );
      const { channels } = this.#network.outputShape;
      const targets = new Float32Array(samples.targets.length * this.#members);
      repeatRows(samples.targets, samples.nRows, channels, this.#members, targets);
      const weights = samples.weights && new Float32Array(samples.nRows * this.#members);
      if (samples.weights && weights) repeatRows(samples.weights, samples.nRows, 1, this.#members, weights);
      return meanLoss(this.#task.loss, outputs, targets, channels, weights);
    });
  }

  /** Runs `work` with the averaged weights in place of those of the last step. */
  #withAverage<T>(work: () => T): T {
    if (!this.#average) return work();
    const { count, values } = this.#memory;
    const own = this.#arena.float32(values, count).slice();
    this.#copy(this.#average, values);
    try {
      return work();
    } finally {
      this.#arena.float32(values, count).set(own);
    }
  }

  #copy(from: number, to: number): void {
    this.#arena.float32(to, this.#memory.count).set(this.#arena.float32(from, this.#memory.count));
  }

  parameters(): Float32Array[] {
    return this.#memory.read(this.#average || this.#memory.values);
  }

  state(): TrainerState {
    const arrays = this.#stored().map(([name, pointer, count]) => [
      name,
      this.#arena.float32(pointer, count).slice(),
    ]);
    return {
      step: this.#optimizer.step,
      arrays: {
        ...(Object.fromEntries(arrays) as Record<string, Float32Array>),
        random: this.#arena.uint32(this.#randomState, 4).slice(),
      },
    };
  }

  restore(state: TrainerState): void {
    for (const [name, pointer, count] of this.#stored()) {
      this.#arena.float32(pointer, count).set(state.arrays[name] as Float32Array);
    }
    this.#arena.uint32(this.#randomState, 4).set(state.arrays.random as Uint32Array);
    this.#optimizer.step = state.step;
  }

  /** Name, pointer and count of every block that outlives a step. */
  #stored(): [string, number, number][] {
    const { values, kept, count, keptCount } = this.#memory;
    return [
      ['values', values, count],
      ['kept', kept, keptCount],
      ...this.#optimizer.moments.map((pointer, i): [string, number, number] => [
        `moment${i}`,
        pointer,
        count,
      ]),
      ...(this.#average ? [['average', this.#average, count] as [string, number, number]] : []),
    ];
  }
}

/** How many samples a pass may hold, a multiple of 4 unless `most` is less. */
function rowsWithin(bytes: number, { spec }: Network, most: number): number {
  return Math.min(most, 4 * Math.max(1, Math.floor(bytes / (4 * bytesPerSample(spec)))));
}

/** Raw outputs of all rows. @returns Float32Array (nRows × members × nOutputs), row-major. */
export function rawOutputs(network: Network, samples: Pick<Samples, 'nRows' | 'inputs'>): Float32Array {
  return withNeuralArena((arena) => {
    const memory = new ParameterMemory(arena, parameterSpecs(network.spec).flat());
    memory.write(network.parameters);
    const nMost = Math.min(rowsWithin(PASS_BYTES, network, ROWS_PER_PASS), padded(samples.nRows));
    const bound = bindNetwork(arena, network.spec, memory, 0, nMost, 0);
    return passOver(arena, bound, network.spec.input, nMost, samples);
  });
}

/** Numbers of one prediction, and how many predictions there are of a row. */
export function outputsOf(network: Network): { readonly nOutputs: number; readonly members: number } {
  const shape = outputShapeOf(network.spec);
  return { nOutputs: shape.channels, members: positionsOf(shape) };
}

/** Pass after pass without dropout. @param nMost rows of each. */
function passOver(
  arena: NeuralArena,
  network: KernelNetwork,
  input: Shape,
  nMost: number,
  { nRows, inputs }: Pick<Samples, 'nRows' | 'inputs'>,
): Float32Array {
  const { outputShape, outputs } = network;
  const [size, members, stride] = [sizeOf(input), positionsOf(outputShape), strideOf(outputShape)];
  const { channels } = outputShape;
  const all = new Float32Array(nRows * members * channels);
  for (let start = 0; start < nRows; start += nMost) {
    const n = Math.min(nMost, nRows - start);
    writeSamples(arena, network, input, inputs.subarray(start * size, (start + n) * size), n, padded(n));
    network.forward(n, false);
    const ofPass = arena.float32(outputs, n * members * stride);
    for (let i = 0; i < n * members; i++) {
      all.set(ofPass.subarray(i * stride, i * stride + channels), (start * members + i) * channels);
    }
  }
  return all;
}

/** Numbers of one sample. */
function sizeOf(shape: Shape): number {
  return positionsOf(shape) * shape.channels;
}

/** Every row `times` times, one after the other. */
function repeatRows(
  source: Float32Array,
  nRows: number,
  width: number,
  times: number,
  out: Float32Array,
): void {
  if (times === 1) {
    out.set(source.subarray(0, nRows * width));
    return;
  }
  for (let i = 0; i < nRows * times; i++) {
    const from = Math.floor(i / times) * width;
    out.set(source.subarray(from, from + width), i * width);
  }
}
