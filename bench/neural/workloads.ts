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
const DROPPING = { ...RELU, dropout: 0.2 } as const;
const BATCH_NORM = { kind: 'batchNorm', momentum: 0.1 } as const;
const dense = (units: number): LayerSpec => ({ kind: 'dense', units, initial: 'he' });
const conv = (channels: number): LayerSpec => ({
  kind: 'conv2d',
  ...{ channels, size: 3, step: 1, padding: 'valid' as const },
});

/** For tables: regression. As bare as can be, and with what keeps such networks from learning by heart. */
function mlps(nFeatures: number, [first, second]: readonly [number, number]): Workload[] {
  const rest = { loss: 'squaredError', rows: 10_000, batch: 256, outputs: 1 } as const;
  const network = (...layers: LayerSpec[]) => ({ input: rowShape(nFeatures), layers: [...layers, dense(1)] });
  return [
    {
      name: `mlp-${first}-${second}`,
      network: network(dense(first), RELU, dense(second), RELU),
      ...rest,
    },
    {
      name: `mlp-${first}-${second}-regularised`,
      network: network(dense(first), BATCH_NORM, DROPPING, dense(second), RELU),
      ...rest,
    },
  ];
}

export const WORKLOADS: readonly Workload[] = [
  ...[[128, 64] as const, [256, 256] as const, [512, 512] as const].flatMap((units) => mlps(30, units)),
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
