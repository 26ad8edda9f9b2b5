/** A temporal convolutional network (after Bai et al. 2018): causal convolutions read a sequence, and the layers after them
 *  what these make of it beside the other features of the row. */
import { rowShape } from './layers/layer.ts';
import type { LayerSpec, NetworkSpec } from './network.ts';
import { type NetworkProblem, networkEstimator } from './network-estimator.ts';
import { TcnParameters } from './parameters.ts';

export const tcn = networkEstimator({ parameters: TcnParameters, build: buildTcn });

/** The sequence is halved until so many moments are left, or so many to take the mean of. */
const LEFT = { moments: 4, mean: 8 } as const;

/** Every convolution halves the sequence: of one that is read where it ends, dilated convolutions one moment apart would
 *  compute the same numbers and many that nobody reads. Its last moments are the last features of the row. The last layer
 *  starts with the best constant. */
function buildTcn(settings: TcnParameters, { nFeatures, nOutputs, outputBias }: NetworkProblem): NetworkSpec {
  const { length, signals, filters, size, ending, hiddenLayers, hiddenUnits, dropout } = settings;
  const convolutions: LayerSpec[] = [];
  for (let left = length; left > LEFT[ending] || convolutions.length === 0; left = Math.ceil(left / 2)) {
    convolutions.push(
      { kind: 'causalConvolution', channels: filters, size, dilation: 1, step: 2 },
      { kind: 'layerNorm' },
      { kind: 'activation', name: 'relu', dropout: 0 },
    );
  }
  const hidden: LayerSpec[] = [
    { kind: 'dense', units: hiddenUnits, initial: 'he' },
    { kind: 'activation', name: 'relu', dropout },
  ];
  return {
    input: rowShape(nFeatures),
    layers: [
      {
        kind: 'sequenceBranch',
        ...{ length, signals },
        layers: ending === 'mean' ? [...convolutions, { kind: 'globalAveragePool' }] : convolutions,
      },
      ...Array.from({ length: hiddenLayers }, () => hidden).flat(),
      { kind: 'dense', units: nOutputs, initial: 'zero', bias: [...outputBias] },
    ],
  };
}
