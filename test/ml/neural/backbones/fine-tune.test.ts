import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Backbone } from '../../../../src/ml/neural/backbones/backbone.ts';
import type { BackboneFiles } from '../../../../src/ml/neural/backbones/backbone-files.ts';
import { featuresOf } from '../../../../src/ml/neural/backbones/features.ts';
import { fineTune } from '../../../../src/ml/neural/backbones/fine-tune.ts';
import { predictFineTuned } from '../../../../src/ml/neural/backbones/fine-tuned.ts';
import { openBackbone } from '../../../../src/ml/neural/backbones/open-backbone.ts';
import { startBackend } from '../../../../src/ml/neural/backend.ts';
import { type Digits, fewOfEach, readDigits, saved, smallNetwork } from './digits.ts';

const SETTINGS = { name: 'digits', normalisation: 'unit' } as const;
const TWO = { task: 'classification', nOutputs: 2 } as const;

let files: BackboneFiles;
let backbone: Backbone;
let few: Digits;
let others: Digits;

beforeAll(async () => {
  await startBackend();
  const network = smallNetwork(5, 1);
  files = await saved(network);
  network.dispose();
  backbone = await openBackbone(files, SETTINGS);
  ({ few, others } = fewOfEach(readDigits(5, 7, 1), 5));
});

describe('a network with a new head', () => {
  it('is the same after it was trained further and asked, and leaves no tensor behind', async () => {
    const before = await featuresOf(backbone, others.images);
    const tensors = tf.memory().numTensors;
    const tuned = await fineTune(backbone, TWO, few.images, few.labels, {
      seed: 1,
      epochs: 2,
      headEpochs: 2,
    });
    const prediction = await predictFineTuned(backbone, tuned, others.images);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await featuresOf(backbone, others.images)).toEqual(before);
    const again = await openBackbone(files, SETTINGS);
    expect(await predictFineTuned(again, structuredClone(tuned), others.images)).toEqual(prediction);
    again.dispose();
  });

  it('learns the same from the same seed, and something else from another', async () => {
    const options = { epochs: 1, headEpochs: 2, nBlocks: 1 };
    const [first, second, third] = [
      await fineTune(backbone, TWO, few.images, few.labels, { ...options, seed: 1 }),
      await fineTune(backbone, TWO, few.images, few.labels, { ...options, seed: 1 }),
      await fineTune(backbone, TWO, few.images, few.labels, { ...options, seed: 2 }),
    ];
    expect(second).toEqual(first);
    expect(third.head.kernel).not.toEqual(first.head.kernel);
  });

  it('moves only the blocks that were asked for, and those less than the head', async () => {
    const tuned = await fineTune(backbone, TWO, few.images, few.labels, { seed: 1, epochs: 1, nBlocks: 1 });
    expect(Object.keys(tuned.blocks).map((key) => key.replace(/_[^/]*/, ''))).toEqual([
      'conv2d/0',
      'conv2d/1',
    ]);
  });

  it('learns numbers as well', async () => {
    const ink = (digits: Digits) =>
      Float64Array.from(digits.labels, (_, i) => {
        const pixels = digits.images.pixels.subarray(i * 144, (i + 1) * 144);
        return (pixels.reduce((sum, value) => sum + value, 0) / 64 - 78) / 13;
      });
    const shape = { task: 'regression', nOutputs: 1 } as const;
    const tuned = await fineTune(backbone, shape, others.images, ink(others), { seed: 1, epochs: 1 });
    const predicted = await predictFineTuned(backbone, tuned, few.images);
    const truth = ink(few);
    const error = truth.reduce((sum, value, i) => sum + (value - predicted[i]) ** 2, 0) / truth.length;
    const spread = truth.reduce((sum, value) => sum + value ** 2, 0) / truth.length;
    expect(error).toBeLessThan(0.5 * spread);
  });

  it('refuses to predict with another network', async () => {
    const tuned = await fineTune(backbone, TWO, few.images, few.labels, {
      seed: 1,
      epochs: 1,
      headEpochs: 1,
    });
    const foreign = { ...tuned, blocks: { ...tuned.blocks, 'elsewhere/0': new Float32Array(3) } };
    await expect(predictFineTuned(backbone, foreign, few.images)).rejects.toMatchObject({
      code: 'MODEL_FORMAT_UNKNOWN',
    });
  });

  it('stops when it is told to', async () => {
    let epochs = 0;
    const onEpoch = () => {
      epochs++;
    };
    await fineTune(backbone, TWO, few.images, few.labels, {
      seed: 1,
      onEpoch,
      shouldStop: () => epochs >= 3,
    });
    expect(epochs).toBe(3);
  });

  it('says when the rate was too high', async () => {
    const options = { seed: 1, learningRate: 1e38, weightDecay: 0, clipNorm: 0 };
    await expect(fineTune(backbone, TWO, few.images, few.labels, options)).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
    });
  });
});
