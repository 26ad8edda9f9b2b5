/** RealMLP and TabM: the networks made for tables. */
import { describe, expect, it } from 'vitest';
import type { TrainingSet } from '../../../src/ml/estimator.ts';
import { score } from '../../../src/ml/metrics/score.ts';
import { featureLayers } from '../../../src/ml/neural/feature-layers.ts';
import { KernelTrainer } from '../../../src/ml/neural/kernel-trainer.ts';
import {
  createNetwork,
  type NetworkSpec,
  outputShapeOf,
  parameterSpecs,
} from '../../../src/ml/neural/network.ts';
import { RealMlpParameters, TrainingSettings } from '../../../src/ml/neural/parameters.ts';
import { realmlp } from '../../../src/ml/neural/realmlp.ts';
import { outputBias, toSamples } from '../../../src/ml/neural/samples.ts';
import { tabm } from '../../../src/ml/neural/tabm.ts';
import { Random } from '../../../src/ml/random.ts';
import { describeEstimator } from '../../contracts/estimator.ts';
import { curvedSurface, exclusiveOr, threeBlobs } from './blobs.ts';

const quickReal = { maxSteps: 30, hiddenUnits: 16, batchSize: 32 };
const quickTabm = {
  maxSteps: 20,
  hiddenUnits: 16,
  hiddenLayers: 2,
  members: 4,
  batchSize: 32,
  learningRate: 0.01,
};

describeEstimator('realmlp', realmlp, quickReal);
describeEstimator('tabm', tabm, quickTabm);
describeEstimator('tabm with piecewise-linear embeddings', tabm, { ...quickTabm, numericBins: 8 });

/** A column of 12 one-hot categories, each with a value of its own, and a number that acts up and down, by steps. */
function stairs(nRows: number, seed: number): TrainingSet {
  const random = new Random(seed);
  const category = Array.from({ length: nRows }, () => random.integer(12));
  const x = Float64Array.from({ length: nRows }, () => 2 * random.uniform());
  return {
    task: 'regression',
    nClasses: 1,
    features: {
      nRows,
      features: [
        ...Array.from({ length: 12 }, (_, k) => ({
          name: `town: ${k}`,
          source: 'town',
          kind: 'numeric' as const,
        })),
        { name: 'x', source: 'x', kind: 'numeric' },
      ],
      columns: [
        ...Array.from({ length: 12 }, (_, k) => Float64Array.from(category, (own) => (own === k ? 1 : 0))),
        x,
      ],
    },
    target: Float64Array.from(
      category,
      (k, i) => Math.sin(5 * k) + 2 * (Math.floor(6 * (x[i] as number)) % 2),
    ),
  };
}

const networkOf = (fitted: { serialise(): { json: unknown } }) =>
  (fitted.serialise().json as { network: NetworkSpec }).network;

describe('realmlp', () => {
  it('is what the paper says where nothing is set', async () => {
    const settings = RealMlpParameters.parse({});
    expect(settings).toMatchObject({
      maxSteps: 256,
      batchSize: 256,
      optimizer: 'adamw',
      momentum: 0.9,
      secondMomentum: 0.95,
      weightDecay: 0,
      schedule: 'cosineLog',
      hiddenLayers: 3,
      hiddenUnits: 256,
      patience: 0,
    });
    const few = { maxSteps: 1, hiddenUnits: 8 };
    const classes = await realmlp.fit(threeBlobs(60, 1), few, { seed: 1 });
    const numbers = await realmlp.fit(curvedSurface(60, 1), few, { seed: 1 });
    const names = (fitted: typeof classes) =>
      networkOf(fitted).layers.flatMap((layer) => (layer.kind === 'activation' ? [layer.name] : []));
    expect(names(classes)).toEqual(['selu', 'selu', 'selu']);
    expect(names(numbers)).toEqual(['mish', 'mish', 'mish']);
  });

  it('scales features six times as fast as it learns, and its biases a tenth', async () => {
    const fitted = await realmlp.fit(exclusiveOr(60, 1), { maxSteps: 1, hiddenUnits: 16 }, { seed: 1 });
    const [scales, first, , second] = parameterSpecs(networkOf(fitted));
    expect(scales?.map(({ rate }) => rate)).toEqual([6]);
    expect(first?.map(({ rate }) => rate)).toEqual([1 / Math.sqrt(2), 0.1]);
    expect(second?.map(({ rate }) => rate)).toEqual([1 / 4, 0.1]);
  });

  it('learns what no linear model can', async () => {
    const judged = exclusiveOr(400, 2);
    const fitted = await realmlp.fit(exclusiveOr(600, 1), quickReal, { seed: 1 });
    expect(score('roc_auc', 'binary', judged.target, fitted.predict(judged.features), 2)).toBeGreaterThan(
      0.98,
    );
  });
});

describe('tabm', () => {
  it('averages members that differ', async () => {
    const training = exclusiveOr(300, 1);
    const fitted = await tabm.fit(training, quickTabm, { seed: 1 });
    const { json, arrays } = fitted.serialise() as { json: { network: NetworkSpec }; arrays: object };
    expect(outputShapeOf(json.network)).toMatchObject({ height: 4, channels: 2 });
    const signs = Object.values(arrays)[0] as Float32Array;
    expect(new Set([0, 1, 2, 3].map((member) => signs.slice(2 * member, 2 * member + 2).join())).size).toBe(
      4,
    );
    const judged = exclusiveOr(400, 2);
    expect(score('roc_auc', 'binary', judged.target, fitted.predict(judged.features), 2)).toBeGreaterThan(
      0.97,
    );
  });

  it('learns ups and downs of a number through its bins better than without', async () => {
    const [training, judged] = [stairs(500, 1), stairs(300, 2)];
    const errorWith = async (more: object) => {
      const fitted = await tabm.fit(
        training,
        { ...quickTabm, dropout: 0, maxSteps: 30, ...more },
        { seed: 1 },
      );
      return score('rmse', 'regression', judged.target, fitted.predict(judged.features), 1);
    };
    expect(await errorWith({ numericBins: 16 })).toBeLessThan(0.8 * (await errorWith({})));
  });
});

describe('featureLayers', () => {
  const { features } = stairs(200, 1);

  it('embeds one-hot columns of one source and leaves numbers as they are', () => {
    const [blocks, ...none] = featureLayers(features, {
      numericBins: 0,
      embedCategories: 10,
      embeddingUnits: 8,
    });
    expect(none).toEqual([]);
    expect(blocks).toEqual({
      kind: 'blocks',
      blocks: [
        { inputs: 12, units: 8, deviation: 1 },
        { inputs: 1, units: 0, deviation: 1 },
      ],
    });
  });

  it('encodes numbers between their quantiles and leaves small categories as they are', () => {
    const layers = featureLayers(features, { numericBins: 4, embedCategories: 13, embeddingUnits: 8 });
    const [encoding, blocks] = layers;
    const sorted = Float32Array.from(features.columns[12] as Float64Array).sort();
    expect(encoding).toEqual({
      kind: 'piecewise',
      edges: [...Array.from({ length: 12 }, () => []), [0, 50, 100, 149, 199].map((place) => sorted[place])],
    });
    expect(blocks).toMatchObject({
      blocks: [
        { inputs: 12, units: 0 },
        { inputs: 4, units: 8 },
      ],
    });
  });

  it('adds nothing where nothing is asked for, and takes no two-valued number for a curve', () => {
    const none = { numericBins: 0, embedCategories: 0, embeddingUnits: 8 };
    expect(featureLayers(features, none)).toEqual([]);
    const marks = {
      nRows: 4,
      features: [{ name: 'a', source: 'a', kind: 'numeric' as const }],
      columns: [Float64Array.of(0, 3, 3, 0)],
    };
    expect(featureLayers(marks, { ...none, numericBins: 8, embedCategories: 2 })).toEqual([]);
  });

  it('begins with embeddings of the usual size, and they learn', () => {
    const set = stairs(400, 1);
    const spec: NetworkSpec = {
      input: { height: 1, width: 1, channels: 13, groups: 1 },
      layers: [
        ...featureLayers(set.features, { numericBins: 24, embedCategories: 9, embeddingUnits: 4 }),
        { kind: 'dense', units: 1, initial: 'zero', bias: [...outputBias(set)] },
      ],
    };
    const training = toSamples(set, null, 0);
    const samples = { ...training, targets: Float32Array.from(set.target) };
    const trainer = new KernelTrainer({
      network: createNetwork(spec, new Random(1)),
      training: samples,
      loss: { name: 'squaredError' },
      settings: TrainingSettings.parse({ weightDecay: 0 }),
      mostRows: 400,
      random: new Random(2),
    });
    const rows = Uint32Array.from({ length: 400 }, (_, i) => i);
    const before = trainer.evaluate(samples);
    for (let step = 0; step < 300; step++) trainer.step(rows, 0.03);
    expect(trainer.evaluate(samples)).toBeLessThan(0.3 * before);
  });
});
