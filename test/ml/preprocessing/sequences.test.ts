import { describe, expect, it } from 'vitest';
import type { SequenceColumn } from '../../../src/ml/data/table.ts';
import {
  encodeMoments,
  encodeSummary,
  fitMoments,
  momentLabels,
  summaryLabels,
  summaryOf,
} from '../../../src/ml/preprocessing/sequences.ts';

const gap = Number.NaN;
/** Two signals of three moments, of two rows; the second begins late. */
const column: SequenceColumn = {
  type: 'sequence',
  name: 'recording: signals',
  valid: new Uint8Array(2).fill(1),
  length: 3,
  signals: ['load', 'is known'],
  values: Float32Array.from([1, 1, 4, 1, 1, 1, gap, 0, 10, 1, 14, 1]),
};
const both = Uint32Array.from([0, 1]);

describe('the moments of a sequence', () => {
  it('are each signal in deviations from its mean over the training rows, and the mean where nothing is known', () => {
    const encoder = fitMoments(column, both);
    expect(momentLabels(encoder).slice(0, 3)).toEqual([
      'load, moment 1',
      'is known, moment 1',
      'load, moment 2',
    ]);
    const known = [1, 4, 1, 10, 14];
    const mean = known.reduce((a, b) => a + b) / 5;
    const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5);
    const numbers = encodeMoments(encoder, column, both);
    expect(numbers).toHaveLength(6);
    expect(numbers[0][0]).toBeCloseTo((1 - mean) / deviation, 6);
    expect(numbers[0][1]).toBe(0);
    expect(numbers[4][1]).toBeCloseTo((14 - mean) / deviation, 6);
    expect(numbers[1][1]).toBeLessThan(numbers[1][0]);
  });

  it('are learned from the training rows alone', () => {
    expect(fitMoments(column, Uint32Array.from([0])).means[0]).toBeCloseTo(2, 6);
  });

  it('end where the sequence ends, however long new ones are', () => {
    const encoder = fitMoments(column, both);
    const longer = {
      ...column,
      length: 4,
      values: Float32Array.from([7, 1, ...column.values.subarray(0, 6)]),
    };
    const first = Uint32Array.from([0]);
    expect(encodeMoments(encoder, longer, first)).toEqual(encodeMoments(encoder, column, first));
  });
});

describe('the summary of a sequence', () => {
  it('tells each signal as a whole, of what is known of it', () => {
    const encoder = summaryOf(column);
    const numbers = encodeSummary(encoder, column, both).map((values) => [...values]);
    expect(Object.fromEntries(summaryLabels(encoder).map((label, i) => [label, numbers[i]]))).toEqual({
      'load, mean': [2, 12],
      'load, deviation': [expect.closeTo(Math.SQRT2, 10), 2],
      'load, lowest': [1, 10],
      'load, highest': [4, 14],
      'load, first': [1, 10],
      'load, last': [1, 14],
      'load, mean size of a change': [3, 4],
      'load, crossings of its mean': [2, 1],
    });
  });
});
