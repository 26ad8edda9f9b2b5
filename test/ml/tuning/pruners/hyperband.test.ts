import { describe, expect, it } from 'vitest';
import { hyperbandPruner } from '../../../../src/ml/tuning/pruners/hyperband.ts';
import { prunerContract } from '../../../contracts/pruner.ts';

prunerContract('Hyperband', hyperbandPruner({ minResource: 1, maxResource: 27, seed: 1 }));

const curve = (number: number, value: number, steps: number) => ({
  number,
  values: new Array<number>(steps).fill(value),
  isComplete: false,
});

describe('Hyperband', () => {
  const pruner = hyperbandPruner({ minResource: 1, maxResource: 27, seed: 4 });
  /** The first step at which each trial is ended beside better ones in every bracket. */
  const better = Array.from({ length: 400 }, (_, number) => curve(number, 0, 27));
  const firstRung = (number: number) =>
    Array.from({ length: 27 }, (_, i) => i + 1).find((step) =>
      pruner.shouldPrune(curve(number, 1, step), better),
    );

  it('has brackets that begin after 1, 3, 9 and 27 steps, the boldest with most trials', () => {
    const counts = new Map<number | undefined, number>();
    const n = 2000;
    for (let number = 1000; number < 1000 + n; number++) {
      const rung = firstRung(number);
      counts.set(rung, (counts.get(rung) ?? 0) + 1);
    }
    // Algorithm 1 with R = 27 and a factor of 3: 27, 12, 6 and 4 first trials.
    for (const [rung, size] of [
      [1, 27],
      [3, 12],
      [9, 6],
      [27, 4],
    ] as const) {
      expect(Math.abs((counts.get(rung) ?? 0) / n - size / 49)).toBeLessThan(0.03);
    }
  });

  it('compares trials of one bracket only', () => {
    const bold = better.map(({ number }) => number).filter((number) => firstRung(number) === 1);
    const patient = better.map(({ number }) => number).filter((number) => firstRung(number) === 3);
    const rival = bold[0] as number;
    const others = patient.map((number) => curve(number, 0, 27));
    expect(pruner.shouldPrune(curve(rival, 1, 1), others)).toBe(false);
    expect(pruner.shouldPrune(curve(rival, 1, 1), [...others, curve(bold[1] as number, 0, 27)])).toBe(true);
  });
});
