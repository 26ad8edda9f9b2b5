/** A small convolutional network for images whose pixels are features. */
import { imageAugmentation, imageInput } from './images.ts';
import type { LayerSpec, NetworkSpec } from './network.ts';
import { type NetworkProblem, networkEstimator } from './network-estimator.ts';
import { CnnParameters } from './parameters.ts';

export const cnn = networkEstimator({
  parameters: CnnParameters,
  build: buildCnn,
  augment: imageAugmentation,
});

/** An image is halved until its shorter side is about this long. */
const SMALLEST_SIDE = 2;
const MOST_BLOCKS = 4;
/** With more positions than this left, their mean is taken instead of a weight for each. */
const MOST_FLAT_POSITIONS = 64;

/** Two convolutions and a pool, again and again, with batch normalisation; then one hidden layer. The last layer starts with
 *  the best constant. */
function buildCnn(settings: CnnParameters, { nFeatures, nOutputs, outputBias }: NetworkProblem): NetworkSpec {
  const { filters, hiddenUnits, dropout } = settings;
  const input = imageInput(settings, nFeatures);
  const shorter = Math.min(input.height, input.width);
  const usual = Math.max(1, Math.min(MOST_BLOCKS, Math.floor(Math.log2(shorter / SMALLEST_SIDE))));
  const layers: LayerSpec[] = [];
  let [height, width] = [input.height, input.width];
  for (let block = 0; block < (settings.blocks || usual); block++) {
    for (let i = 0; i < 2; i++) layers.push(...convolution(filters * 2 ** block));
    if (Math.min(height, width) < 2) break;
    layers.push({ kind: 'maxPool2d', size: 2, step: 2 });
    [height, width] = [Math.floor(height / 2), Math.floor(width / 2)];
  }
  return {
    input,
    layers: [
      ...layers,
      height * width > MOST_FLAT_POSITIONS ? { kind: 'globalAveragePool' } : { kind: 'flatten' },
      { kind: 'dense', units: hiddenUnits, initial: 'he' },
      { kind: 'batchNorm', momentum: 0.1 },
      { kind: 'activation', name: 'relu', dropout },
      { kind: 'dense', units: nOutputs, initial: 'zero', bias: [...outputBias] },
    ],
  };
}

function convolution(channels: number): LayerSpec[] {
  return [
    { kind: 'conv2d', channels, size: 3, step: 1, padding: 'same' },
    { kind: 'batchNorm', momentum: 0.1 },
    { kind: 'activation', name: 'relu', dropout: 0 },
  ];
}
