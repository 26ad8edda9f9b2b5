/** Every layer we offer goes backwards as differences of its forward pass say. */
import { describe, expect, it } from 'vitest';
import { ACTIVATIONS } from '../../../src/ml/neural/layers/activation.ts';
import { rowShape, type Shape } from '../../../src/ml/neural/layers/layer.ts';
import type { LayerSpec } from '../../../src/ml/neural/network.ts';
import { gradientPairs } from './numeric-gradients.ts';

const dense = (units: number): LayerSpec => ({ kind: 'dense', units, initial: 'he' });
const image: Shape & { readonly groups: 1 } = { height: 3, width: 2, channels: 5, groups: 1 };

const CASES: [string, LayerSpec[], (Shape & { readonly groups: 1 })?][] = [
  ['dense', [dense(9), dense(3)]],
  ['dense, position by position', [dense(9), dense(3)], image],
  ['dense over flattened positions', [dense(3), { kind: 'flatten' }, dense(4)], image],
  ...ACTIVATIONS.flatMap((name): [string, LayerSpec[]][] => [
    [name, [dense(9), { kind: 'activation', name, dropout: 0 }, dense(3)]],
    [`${name} with dropout`, [dense(9), { kind: 'activation', name, dropout: 0.4 }, dense(3)]],
  ]),
  ['batch normalisation', [dense(9), { kind: 'batchNorm', momentum: 0.1 }, dense(3)]],
  ['batch normalisation over positions', [dense(9), { kind: 'batchNorm', momentum: 0.1 }, dense(3)], image],
  ['layer normalisation', [dense(9), { kind: 'layerNorm' }, dense(3)]],
  ['layer normalisation at every position', [dense(9), { kind: 'layerNorm' }, dense(3)], image],
];

describe('the gradients of', () => {
  it.each(CASES)('%s are those of differences', (_, layers, input = rowShape(7)) => {
    for (const nRows of [1, 6]) {
      if (nRows === 1 && layers.some(({ kind }) => kind === 'batchNorm')) continue;
      const pairs = gradientPairs({ input, layers }, nRows);
      const cells = pairs.flatMap(({ exact, numeric }) => [...exact].map((g, i) => [g, numeric[i]] as const));
      const sloped = cells.filter(([, slope]) => !Number.isNaN(slope));
      const largest = Math.max(...sloped.map(([, slope]) => Math.abs(slope)));
      expect(sloped.length).toBeGreaterThan(0.8 * cells.length);
      for (const [gradient, slope] of sloped) {
        expect(Math.abs(gradient - slope)).toBeLessThan(1e-3 * largest);
      }
    }
  });
});
