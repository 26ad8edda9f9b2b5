import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCHEDULES, scheduledShare } from '../../../src/ml/neural/schedule.ts';

const oracle: { cosine: number[]; warmUp4: number[] } = JSON.parse(
  readFileSync('test/oracles/neural/training.json', 'utf8'),
);

describe('scheduledShare', () => {
  it("falls along PyTorch's cosine annealing", () => {
    oracle.cosine.forEach((share, step) => {
      expect(scheduledShare('cosine', step, 20, 0)).toBeCloseTo(share, 12);
    });
  });

  it("warms up as PyTorch's LinearLR does from one step's share", () => {
    oracle.warmUp4.forEach((share, step) => {
      expect(scheduledShare('constant', step, 100, 4)).toBeCloseTo(share, 12);
    });
  });

  it('stays flat for the first half, then ends near zero', () => {
    expect(scheduledShare('flatCosine', 49, 100, 0)).toBe(1);
    expect(scheduledShare('flatCosine', 75, 100, 0)).toBeCloseTo(0.5, 12);
    expect(scheduledShare('flatCosine', 99, 100, 0)).toBeLessThan(0.001);
  });

  it('runs through four cycles of doubling length: zero at 0, 1/15, 3/15, 7/15 of the training', () => {
    for (const valley of [0, 1, 3, 7]) {
      expect(scheduledShare('cosineLog', valley, 15, 0)).toBeCloseTo(0, 12);
    }
  });

  it.each(SCHEDULES)('%s stays between 0 and 1', (schedule) => {
    for (let step = 0; step < 300; step++) {
      const share = scheduledShare(schedule, step, 300, 30);
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  });
});
