import { describe, expect, it } from 'vitest';
import { successiveHalvingPruner } from '../../../../src/ml/tuning/pruners/successive-halving.ts';
import { prunerContract } from '../../../contracts/pruner.ts';

prunerContract('successive halving', successiveHalvingPruner({ minResource: 1 }));

const curve = (number: number, value: number, steps: number) => ({
  number,
  values: new Array<number>(steps).fill(value),
  isComplete: false,
});

describe('successive halving', () => {
  const pruner = successiveHalvingPruner({ minResource: 2, reductionFactor: 3 });

  it('decides at its rungs only', () => {
    const others = [1, 2, 3, 4].map((value, number) => curve(number, value, 20));
    const decisions = Array.from({ length: 20 }, (_, step) =>
      pruner.shouldPrune(curve(9, 5, step + 1), others),
    );
    expect(decisions.flatMap((isPruned, i) => (isPruned ? [i + 1] : []))).toEqual([2, 6, 18]);
  });

  it('lets the best third of those that reached the rung go on', () => {
    const others = [1, 2, 3, 4, 5].map((value, number) => curve(number, value, 2));
    // Of six, two go on.
    expect(pruner.shouldPrune(curve(9, 1.5, 2), others)).toBe(false);
    expect(pruner.shouldPrune(curve(9, 2, 2), others)).toBe(false);
    expect(pruner.shouldPrune(curve(9, 2.5, 2), others)).toBe(true);
  });

  it('lets the best of the first few go on', () => {
    expect(pruner.shouldPrune(curve(1, 5, 2), [])).toBe(false);
    expect(pruner.shouldPrune(curve(1, 4, 2), [curve(0, 5, 2)])).toBe(false);
    expect(pruner.shouldPrune(curve(1, 6, 2), [curve(0, 5, 2)])).toBe(true);
    expect(pruner.shouldPrune(curve(1, 6, 6), [curve(0, 5, 2)])).toBe(false);
  });

  it('begins later with a higher early stopping rate', () => {
    const late = successiveHalvingPruner({ minResource: 2, reductionFactor: 3, minEarlyStoppingRate: 1 });
    const others = [curve(0, 1, 20)];
    expect(late.shouldPrune(curve(1, 5, 2), others)).toBe(false);
    expect(late.shouldPrune(curve(1, 5, 6), others)).toBe(true);
  });
});
