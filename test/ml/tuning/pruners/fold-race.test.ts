import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import { isBehind } from '../../../../src/ml/tuning/pruners/fold-pruners.ts';
import { foldRacePruner } from '../../../../src/ml/tuning/pruners/fold-race.ts';
import { prunerContract } from '../../../contracts/pruner.ts';

prunerContract('a race over folds', foldRacePruner());

/** Straight from the definition, over losses of single folds. */
function naivelyBehind(rivals: readonly (readonly number[])[], trial: readonly number[]): boolean {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const best = [...rivals].sort((a, b) => mean(a) - mean(b))[0] as number[];
  const folds = best.length;
  const squares = rivals.flatMap((rival) => {
    const differences = rival.map((value, i) => value - best[i]);
    return differences.map((difference) => (difference - mean(differences)) ** 2);
  });
  const variance = squares.reduce((a, b) => a + b, 0) / ((rivals.length - 1) * (folds - 1));
  const k = trial.length;
  const gap = mean(trial.map((value, i) => value - best[i]));
  return gap > 2 * Math.sqrt(variance * (1 / k - 1 / folds));
}

describe('the race over folds', () => {
  it('agrees with its definition', () => {
    const random = new Random(4);
    const said = { behind: 0, inRace: 0 };
    for (let round = 0; round < 400; round++) {
      const fold = Array.from({ length: 5 }, () => random.normal());
      const draw = (level: number) => fold.map((value) => value + level + 0.1 * random.normal());
      const rivals = Array.from({ length: 3 + random.integer(4) }, () => draw(0.3 * random.uniform()));
      const trial = draw(0.5 * random.uniform()).slice(0, 1 + random.integer(4));
      const behind = isBehind({ pruner: 'race', rivals }, trial, false);
      expect(behind).toBe(naivelyBehind(rivals, trial));
      said[behind ? 'behind' : 'inRace'] += 1;
    }
    expect(Math.min(said.behind, said.inRace)).toBeGreaterThan(100);
  });

  it('lets what is hard about a fold cancel', () => {
    const rivals = [
      [0.9, 0.5, 0.9],
      [0.89, 0.49, 0.89],
      [0.88, 0.48, 0.88],
    ];
    expect(isBehind({ pruner: 'race', rivals }, [0.9, 0.505], true)).toBe(false);
    expect(isBehind({ pruner: 'race', rivals }, [0.9, 0.45], true)).toBe(true);
  });

  it('ends nothing before it has three rivals', () => {
    const rivals = [
      [0.9, 0.9],
      [0.8, 0.8],
    ];
    expect(isBehind({ pruner: 'race', rivals }, [0.1], true)).toBe(false);
    expect(isBehind({ pruner: 'race', rivals: [...rivals, [0.7, 0.7]] }, [0.1], true)).toBe(true);
  });
});
