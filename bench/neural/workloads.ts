/** What the neural bench trains, on made-up rows. */
import { rowShape } from '../../src/ml/neural/layers/layer.ts';
import type { LossName } from '../../src/ml/neural/loss.ts';
import type { LayerSpec, NetworkSpec } from '../../src/ml/neural/network.ts';

export interface Workload {
  readonly name: string;
  readonly network: NetworkSpec;
  readonly loss: Exclude<LossName, 'focalLoss' | 'huberError'>;
  readonly rows: number;
  readonly batch: number;
  readonly outputs: number;
}

const RELU = { kind: 'activation', name: 'relu', dropout: 0 } as const;
const dense = (units: number): LayerSpec => ({ kind: 'dense', units, initial: 'he' });
const conv = (channels: number): LayerSpec => ({
  kind: 'conv2d',
  ...{ channels, size: 3, step: 1, padding: 'valid' as const },
});

/** For tables: regression. */
function mlp(nFeatures: number, ...units: number[]): Workload {
  return {
    name: `mlp-${units.join('-')}`,
    network: {
      input: rowShape(nFeatures),
      layers: [...units.flatMap((count) => [dense(count), RELU]), dense(1)],
    },
    ...{ loss: 'squaredError', rows: 10_000, batch: 256, outputs: 1 },
  };
}

export const WORKLOADS: readonly Workload[] = [
  mlp(30, 128, 64),
  mlp(30, 256, 256),
  mlp(30, 512, 512),
  {
    name: 'cnn',
    network: {
      input: { height: 28, width: 28, channels: 1, groups: 1 },
      layers: [
        ...[conv(32), RELU, conv(64), RELU, { kind: 'maxPool2d', size: 2, step: 2 } as const],
        ...[{ kind: 'flatten' } as const, dense(128), RELU, dense(10)],
      ],
    },
    ...{ loss: 'crossEntropy', rows: 1000, batch: 32, outputs: 10 },
  },
];
