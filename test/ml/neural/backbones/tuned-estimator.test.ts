import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SerialisedEstimator } from '../../../../src/ml/estimator.ts';
import { featuresOf } from '../../../../src/ml/neural/backbones/features.ts';
import { opened, type PretrainedNetwork } from '../../../../src/ml/neural/backbones/pretrained-network.ts';
import { tunedEstimator } from '../../../../src/ml/neural/backbones/tuned-estimator.ts';
import { startBackend } from '../../../../src/ml/neural/backend.ts';
import { type Digits, fewOfEach, PICTURE, readDigits, saved, smallNetwork, trainingSet } from './digits.ts';

const settings = { name: 'digits', normalisation: 'unit' } as const;
const SETTING = { ...PICTURE, maxSteps: 3, trainedBlocks: 1, patience: 0, shift: 1 };

let network: PretrainedNetwork;
let few: Digits;
let others: Digits;

beforeAll(async () => {
  await startBackend();
  const built = smallNetwork(5, 1);
  network = { id: 'digits#sha256=1', files: await saved(built), settings };
  built.dispose();
  ({ few, others } = fewOfEach(readDigits(5, 7, 1), 8, 100));
});

const tune = (
  setting: object = {},
  options: Partial<Parameters<ReturnType<typeof tunedEstimator>['fit']>[2]> = {},
) => tunedEstimator(network).fit(trainingSet(few, 2), { ...SETTING, ...setting }, { seed: 1, ...options });

const weightsOf = ({ arrays }: SerialisedEstimator) => arrays;

describe('a pretrained network that is trained further', () => {
  it('is the same after it was trained and asked, and leaves no tensor behind', async () => {
    const backbone = await opened(network);
    const before = await featuresOf(backbone, others.images);
    await tune();
    const tensors = tf.memory().numTensors;
    const tuned = await tune();
    tuned.predict(trainingSet(others, 2).features);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await featuresOf(backbone, others.images)).toEqual(before);
  });

  it('predicts the same when it comes from a file', async () => {
    const tuned = await tune();
    const { features } = trainingSet(others, 2);
    const prediction = tuned.predict(features);
    for (let row = 0; row < others.labels.length; row++) {
      expect((prediction[2 * row] ?? 0) + (prediction[2 * row + 1] ?? 0)).toBeCloseTo(1, 6);
    }
    const restored = await tunedEstimator(network).restore(structuredClone(tuned.serialise()));
    expect(restored.predict(features)).toEqual(prediction);
    expect(restored.curve).toEqual(tuned.curve);
  });

  it('learns the same from the same seed, and something else from another', async () => {
    const first = weightsOf((await tune()).serialise());
    expect(weightsOf((await tune()).serialise())).toEqual(first);
    const other = weightsOf((await tune({}, { seed: 2 })).serialise());
    expect(other.kernel).not.toEqual(first.kernel);
  });

  it('goes on after any epoch to the same bits', async () => {
    const validation = trainingSet(others, 2);
    const setting = { maxSteps: 4, patience: 3 };
    const states: SerialisedEstimator[] = [];
    const whole = await tune(setting, {
      validation,
      checkpoint: { isDue: () => true, save: (state) => states.push(structuredClone(state)) },
    });
    expect(states).toHaveLength(whole.curve.length);
    for (const resumeFrom of states.slice(0, -1)) {
      const resumed = await tune(setting, { validation, resumeFrom });
      expect(resumed.serialise()).toEqual(whole.serialise());
    }
  });

  it('moves the blocks that were asked for and no other, less than the head', async () => {
    const { json, arrays } = (await tune({ trainedBlocks: 1 })).serialise();
    const { blocks } = json as { blocks: string[] };
    expect(blocks.map((key) => key.replace(/_[^/]*/, ''))).toEqual(['conv2d/0', 'conv2d/1']);
    const known = (await tune({ trainedBlocks: 1, learningRate: 1e-12 })).serialise().arrays;
    const moved = (name: string) => {
      const [after, before] = [arrays[name], known[name]] as [Float32Array, Float32Array];
      return Math.max(...after.map((value, i) => Math.abs(value - before[i])));
    };
    expect(moved('block0')).toBeGreaterThan(0);
    expect(moved('block0')).toBeLessThan(moved('kernel'));
    const more = (await tune({ trainedBlocks: 2 })).serialise().json as { blocks: string[] };
    expect(more.blocks.length).toBeGreaterThan(blocks.length);
  });

  it('keeps the epoch with the best loss on rows set aside, and stops when patience is over', async () => {
    const tuned = await tune(
      { maxSteps: 30, patience: 2, learningRate: 0.05 },
      { validation: trainingSet(others, 2) },
    );
    const losses = tuned.curve.map(({ validationLoss }) => validationLoss as number);
    expect(tuned.bestStep).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(losses.length).toBeLessThan(30);
  });

  it('learns numbers as well, in their own units', async () => {
    const ink = ({ labels, images }: Digits) =>
      Float64Array.from(labels, (_, i) =>
        images.pixels.subarray(i * 144, (i + 1) * 144).reduce((sum, value) => sum + value, 0),
      );
    const target = ink(others);
    const tuned = await tunedEstimator(network).fit(
      { ...trainingSet(others, 1), target },
      { ...SETTING, maxSteps: 4, shift: 0 },
      { seed: 1 },
    );
    const predicted = tuned.predict(trainingSet(few, 1).features);
    const truth = ink(few);
    const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
    const squares = (of: (value: number, i: number) => number) =>
      truth.reduce((sum, value, i) => sum + (value - of(value, i)) ** 2, 0);
    expect(squares((_, i) => predicted[i] as number)).toBeLessThan(0.5 * squares(() => mean));
  });

  it('stops when it is told to', async () => {
    let epochs = 0;
    const tuned = await tune(
      { maxSteps: 9 },
      {
        onStep: () => {
          epochs++;
        },
        shouldStop: () => epochs >= 2,
      },
    );
    expect(tuned.curve.length).toBeLessThanOrEqual(3);
  });

  it('refuses what was learnt on another network, and pictures of another size', async () => {
    const tuned = await tune();
    const foreign = { ...network, id: 'digits#sha256=2' };
    await expect(tunedEstimator(foreign).restore(tuned.serialise())).rejects.toMatchObject({
      code: 'MODEL_FORMAT_UNKNOWN',
    });
    await expect(tune({ height: 10 })).rejects.toMatchObject({ code: 'IMAGE_SIZE_WRONG' });
  });
});
