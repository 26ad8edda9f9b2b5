import { describe, expect, it } from 'vitest';
import { splitByTime } from '../../../src/ml/model-selection/split-by-time.ts';

const HORIZON = 5;

/** Five forecasts from each of `n` origins. */
function windows(n: number): { times: Float64Array; until: Float64Array } {
  const times = Float64Array.from({ length: n * HORIZON }, (_, row) => Math.floor(row / HORIZON));
  return { times, until: times.map((origin, row) => origin + 1 + (row % HORIZON)) };
}

describe('a split by time of outcomes that are known later', () => {
  it('trains on nothing that was not known when the judged rows begin', () => {
    const { times, until } = windows(100);
    const { holdout, training, folds } = splitByTime(times, 0.2, 5, until);
    for (const { training: learned, validation } of [...folds, { training, validation: holdout }]) {
      const firstJudged = Math.min(...[...validation].map((row) => times[row]));
      const lastLearned = Math.max(...[...learned].map((row) => until[row]));
      expect(lastLearned).toBeLessThanOrEqual(firstJudged);
      expect(lastLearned).toBe(firstJudged);
    }
    expect(folds).toHaveLength(5);
  });

  it('leaves folds out that would have next to nothing to learn from', () => {
    const { times, until } = windows(24);
    const { folds } = splitByTime(times, 0.2, 5, until);
    expect(folds.length).toBeLessThan(5);
    expect(folds.every(({ training }) => training.length > 0)).toBe(true);
  });

  it('refuses rows whose outcomes are all known too late', () => {
    const { times } = windows(40);
    const late = times.map((time) => time + 100);
    expect(() => splitByTime(times, 0.2, 5, late)).toThrow(RangeError);
  });
});
