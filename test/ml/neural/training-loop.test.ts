/** Training goes on after a kill to the same bits, comes back from a divergence once, and holds no more memory for longer. */
import { describe, expect, it, vi } from 'vitest';
import type { SerialisedEstimator } from '../../../src/ml/estimator.ts';
import { KernelTrainer } from '../../../src/ml/neural/kernel-trainer.ts';
import { rowShape } from '../../../src/ml/neural/layers/layer.ts';
import { mlp } from '../../../src/ml/neural/mlp.ts';
import { createNetwork, type NetworkSpec } from '../../../src/ml/neural/network.ts';
import { OPTIMIZERS, TrainingSettings } from '../../../src/ml/neural/parameters.ts';
import { realmlp } from '../../../src/ml/neural/realmlp.ts';
import { tabm } from '../../../src/ml/neural/tabm.ts';
import type { Samples, Trainer, TrainerTask } from '../../../src/ml/neural/trainer.ts';
import { trainNetwork } from '../../../src/ml/neural/training-loop.ts';
import { Random } from '../../../src/ml/random.ts';
import { curvedSurface, exclusiveOr } from './blobs.ts';

const EPOCHS = 24;
const KILLS = 10;

/** As it would come back from a file. */
function throughAFile({ json, arrays }: SerialisedEstimator): SerialisedEstimator {
  return {
    json: JSON.parse(JSON.stringify(json)),
    arrays: Object.fromEntries(
      Object.entries(arrays).map(([name, values]) => {
        const bytes = Uint8Array.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
        const Numbers = values.constructor as Float32ArrayConstructor;
        return [name, new Numbers(bytes.buffer)];
      }),
    ),
  };
}

const busy = {
  maxSteps: EPOCHS,
  hiddenUnits: 8,
  batchSize: 16,
  dropout: 0.2,
  averageShare: 0.2,
  mixup: 0.3,
  microBatch: 7,
  patience: 9,
  schedule: 'plateau',
  labelSmoothing: 0.05,
};
/** SGD at this rate leaves at once on these rows, and does not at a fifth of it. */
const tooFast = { ...busy, optimizer: 'nesterov', learningRate: 0.6, clipNorm: 0, averageShare: 0, mixup: 0 };

describe('a killed fit', () => {
  it.each([
    ...OPTIMIZERS.map((optimizer) => [`mlp with ${optimizer}`, mlp, { ...busy, optimizer }] as const),
    ['mlp with batch normalisation', mlp, { ...busy, normalisation: 'batch' }] as const,
    ['mlp after a range test', mlp, { ...busy, rangeTest: true }] as const,
    ['realmlp', realmlp, { maxSteps: EPOCHS, hiddenUnits: 8, batchSize: 16, dropout: 0.1 }] as const,
    ['tabm', tabm, { maxSteps: EPOCHS, hiddenUnits: 8, members: 3, batchSize: 16, numericBins: 4 }] as const,
  ])('of %s goes on after any epoch and ends with the same weights', async (_, family, parameters) => {
    const training = exclusiveOr(90, 1);
    const options = { seed: 3, validation: exclusiveOr(60, 2) };
    const states: SerialisedEstimator[] = [];
    const checkpoint = {
      isDue: () => true,
      save: (state: SerialisedEstimator) => {
        states.push(throughAFile(state));
      },
    };
    const whole = (await family.fit(training, parameters, { ...options, checkpoint })).serialise();
    expect(states.length).toBeGreaterThanOrEqual(9);
    const random = new Random(5);
    for (let kill = 0; kill < KILLS; kill++) {
      const resumeFrom = states[random.integer(states.length)];
      const resumed = await family.fit(training, parameters, { ...options, resumeFrom });
      expect(resumed.serialise()).toEqual(whole);
    }
  });

  it('of a training that had come back from a divergence knows that it had', async () => {
    const training = curvedSurface(90, 1);
    const states: SerialisedEstimator[] = [];
    const checkpoint = {
      isDue: () => true,
      save: (state: SerialisedEstimator) => states.push(throughAFile(state)),
    };
    const options = { seed: 3, validation: curvedSurface(60, 2) };
    const whole = await mlp.fit(training, tooFast, { ...options, checkpoint });
    expect(whole.chosen?.learningRate).toBeCloseTo(0.12, 12);
    for (const resumeFrom of states) {
      const resumed = await mlp.fit(training, tooFast, { ...options, resumeFrom });
      expect(resumed.serialise()).toEqual(whole.serialise());
    }
  });
});

const spec: NetworkSpec = {
  input: rowShape(3),
  layers: [
    { kind: 'dense', units: 8, initial: 'he' },
    { kind: 'activation', name: 'relu', dropout: 0.1 },
    { kind: 'dense', units: 1, initial: 'zero' },
  ],
};

function samples(nRows: number): Samples {
  const random = new Random(2);
  const inputs = Float32Array.from({ length: nRows * 3 }, () => random.normal());
  const targets = Float32Array.from({ length: nRows }, (_, i) => inputs[3 * i] - inputs[3 * i + 1] ** 2);
  return { nRows, inputs, targets };
}

/** Trains with one's own trainer in the place of what `settings` would open. */
function train(settings: Partial<TrainingSettings>, wrap: (trainer: Trainer) => Trainer, onEpoch = () => {}) {
  const random = new Random(1);
  return trainNetwork(
    createNetwork(spec, random.derive('weights')),
    samples(60),
    { name: 'squaredError' },
    TrainingSettings.parse({ batchSize: 8, maxSteps: 6, ...settings }),
    random,
    { open: (task: TrainerTask) => wrap(new KernelTrainer(task)), onStep: onEpoch },
  );
}

/** A trainer whose loss is `fault` at these of its steps, counted over the whole training. */
function faulty(at: readonly number[], fault: number): { wrap: (own: Trainer) => Trainer; rates: number[] } {
  const rates: number[] = [];
  let step = 0;
  return {
    rates,
    wrap: (own) => ({
      step: (rows, rate) => {
        rates.push(rate);
        const { loss, norm } = own.step(rows, rate);
        return at.includes(step++) ? { loss: fault, norm } : { loss, norm };
      },
      evaluate: (judged) => own.evaluate(judged),
      parameters: () => own.parameters(),
      state: () => own.state(),
      restore: (state) => own.restore(state),
    }),
  };
}

describe('a training', () => {
  const constant = { schedule: 'constant', warmUpSteps: 0, learningRate: 0.01 } as const;

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e6])(
    'with a loss of %d goes back to the epoch before, once, at a fifth of the rate',
    (fault) => {
      const { wrap, rates } = faulty([23], fault);
      const trained = train(constant, wrap);
      expect(trained.learningRate).toBeCloseTo(0.002, 12);
      expect(trained.curve.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(rates.slice(0, 24).every((rate) => rate === 0.01)).toBe(true);
      // A loss that is not finite ends the epoch at once, an absurd one at its end.
      expect(rates.filter((rate) => Math.abs(rate - 0.002) < 1e-12)).toHaveLength(40);
      // The two epochs before are those of an undisturbed training.
      const undisturbed = train(constant, (own) => own);
      expect(trained.curve.slice(0, 2)).toEqual(undisturbed.curve.slice(0, 2));
      expect(trained.curve[2]).not.toEqual(undisturbed.curve[2]);
    },
  );

  it('that diverges again is given up, and says where', () => {
    const { wrap } = faulty([23, 35], Number.NaN);
    expect(() => train(constant, wrap)).toThrow(expect.objectContaining({ code: 'TRAINING_DIVERGED' }));
  });

  it('of a thousand epochs holds no more memory than one of a hundred', () => {
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    const held: number[] = [];
    let grown = 0;
    train(
      { maxSteps: 1000, averageShare: 0.1 },
      (own) => own,
      () => {
        if (held.length === 0) grown = grow.mock.calls.length;
        held.push(process.memoryUsage().arrayBuffers);
      },
    );
    expect(held).toHaveLength(1000);
    expect(grow.mock.calls.length).toBe(grown);
    grow.mockRestore();
    // What is not yet collected comes and goes; the least of a hundred epochs is what is held.
    const least = (from: number) => Math.min(...held.slice(from, from + 100));
    expect(least(900) - least(100)).toBeLessThan(2 ** 20);
  });
});
