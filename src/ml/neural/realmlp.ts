/** RealMLP in its simplified form, TD-S (Holzmueller et al. 2024): a multilayer perceptron with settings that were tuned once,
 *  on many tables, to do well on others. Numbers come scaled by `smoothClip`. */
import { featureLayers } from './feature-layers.ts';
import { rowShape } from './layers/layer.ts';
import type { LayerSpec, NetworkSpec } from './network.ts';
import { type NetworkProblem, networkEstimator } from './network-estimator.ts';
import { RealMlpParameters } from './parameters.ts';

/** The scale of each feature learns faster than the weights: it soon says which features matter. */
const SCALE_RATE = 6;

export const realmlp = networkEstimator({
  parameters: RealMlpParameters,
  defaults: (task) =>
    task === 'regression' ? { learningRate: 0.07, activation: 'mish' } : { labelSmoothing: 0.1 },
  build: buildRealMlp,
  shards: ({ shards }) => shards,
});

/** The last layer is zero but for its bias, as in `mlp.ts`. */
function buildRealMlp(settings: RealMlpParameters, problem: NetworkProblem): NetworkSpec {
  const { hiddenLayers, hiddenUnits, activation, dropout } = settings;
  const hidden = (): LayerSpec[] => [
    { kind: 'dense', units: hiddenUnits, initial: 'he', tangent: true },
    { kind: 'activation', name: activation, dropout },
  ];
  const bias = [...problem.outputBias];
  return {
    input: rowShape(problem.nFeatures),
    layers: [
      ...featureLayers(problem.features, settings),
      { kind: 'scale', members: 1, initial: 'ones', rate: SCALE_RATE },
      ...Array.from({ length: hiddenLayers }, hidden).flat(),
      { kind: 'dense', units: problem.nOutputs, initial: 'zero', bias, tangent: true },
    ],
  };
}
