import { describe, expect, it } from 'vitest';
import type { SearchSpace } from '../../../../src/ml/tuning/distributions.ts';
import { gridSampler } from '../../../../src/ml/tuning/samplers/grid.ts';
import { samplerContract } from '../../../contracts/sampler.ts';

samplerContract('grid');

function points(space: SearchSpace, planned: number, count = planned) {
  return Array.from({ length: count }, (_, number) =>
    gridSampler.suggest({ space, seed: 1, number, planned, trials: [] }),
  );
}
const distinct = (settings: readonly object[]) => new Set(settings.map((one) => JSON.stringify(one)));

describe('a grid', () => {
  it('has every combination of choices and of the middles of equal cells, in another order for another seed', () => {
    const space: SearchSpace = {
      kind: { kind: 'categorical', choices: ['a', 'b', 'c'] },
      x: { kind: 'float', low: 0, high: 1, log: false },
    };
    const expected = ['a', 'b', 'c'].flatMap((kind) => [0.25, 0.75].map((x) => ({ kind, x })));
    expect(distinct(points(space, 6))).toEqual(distinct(expected));
    const other = gridSampler.suggest({ space, seed: 9, number: 0, planned: 6, trials: [] });
    expect(distinct([...points(space, 6), other]).size).toBe(6);
  });

  it('tries every value of a small space before one comes again', () => {
    const space: SearchSpace = {
      depth: { kind: 'int', low: 2, high: 4, log: false },
      flag: { kind: 'categorical', choices: [true, false] },
    };
    expect(distinct(points(space, 50, 6)).size).toBe(6);
    expect(distinct(points(space, 50, 12)).size).toBe(6);
  });

  it('ends where finer levels bring nothing new: between neighbouring numbers, and for what no setting has', () => {
    const space: SearchSpace = {
      x: { kind: 'float', low: 1, high: 1 + Number.EPSILON, log: false },
      flag: { kind: 'categorical', choices: ['a'] },
      y: { kind: 'float', low: 0, high: 1, log: false, when: { parameter: 'flag', values: ['b'] } },
    };
    expect(distinct(points(space, 9)).size).toBeLessThanOrEqual(2);
  });

  it('counts settings that differ only where they have no value once', () => {
    const space: SearchSpace = {
      booster: { kind: 'categorical', choices: ['trees', 'linear'] },
      depth: { kind: 'int', low: 1, high: 5, log: false, when: { parameter: 'booster', values: ['trees'] } },
    };
    expect(distinct(points(space, 6)).size).toBe(6);
  });
});
