/** A multilayer perceptron for tables. */

import { rowShape } from './layers/layer.ts';
import type { LayerSpec, NetworkSpec } from './network.ts';
import { type NetworkProblem, networkEstimator } from './network-estimator.ts';
import { MlpParameters } from './parameters.ts';
import type { Trainer, TrainerTask } from './trainer.ts';

export const mlp = networkEstimator({
  parameters: MlpParameters,
  build: buildMlp,
  shards: ({ engine, shards }) => (engine === 'kernels' ? shards : 1),
  async trainer({ engine }): Promise<((task: TrainerTask) => Trainer) | undefined> {
    if (engine === 'kernels') return undefined;
    // Loaded only where somebody asks for it.
    const [{ startBackend }, { TensorTrainer }] = await Promise.all([
      import('./backend.ts'),
      import('./tensor-trainer.ts'),
    ]);
    await startBackend();
    return (task) => new TensorTrainer(task);
  },
});

/** Hidden kernels are He-normal; the last layer is zero but for its bias: the network starts out predicting the best
 *  constant for every row, and learns only what improves on it (RealMLP-TD-S, Holzmueller et al. 2024, starts so). */
function buildMlp(
  { hiddenLayers, hiddenUnits, activation, normalisation, dropout }: MlpParameters,
  { nFeatures, nOutputs, outputBias }: NetworkProblem,
): NetworkSpec {
  const hidden = (): LayerSpec[] => [
    { kind: 'dense', units: hiddenUnits, initial: 'he' },
    ...(normalisation === 'batch' ? [{ kind: 'batchNorm', momentum: 0.1 } as const] : []),
    ...(normalisation === 'layer' ? [{ kind: 'layerNorm' } as const] : []),
    { kind: 'activation', name: activation, dropout },
  ];
  return {
    input: rowShape(nFeatures),
    layers: [
      ...Array.from({ length: hiddenLayers }, hidden).flat(),
      { kind: 'dense', units: nOutputs, initial: 'zero', bias: [...outputBias] },
    ],
  };
}
