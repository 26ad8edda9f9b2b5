import { describe, expect, it } from 'vitest';
import type { PretrainedNetwork } from '../../../../src/ml/neural/backbones/pretrained-network.ts';
import { tunedEstimator } from '../../../../src/ml/neural/backbones/tuned-estimator.ts';
import { startBackend } from '../../../../src/ml/neural/backend.ts';
import {
  accuracy,
  fewOfEach,
  PICTURE,
  readDigits,
  saved,
  smallNetwork,
  trainingSet,
  trainNetwork,
} from './digits.ts';

const settings = { name: 'digits', normalisation: 'unit' } as const;
/** Choices of the one example of each class, over which accuracies are averaged. */
const DRAWS = [1, 2, 3];

async function meanAccuracy(network: PretrainedNetwork, setting: object): Promise<number> {
  let sum = 0;
  for (const draw of DRAWS) {
    const { few, others } = fewOfEach(readDigits(5, 10, draw), 1, 200);
    const parameters = { ...PICTURE, patience: 0, shift: 0, ...setting };
    const tuned = await tunedEstimator(network).fit(trainingSet(few, 5), parameters, { seed: 1 });
    sum += accuracy(tuned.predict(trainingSet(others, 5).features), others.labels);
  }
  return sum / DRAWS.length;
}

describe('a network that was trained on the digits 0 to 4', () => {
  it('learns 5 to 9 from one example each better than one that starts anew', async () => {
    await startBackend();
    const network = smallNetwork(5, 1);
    const untrained = { id: 'untrained', files: await saved(network), settings };
    trainNetwork(network, readDigits(0, 5, 1), 6);
    const pretrained = { id: 'pretrained', files: await saved(network), settings };
    const anew = await meanAccuracy(untrained, {
      trainedBlocks: 9,
      learningRate: 0.01,
      maxSteps: 8,
      blockRateShare: 1,
    });
    const tuned = await meanAccuracy(pretrained, { trainedBlocks: 1, maxSteps: 4 });
    expect(tuned).toBeGreaterThan(anew + 0.02);
  });
});
