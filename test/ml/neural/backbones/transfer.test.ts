import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Backbone } from '../../../../src/ml/neural/backbones/backbone.ts';
import { fineTune } from '../../../../src/ml/neural/backbones/fine-tune.ts';
import { predictFineTuned } from '../../../../src/ml/neural/backbones/fine-tuned.ts';
import { openBackbone } from '../../../../src/ml/neural/backbones/open-backbone.ts';
import { startBackend } from '../../../../src/ml/neural/backend.ts';
import { accuracy, fewOfEach, readDigits, saved, smallNetwork, trainNetwork } from './digits.ts';

const SETTINGS = { name: 'digits', normalisation: 'unit' } as const;
const FIVE = { task: 'classification', nOutputs: 5 } as const;
/** Choices of the one example of each class, over which accuracies are averaged. */
const DRAWS = [1, 2, 3];

async function meanAccuracy(backbone: Backbone, options: Parameters<typeof fineTune>[4]): Promise<number> {
  let sum = 0;
  for (const draw of DRAWS) {
    const { few, others } = fewOfEach(readDigits(5, 10, draw), 1, 300);
    const tuned = await fineTune(backbone, FIVE, few.images, few.labels, options);
    sum += accuracy(await predictFineTuned(backbone, tuned, others.images), others.labels);
  }
  return sum / DRAWS.length;
}

describe('a network that was trained on the digits 0 to 4', () => {
  it('learns 5 to 9 from one example each far better than one that starts anew', async () => {
    await startBackend();
    const network = smallNetwork(5, 1);
    const untrained = await openBackbone(await saved(network), SETTINGS);
    trainNetwork(network, readDigits(0, 5, 1), 6);
    const pretrained = await openBackbone(await saved(network), SETTINGS);
    const anew = await meanAccuracy(untrained, {
      seed: 1,
      nBlocks: 9,
      learningRate: 0.1,
      epochs: 60,
      blockRateShare: 1,
    });
    const frozen = await meanAccuracy(pretrained, { seed: 1, nBlocks: 0 });
    const tuned = await meanAccuracy(pretrained, { seed: 1, nBlocks: 1 });
    expect(frozen).toBeGreaterThan(anew + 0.08);
    expect(tuned).toBeGreaterThan(anew + 0.08);
    tf.disposeVariables();
  });
});
