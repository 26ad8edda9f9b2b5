import { describe, expect, it } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import { scoreRange } from '../../src/report/charts/score-range.ts';

describe('the range of scores that an axis shows', () => {
  it.each([
    ['leaves out one setting that failed', [0.845, 0.5, 0.848, 0.85, 0.846], true, 0.85, 0.845],
    ['leaves out the same among errors', [27, 74, 23, 24, 26, 22], false, 22, 27],
    ['keeps what is evenly spread', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], true, 0.6, 0.1],
    ['keeps all where too few say what is usual', [0.9, 0.5], true, 0.9, 0.5],
    ['is one point where all are equal', [0.7, 0.7, 0.7], true, 0.7, 0.7],
    ['has one score', [3], false, 3, 3],
    ['never leaves out the best, far ahead as it may be', [0.99, 0.5, 0.51, 0.5, 0.52], true, 0.99, 0.5],
  ] as const)('%s', (_, scores, greaterIsBetter, best, worst) => {
    expect(scoreRange(scores, greaterIsBetter)).toEqual({ best, worst });
  });

  it('is the same upside down, and begins and ends at scores', () => {
    const random = new Random(1);
    for (let round = 0; round < 50; round++) {
      const scores = Array.from({ length: 1 + random.integer(40) }, () => random.uniform() ** 3);
      const { best, worst } = scoreRange(scores, true);
      expect(scores).toEqual(expect.arrayContaining([best, worst]));
      const turned = scoreRange(
        scores.map((score) => -score),
        false,
      );
      expect([-turned.best, -turned.worst]).toEqual([best, worst]);
    }
  });
});
