/** TabM-mini (Gorishniy et al. 2025): many networks in one, which share the weights between their first and their last layer.
 *  Each member learns by its own loss, and what they predict is averaged. */
import { featureLayers } from './feature-layers.ts';
import { rowShape } from './layers/layer.ts';
import type { LayerSpec, NetworkSpec } from './network.ts';
import { type NetworkProblem, networkEstimator } from './network-estimator.ts';
import { TabmParameters } from './parameters.ts';

export const tabm = networkEstimator({
  parameters: TabmParameters,
  build: buildTabm,
  shards: ({ shards }) => shards,
});

/** Members begin with signs of their own, or with normal scales where embeddings give each feature several numbers. The heads
 *  are zero but for their bias, as in `mlp.ts`. */
function buildTabm(settings: TabmParameters, problem: NetworkProblem): NetworkSpec {
  const { hiddenLayers, hiddenUnits, dropout, members, numericBins } = settings;
  const hidden = (): LayerSpec[] => [
    { kind: 'dense', units: hiddenUnits, initial: 'he' },
    { kind: 'activation', name: 'relu', dropout },
  ];
  return {
    input: rowShape(problem.nFeatures),
    layers: [
      ...featureLayers(problem.features, settings),
      { kind: 'scale', members, initial: numericBins > 0 ? 'normal' : 'signs', rate: 1 },
      ...Array.from({ length: hiddenLayers }, hidden).flat(),
      { kind: 'heads', units: problem.nOutputs, initial: 'zero', bias: [...problem.outputBias] },
    ],
  };
}
