import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdamW, clipGlobalNorm } from '../../../src/ml/neural/optimizer.ts';

interface AdamWOracle {
  start: number[][];
  weightDecay: number;
  maxNorm: number;
  steps: { learningRate: number; gradients: number[][]; norm: number; parameters: number[][] }[];
}
const oracle: AdamWOracle = JSON.parse(readFileSync('test/oracles/neural/training.json', 'utf8')).adamw;
const arrays = (values: number[][]) => values.map((v) => Float32Array.from(v));

describe('AdamW', () => {
  it('takes the same clipped, decayed steps as PyTorch', () => {
    const parameters = arrays(oracle.start);
    const optimizer = new AdamW([6, 3], { weightDecay: oracle.weightDecay, decays: [true, false] });
    for (const step of oracle.steps) {
      const gradients = arrays(step.gradients);
      expect(clipGlobalNorm(gradients, oracle.maxNorm)).toBeCloseTo(step.norm, 5);
      optimizer.update(parameters, gradients, step.learningRate);
      step.parameters.forEach((expected, p) => {
        expected.forEach((value, i) => {
          expect(parameters[p][i]).toBeCloseTo(value, 6);
        });
      });
    }
  });

  it('shrinks decayed parameters even where the gradient is zero, and leaves the others alone', () => {
    const parameters = [Float32Array.of(2), Float32Array.of(2)];
    const optimizer = new AdamW([1, 1], { weightDecay: 0.5, decays: [true, false] });
    optimizer.update(parameters, [new Float32Array(1), new Float32Array(1)], 0.1);
    expect(parameters[0][0]).toBeCloseTo(1.9, 6);
    expect(parameters[1][0]).toBe(2);
  });
});

describe('clipGlobalNorm', () => {
  it('never leaves a norm above the limit, and keeps the direction', () => {
    const numbers = fc.array(fc.float({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(numbers, numbers, fc.double({ min: 0.01, max: 100, noNaN: true }), (a, b, limit) => {
        const gradients = [Float32Array.from(a), Float32Array.from(b)];
        const before = clipGlobalNorm(gradients, limit);
        const after = Math.hypot(...gradients[0], ...gradients[1]);
        expect(after).toBeLessThanOrEqual(Math.min(limit, before) * (1 + 1e-5));
        gradients[0].forEach((g, i) => {
          expect(Math.sign(g) * Math.sign(a[i])).toBeGreaterThanOrEqual(0);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('says when a gradient is not finite, and does not clip with limit 0', () => {
    expect(clipGlobalNorm([Float32Array.of(1, Number.NaN)], 1)).toBeNaN();
    const gradients = [Float32Array.of(30, 40)];
    expect(clipGlobalNorm(gradients, 0)).toBe(50);
    expect([...gradients[0]]).toEqual([30, 40]);
  });
});
