/** A small residual network for images whose pixels are features (He et al. 2016, the form for small images). */
import { imageAugmentation, imageInput } from './images.ts';
import type { LayerSpec, NetworkSpec } from './network.ts';
import { type NetworkProblem, networkEstimator } from './network-estimator.ts';
import { ResnetParameters } from './parameters.ts';

export const resnet = networkEstimator({
  parameters: ResnetParameters,
  build: buildResnet,
  augment: imageAugmentation,
});

const N_STAGES = 3;
const NORM: LayerSpec = { kind: 'batchNorm', momentum: 0.1 };
const RELU: LayerSpec = { kind: 'activation', name: 'relu', dropout: 0 };

/** One convolution, three stages of which the second and third halve the image and double the channels, and the mean over
 *  what is left. The last layer starts with the best constant. */
function buildResnet(
  settings: ResnetParameters,
  { nFeatures, nOutputs, outputBias }: NetworkProblem,
): NetworkSpec {
  const { filters, blocksPerStage, dropout } = settings;
  const layers: LayerSpec[] = [convolution(filters, 3, 1), NORM, RELU];
  for (let stage = 0; stage < N_STAGES; stage++) {
    for (let block = 0; block < blocksPerStage; block++) {
      layers.push(residualBlock(filters * 2 ** stage, stage > 0 && block === 0), RELU);
    }
  }
  layers[layers.length - 1] = { kind: 'activation', name: 'relu', dropout };
  return {
    input: imageInput(settings, nFeatures),
    layers: [
      ...layers,
      { kind: 'globalAveragePool' },
      { kind: 'dense', units: nOutputs, initial: 'zero', bias: [...outputBias] },
    ],
  };
}

/** @param halves whether it halves the image, with twice the channels. */
function residualBlock(channels: number, halves: boolean): LayerSpec {
  const step = halves ? 2 : 1;
  return {
    kind: 'residual',
    layers: [convolution(channels, 3, step), NORM, RELU, convolution(channels, 3, 1), NORM],
    shortcut: halves ? [convolution(channels, 1, 2), NORM] : [],
  };
}

function convolution(channels: number, size: number, step: number): LayerSpec {
  return { kind: 'conv2d', channels, size, step, padding: 'same' };
}
