/** 20 steps beside PyTorch 1.13.1 (test/oracles/generate/neural-trajectories.py): optimizers, losses, weights, clipping,
 *  averaging and normalisation. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TrainingSet } from '../../../src/ml/estimator.ts';
import { KernelTrainer, rawOutputs } from '../../../src/ml/neural/kernel-trainer.ts';
import { rowShape } from '../../../src/ml/neural/layers/layer.ts';
import type { Loss } from '../../../src/ml/neural/loss.ts';
import type { LayerSpec, NetworkSpec } from '../../../src/ml/neural/network.ts';
import { TrainingSettings } from '../../../src/ml/neural/parameters.ts';
import { toSamples } from '../../../src/ml/neural/samples.ts';
import type { Samples } from '../../../src/ml/neural/trainer.ts';
import { Random } from '../../../src/ml/random.ts';

interface Trajectory {
  start: number[][];
  losses: number[];
  norms: number[];
  parameters: number[][];
  outputs: number[];
}
const oracle: {
  inputs: number[];
  labels: number[];
  targets: number[];
  rowWeights: number[];
  batches: number[][];
  rates: number[];
  trajectories: Record<string, Trajectory>;
} = JSON.parse(readFileSync('test/oracles/neural/trajectories.json', 'utf8'));

const [INPUTS, UNITS, CLASSES] = [3, 6, 3];
const nRows = oracle.labels.length;

const set: TrainingSet = {
  task: 'multiclass',
  nClasses: CLASSES,
  features: {
    nRows,
    features: Array.from({ length: INPUTS }, (_, j) => ({ name: `x${j}`, source: `x${j}`, kind: 'numeric' })),
    columns: Array.from({ length: INPUTS }, (_, j) =>
      Float64Array.from({ length: nRows }, (_, i) => oracle.inputs[i * INPUTS + j]),
    ),
  },
  target: Float64Array.from(oracle.labels),
};

function networkSpec(norm: LayerSpec[], tangent: boolean): NetworkSpec {
  const dense = (units: number): LayerSpec => ({
    kind: 'dense',
    units,
    initial: 'he',
    ...(tangent && { tangent: true }),
  });
  return {
    input: rowShape(INPUTS),
    layers: [dense(UNITS), ...norm, { kind: 'activation', name: 'selu', dropout: 0 }, dense(CLASSES)],
  };
}

interface Case {
  readonly settings?: Partial<TrainingSettings>;
  readonly loss?: Loss;
  readonly samples?: Samples;
  readonly norm?: LayerSpec[];
  readonly tangent?: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  adamw: { settings: { weightDecay: 0.3 } },
  nesterov: { settings: { optimizer: 'nesterov', weightDecay: 0.3 } },
  lion: { settings: { optimizer: 'lion', weightDecay: 0.3, secondMomentum: 0.99 } },
  rmsprop: { settings: { optimizer: 'rmsprop', weightDecay: 0.3, secondMomentum: 0.99 } },
  squaredError: {
    loss: { name: 'squaredError' },
    samples: { ...toSamples(set, null, 0), targets: Float32Array.from(oracle.targets) },
  },
  huberError: {
    loss: { name: 'huberError', threshold: 0.4 },
    samples: { ...toSamples(set, null, 0), targets: Float32Array.from(oracle.targets) },
  },
  labelSmoothing: { samples: toSamples(set, null, 0.1) },
  focalLoss: { loss: { name: 'focalLoss', gamma: 2 } },
  classWeights: { samples: toSamples(set, null, 0, [0.4, 2, 1.3]) },
  rowWeights: { samples: toSamples({ ...set, weights: Float64Array.from(oracle.rowWeights) }, null, 0) },
  clipNorm: { settings: { clipNorm: 0.2 } },
  clipValue: { settings: { clipValue: 0.05 } },
  average: { settings: { averageShare: 0.2 } },
  batchNorm: { settings: { optimizer: 'nesterov' }, norm: [{ kind: 'batchNorm', momentum: 0.1 }] },
  layerNorm: { norm: [{ kind: 'layerNorm' }] },
  tangent: { settings: { secondMomentum: 0.95 }, tangent: true },
};

/** After the 20 steps. */
function walk(start: number[][], more: Case, batches = oracle.batches) {
  const { settings = {}, loss = { name: 'crossEntropy' }, norm = [], tangent = false } = more;
  const spec = networkSpec(norm, tangent);
  const samples = more.samples ?? toSamples(set, null, 0);
  const trainer = new KernelTrainer({
    network: { spec, parameters: start.map((values) => Float32Array.from(values)) },
    training: samples,
    loss,
    settings: TrainingSettings.parse({ weightDecay: 0, clipNorm: 0, ...settings }),
    mostRows: Math.max(...batches.map((rows) => rows.length)),
    random: new Random(1),
  });
  const steps = batches.map((rows, t) => trainer.step(Uint32Array.from(rows), oracle.rates[t]));
  const parameters = trainer.parameters();
  return {
    losses: steps.map((step) => step.loss),
    norms: steps.map((step) => step.norm),
    parameters: parameters.map((values) => [...values]),
    outputs: [...rawOutputs({ spec, parameters }, samples)],
  };
}

function expectClose(ours: readonly number[], theirs: readonly number[], tolerance = 1e-4) {
  expect(ours.length).toBe(theirs.length);
  for (let i = 0; i < ours.length; i++) expect(Math.abs(ours[i] - theirs[i])).toBeLessThan(tolerance);
}

describe('20 steps', () => {
  it('are compared in every way that PyTorch was asked for', () => {
    expect(Object.keys(CASES)).toEqual(Object.keys(oracle.trajectories));
  });

  it.each(Object.keys(CASES))('with %s are those of PyTorch', (name) => {
    const { start, ...expected } = oracle.trajectories[name];
    const ours = walk(start, CASES[name]);
    expectClose(ours.losses, expected.losses);
    expectClose(ours.norms, expected.norms);
    expectClose(ours.parameters.flat(), expected.parameters.flat());
    expectClose(ours.outputs, expected.outputs, 2e-4);
  });

  it.each(['adamw', 'nesterov', 'lion', 'rmsprop'] as const)(
    'of %s in micro-batches are those of whole batches',
    (optimizer) => {
      const { start } = oracle.trajectories.adamw;
      const weighted = toSamples({ ...set, weights: Float64Array.from(oracle.rowWeights) }, null, 0);
      const more = { optimizer, clipNorm: 0.5, averageShare: 0.3 } as const;
      const whole = walk(start, { settings: more, samples: weighted });
      const parts = walk(start, { settings: { ...more, microBatch: 3 }, samples: weighted });
      expectClose(parts.losses, whole.losses, 1e-5);
      // Lion moves by the sign of a sum, which may be the sign of a rounding error.
      const gaps = parts.parameters.flat().map((value, i) => Math.abs(value - whole.parameters.flat()[i]));
      const far = gaps.filter((gap) => gap > 1e-5);
      expect(far.length).toBeLessThanOrEqual(optimizer === 'lion' ? 2 : 0);
    },
  );

  it('count a row of weight 2 as two rows', () => {
    const { start } = oracle.trajectories.adamw;
    const weights = Float64Array.from({ length: nRows }, (_, i) => 1 + (i % 2));
    const weighted = toSamples({ ...set, weights }, null, 0);
    const twice = oracle.batches.map((rows) => rows.flatMap((row) => (row % 2 ? [row, row] : [row])));
    // Weights are 1 on average over all rows, so that the two means of a batch differ by a factor.
    oracle.batches.forEach((rows, t) => {
      const one = walk(start, { samples: weighted }, [rows]);
      const other = walk(start, {}, [twice[t]]);
      const mean = weighted.weights as Float32Array;
      const share = rows.reduce((sum, row) => sum + mean[row], 0) / rows.length;
      expect(one.losses[0] / share).toBeCloseTo(other.losses[0], 5);
      expect(one.norms[0] / share).toBeCloseTo(other.norms[0], 5);
    });
  });
});
