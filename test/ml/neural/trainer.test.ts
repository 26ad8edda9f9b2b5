/** One contract for everything that computes networks, and how the two compare. */
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/ml/neural/backend.ts';
import { KernelTrainer, rawOutputs } from '../../../src/ml/neural/kernel-trainer.ts';
import { packWeights, paddedWidth, unpackWeights } from '../../../src/ml/neural/kernels.ts';
import { rowShape } from '../../../src/ml/neural/layers/layer.ts';
import { meanLoss } from '../../../src/ml/neural/loss.ts';
import {
  bytesPerSample,
  createNetwork,
  type LayerSpec,
  type Network,
} from '../../../src/ml/neural/network.ts';
import { TrainingSettings } from '../../../src/ml/neural/parameters.ts';
import { TensorTrainer } from '../../../src/ml/neural/tensor-trainer.ts';
import type { Samples, Trainer, TrainerTask } from '../../../src/ml/neural/trainer.ts';
import { Random } from '../../../src/ml/random.ts';

const LOSSES = ['crossEntropy', 'squaredError'] as const;
type LossName = (typeof LOSSES)[number];
const WIDTHS = [
  [1, 1],
  [3, 2],
  [5, 9, 3],
  [8, 16, 8],
  [17, 33, 7, 26],
  [64, 40, 1],
];

/** With one class there is nothing to learn. */
const CASES = WIDTHS.flatMap((widths) =>
  LOSSES.filter((loss) => loss === 'squaredError' || (widths.at(-1) as number) > 1).map((loss) => ({
    widths,
    loss,
  })),
);

/** A network whose last layer is not 0, so that every gradient has something to say. */
function networkOf(widths: readonly number[], dropout: number, random: Random): Network {
  const [width, ...units] = widths as [number, ...number[]];
  const layers = units.flatMap((count, l): LayerSpec[] => [
    { kind: 'dense', units: count, initial: 'he' },
    ...(l < units.length - 1 ? [{ kind: 'activation', name: 'relu', dropout } as const] : []),
  ]);
  const network = createNetwork({ input: rowShape(width), layers }, random);
  return {
    ...network,
    parameters: network.parameters.map((values) => values.map((v) => v + 0.3 * random.normal())),
  };
}

function samplesOf(nRows: number, widths: readonly number[], loss: LossName, random: Random): Samples {
  const [width, nOutputs] = [widths[0] as number, widths.at(-1) as number];
  const inputs = Float32Array.from({ length: nRows * width }, () => random.normal());
  const targets = new Float32Array(nRows * nOutputs);
  for (let row = 0; row < nRows; row++) {
    if (loss === 'crossEntropy') targets[row * nOutputs + random.integer(nOutputs)] = 1;
    else for (let k = 0; k < nOutputs; k++) targets[row * nOutputs + k] = random.normal();
  }
  return { nRows, inputs, targets };
}

function taskOf(
  widths: readonly number[],
  loss: LossName,
  nRows: number,
  { dropout = 0, ...settings }: Partial<TrainingSettings> & { readonly dropout?: number } = {},
): TrainerTask {
  const random = new Random(7);
  return {
    network: networkOf(widths, dropout, random.derive('network')),
    training: samplesOf(nRows, widths, loss, random.derive('rows')),
    loss: { name: loss },
    settings: TrainingSettings.parse({ weightDecay: 0, clipNorm: 0, ...settings }),
    mostRows: nRows,
    random: random.derive('dropout'),
  };
}

const allRows = (n: number) => Uint32Array.from({ length: n }, (_, row) => row);

beforeAll(() => startBackend());

describe.each([
  ['kernels', (task: TrainerTask): Trainer => new KernelTrainer(task)],
  ['tensors', (task: TrainerTask): Trainer => new TensorTrainer(task)],
])('a trainer on %s', (_, open) => {
  it.each(CASES)('has the norm of the numeric gradient: $widths, $loss', ({ widths, loss }) => {
    const task = taskOf(widths, loss, 6);
    const lossWith = (parameters: readonly Float32Array[]) =>
      open({ ...task, network: { ...task.network, parameters } }).evaluate(task.training);
    const { loss: before, norm } = open(task).step(allRows(6), 0);
    expect(before / lossWith(task.network.parameters)).toBeCloseTo(1, 5);
    // Of a sample of the parameters: each is moved a little to both sides.
    const random = new Random(3);
    let expected = 0;
    let measured = 0;
    const stepped = open({ ...task, settings: { ...task.settings, clipNorm: 0 } });
    const start = stepped.parameters();
    stepped.step(allRows(6), 1e-3);
    const moved = stepped.parameters();
    for (let trial = 0; trial < 12; trial++) {
      const p = random.integer(start.length);
      const i = random.integer((start[p] as Float32Array).length);
      const at = (shift: number) =>
        lossWith(
          start.map((values, q) => (q === p ? values.map((v, j) => (j === i ? v + shift : v)) : values)),
        );
      const slope = (at(0.01) - at(-0.01)) / 0.02;
      // The first step of Adam goes against the sign of the gradient, whatever its size.
      const step = ((moved[p] as Float32Array)[i] as number) - ((start[p] as Float32Array)[i] as number);
      if (Math.abs(slope) > 2e-3) {
        expected++;
        if (Math.sign(step) === -Math.sign(slope)) measured++;
      }
    }
    expect(measured).toBe(expected);
    expect(norm).toBeGreaterThan(0);
  });

  it('clips: a step is the same whether gradients are large or scaled down', () => {
    const task = taskOf([5, 9, 3], 'squaredError', 10);
    const { norm } = open(task).step(allRows(10), 0.01);
    const clipped = open({ ...task, settings: { ...task.settings, clipNorm: norm / 100 } });
    expect(clipped.step(allRows(10), 0.01).norm).toBeCloseTo(norm, 4);
  });

  it('changes nothing where the loss is not finite', () => {
    const task = taskOf([3, 4, 2], 'squaredError', 4);
    const training = { ...task.training, targets: task.training.targets.map(() => Number.NaN) };
    const trainer = open({ ...task, training });
    const before = trainer.parameters();
    expect(trainer.step(allRows(4), 0.1).loss).toBeNaN();
    expect(trainer.parameters()).toEqual(before);
  });

  it('drops about as many activations as it was told, and judges without dropping any', () => {
    const task = taskOf([4, 64, 1], 'squaredError', 64, { dropout: 0.5 });
    const trainer = open(task);
    const judged = trainer.evaluate(task.training);
    expect(trainer.evaluate(task.training)).toBe(judged);
    const losses = Array.from({ length: 20 }, () => trainer.step(allRows(64), 0).loss);
    expect(new Set(losses).size).toBeGreaterThan(15);
  });

  it('gives the same bits again', () => {
    const run = () => {
      const trainer = open(taskOf([17, 33, 7, 26], 'crossEntropy', 50, { dropout: 0.2, weightDecay: 0.1 }));
      for (let i = 0; i < 5; i++) trainer.step(allRows(50 - i), 0.01);
      return trainer.parameters();
    };
    expect(run()).toEqual(run());
  });
});

describe('kernels and tensors', () => {
  it.each(CASES)('walk the same 20 steps: $widths, $loss', ({ widths, loss }) => {
    const settings = { weightDecay: 0.05, clipNorm: 0.7 };
    const ours = new KernelTrainer(taskOf(widths, loss, 37, settings));
    const theirs = new TensorTrainer(taskOf(widths, loss, 37, settings));
    const random = new Random(5);
    for (let i = 0; i < 20; i++) {
      const rows = random.permutation(37).subarray(0, 1 + random.integer(37));
      const [a, b] = [ours.step(rows, 0.003), theirs.step(rows, 0.003)];
      expect(a.loss / b.loss).toBeCloseTo(1, 4);
      expect(a.norm / b.norm).toBeCloseTo(1, 3);
    }
    const expected = theirs.parameters();
    ours.parameters().forEach((values, p) => {
      values.forEach((value, i) => {
        expect(value).toBeCloseTo((expected[p] as Float32Array)[i] as number, 3);
      });
    });
  });

  it('predict alike, for any number of rows', () => {
    for (const nRows of [1, 3, 4, 511, 512, 513, 1100]) {
      const task = taskOf([6, 19, 5], 'crossEntropy', nRows);
      const outputs = rawOutputs(task.network, task.training);
      const loss = meanLoss(task.loss, outputs, task.training.targets, 5);
      expect(loss).toBeCloseTo(new TensorTrainer(task).evaluate(task.training), 5);
    }
  });
});

describe('large images', () => {
  it('are taken a few at a time, to the same numbers', () => {
    const random = new Random(2);
    const input = { height: 128, width: 128, channels: 1, groups: 1 as const };
    const layers: LayerSpec[] = [
      { kind: 'conv2d', channels: 48, size: 3, step: 1, padding: 'same' },
      { kind: 'activation', name: 'relu', dropout: 0 },
      { kind: 'maxPool2d', size: 8, step: 8 },
      { kind: 'globalAveragePool' },
      { kind: 'dense', units: 3, initial: 'he' },
    ];
    const spec = { input, layers };
    const network = createNetwork(spec, random);
    // So many bytes a sample that 48 of them are more than one pass holds.
    expect(48 * bytesPerSample(spec)).toBeGreaterThan(128 * 2 ** 20);
    const nRows = 48;
    const inputs = Float32Array.from({ length: nRows * 128 * 128 }, () => random.normal());
    const targets = Float32Array.from({ length: nRows * 3 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    const task: TrainerTask = {
      ...{ network, training: { nRows, inputs, targets }, loss: { name: 'crossEntropy' }, mostRows: nRows },
      settings: TrainingSettings.parse({}),
      random,
    };
    const trainer = new KernelTrainer(task);
    const { loss } = trainer.step(allRows(nRows), 0);
    expect(trainer.evaluate(task.training)).toBeCloseTo(loss, 5);
    const outputs = rawOutputs(network, task.training);
    expect(meanLoss(task.loss, outputs, targets, 3)).toBeCloseTo(loss, 5);
  });
});

describe('packed weights', () => {
  it.each([
    [1, 1],
    [3, 8],
    [7, 9],
    [16, 31],
  ])('of %i inputs and %i outputs come back as they were', (nInputs, nOutputs) => {
    const weights = Float32Array.from({ length: nInputs * nOutputs }, (_, i) => i + 1);
    const shape = { nInputs, nOutputs, groups: 1 };
    const packed = new Float32Array(nInputs * paddedWidth(nOutputs)).fill(Number.NaN);
    packWeights(weights, shape, packed);
    expect(packed.every(Number.isFinite)).toBe(true);
    expect(unpackWeights(packed, shape)).toEqual(weights);
  });
});
