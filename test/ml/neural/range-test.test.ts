import { describe, expect, it } from 'vitest';
import { KernelTrainer } from '../../../src/ml/neural/kernel-trainer.ts';
import { rowShape } from '../../../src/ml/neural/layers/layer.ts';
import { createNetwork } from '../../../src/ml/neural/network.ts';
import { TrainingSettings } from '../../../src/ml/neural/parameters.ts';
import { rangeTest } from '../../../src/ml/neural/range-test.ts';
import type { TrainerTask } from '../../../src/ml/neural/trainer.ts';
import { Random } from '../../../src/ml/random.ts';

/** A linear model of squared error: a bowl, whose curvature is twice the mean square of its inputs. Plain gradient descent
 *  converges below 2 / curvature. */
function bowl(scale: number): TrainerTask {
  const random = new Random(4);
  const nRows = 512;
  const inputs = Float32Array.from({ length: nRows * 2 }, () => scale * random.normal());
  return {
    network: createNetwork(
      { input: rowShape(2), layers: [{ kind: 'dense', units: 1, initial: 'zero' }] },
      random,
    ),
    training: {
      nRows,
      inputs,
      targets: Float32Array.from({ length: nRows }, (_, i) => (inputs[2 * i] - inputs[2 * i + 1]) / scale),
    },
    loss: { name: 'squaredError' },
    settings: TrainingSettings.parse({ optimizer: 'nesterov', momentum: 0, weightDecay: 0, clipNorm: 0 }),
    mostRows: 64,
    random,
  };
}

describe('rangeTest', () => {
  it.each([2, 4, 16])('finds a rate with which a bowl of inputs %d times as large is learned', (scale) => {
    const task = bowl(scale);
    const rate = rangeTest(() => new KernelTrainer(task), 512, 64, new Random(1));
    const limit = 1 / scale ** 2;
    expect(rate).toBeLessThan(limit);
    expect(rate).toBeGreaterThan(limit / 100);
    const trainer = new KernelTrainer(task);
    const before = trainer.evaluate(task.training);
    const rows = Uint32Array.from({ length: 64 }, (_, i) => i);
    for (let step = 0; step < 200; step++) trainer.step(rows, rate);
    expect(trainer.evaluate(task.training)).toBeLessThan(0.1 * before);
  });

  it('leaves the network that is trained afterwards as it was', () => {
    const task = bowl(1);
    const before = task.network.parameters.map((values) => [...values]);
    rangeTest(() => new KernelTrainer(task), 512, 64, new Random(1));
    expect(task.network.parameters.map((values) => [...values])).toEqual(before);
  });
});
