import { describe, expect, it } from 'vitest';
import { scoresWithIntervals, scoreWithInterval } from '../../../src/ml/metrics/intervals.ts';
import { wilsonInterval } from '../../../src/ml/metrics/wilson.ts';
import { Random } from '../../../src/ml/random.ts';

/** Rows of three classes, each certain of its class but those that `isWrong` picks. */
function sure(nRows: number, isWrong: (row: number) => boolean = () => false) {
  const target = Float64Array.from({ length: nRows }, (_, row) => (row % 6 < 3 ? 0 : row % 6 < 5 ? 1 : 2));
  const prediction = new Float64Array(3 * nRows);
  target.forEach((label, row) => {
    prediction[3 * row + (isWrong(row) ? (label + 1) % 3 : label)] = 1;
  });
  return { target, prediction };
}

const METRICS = ['balanced_accuracy', 'f1', 'precision', 'recall', 'mcc', 'cohen_kappa', 'roc_auc'] as const;

describe('a perfect score', () => {
  it('is not certain: its low end is what as many mistakes as may be would leave', () => {
    const { target, prediction } = sure(69);
    const found = scoresWithIntervals(
      [...METRICS, 'average_precision'],
      'multiclass',
      target,
      prediction,
      3,
      { seed: 1 },
    );
    const { low } = wilsonInterval(1, 69, 0.95);
    expect(found.balanced_accuracy.low).toBeCloseTo(low, 3);
    expect(found.recall.low).toBeCloseTo(low, 3);
    for (const metric of METRICS) {
      expect(found[metric]).toMatchObject({ value: 1, high: 1, method: 'Wilson' });
      expect(found[metric].low, metric).toBeLessThan(0.97);
      expect(found[metric].low, metric).toBeGreaterThan(0.8);
    }
  });

  it('is surer with more rows, and less sure where rows come in groups', () => {
    const lowOf = (nRows: number, groups?: Int32Array) => {
      const { target, prediction } = sure(nRows);
      const options = { seed: 1, resamples: 200, ...(groups && { groups }) };
      return scoreWithInterval('f1', 'multiclass', target, prediction, 3, options).low;
    };
    expect(lowOf(600)).toBeGreaterThan(lowOf(60));
    const groups = Int32Array.from({ length: 600 }, (_, row) => Math.floor(row / 12));
    expect(lowOf(600, groups)).toBeLessThan(lowOf(600));
  });

  it('keeps what the bootstrap says as soon as one row is wrong', () => {
    const { target, prediction } = sure(60, (row) => row === 7);
    expect(scoreWithInterval('f1', 'multiclass', target, prediction, 3, { seed: 1 }).method).toBe(
      'BCa bootstrap',
    );
  });

  it('holds the truth where mistakes are rare', () => {
    const random = new Random(5);
    let held = 0;
    for (let set = 0; set < 100; set++) {
      const { target, prediction } = sure(60, () => random.uniform() < 0.02);
      const { low, high } = scoreWithInterval('balanced_accuracy', 'multiclass', target, prediction, 3, {
        seed: set,
      });
      if (low <= 0.98 && 0.98 <= high) held++;
    }
    expect(held).toBeGreaterThan(88); // a third of the sets have no mistake
  });
});
