import { describe, expect, it } from 'vitest';
import { medianPruner } from '../../../../src/ml/tuning/pruners/median.ts';
import { noPruner } from '../../../../src/ml/tuning/pruners/pruner.ts';
import { prunerContract } from '../../../contracts/pruner.ts';

prunerContract('none', noPruner, false);
prunerContract('median', medianPruner());

const complete = (...values: number[]) => ({ number: 0, values, isComplete: true });
const trial = (...values: number[]) => ({ number: 9, values, isComplete: false });

describe('the median pruner', () => {
  const others = [complete(5, 4), complete(6, 3), complete(7, 2), complete(8, 1)];

  it('compares the best value so far with the median at the same step', () => {
    const pruner = medianPruner({ nStartupTrials: 4 });
    expect(pruner.shouldPrune(trial(6.5), others)).toBe(false);
    expect(pruner.shouldPrune(trial(6.6), others)).toBe(true);
    expect(pruner.shouldPrune(trial(2.5, 9), others)).toBe(false);
    expect(pruner.shouldPrune(trial(2.6, 9), others)).toBe(true);
  });

  it('waits for its startup trials and its first steps', () => {
    expect(medianPruner().shouldPrune(trial(9), others)).toBe(false);
    expect(medianPruner({ nStartupTrials: 1, nWarmupSteps: 1 }).shouldPrune(trial(9), others)).toBe(false);
    expect(medianPruner({ nStartupTrials: 1, nWarmupSteps: 1 }).shouldPrune(trial(9, 9), others)).toBe(true);
  });

  it('asks only trials that are complete', () => {
    const running = others.map((other) => ({ ...other, isComplete: false }));
    expect(medianPruner({ nStartupTrials: 1 }).shouldPrune(trial(9), running)).toBe(false);
  });
});
