import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  plateauDrop,
  SCHEDULES,
  type ScheduleName,
  scheduledShare,
} from '../../../src/ml/neural/schedule.ts';

const oracle: { cosine: number[]; warmUp4: number[] } = JSON.parse(
  readFileSync('test/oracles/neural/training.json', 'utf8'),
);

const stored: {
  schedules: Record<ScheduleName, number[]>;
  plateau: { losses: number[]; shares: number[] };
} = JSON.parse(readFileSync('test/oracles/neural/trajectories.json', 'utf8'));

describe('scheduledShare', () => {
  it.each(Object.keys(stored.schedules) as ScheduleName[])(
    '%s gives the rates of PyTorch, or of the formula it is known by',
    (schedule) => {
      expect(stored.schedules[schedule].length).toBeGreaterThan(50);
      stored.schedules[schedule].forEach((share, step) => {
        expect(scheduledShare(schedule, step, 60, 0)).toBeCloseTo(share, 9);
      });
    },
  );

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

describe('plateauDrop', () => {
  it("lowers the rate when PyTorch's ReduceLROnPlateau does, whose patience is one epoch less", () => {
    const { losses, shares } = stored.plateau;
    let [share, best, bestAt, dropAt] = [1, Number.POSITIVE_INFINITY, 0, 0];
    losses.forEach((loss, i) => {
      expect(share).toBeCloseTo(shares[i], 12);
      const epoch = i + 1;
      if (loss < best) [best, bestAt] = [loss, epoch];
      const drop = plateauDrop(epoch - Math.max(bestAt, dropAt), 12);
      if (drop < 1) dropAt = epoch;
      share *= drop;
    });
    expect(shares.at(-1)).toBeLessThan(0.1);
  });
});
