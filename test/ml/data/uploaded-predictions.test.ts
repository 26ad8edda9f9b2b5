import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../../src/ml/data/table.ts';
import { matchPredictions } from '../../../src/ml/data/uploaded-predictions.ts';

const numbers = (name: string, values: number[]): Column => ({
  type: 'numeric',
  name,
  valid: Uint8Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1)),
  values: Float64Array.from(values),
});
const words = (name: string, values: string[]): Column => {
  const categories = [...new Set(values)].sort();
  return {
    type: 'categorical',
    name,
    valid: new Uint8Array(values.length).fill(1),
    categories,
    codes: Int32Array.from(values, (value) => categories.indexOf(value)),
  };
};
const table = (...columns: Column[]): Table => ({ nRows: columns[0]?.valid.length ?? 0, columns });
const data = table(words('customer', ['c', 'a', 'd', 'b']), words('left', ['no', 'yes', 'no', 'yes']));
const classes = ['no', 'yes'];
const byName = { column: 'customer', of: 'customer' };

describe('matchPredictions', () => {
  it('finds rows by a column that both have, in the order of the data', () => {
    const file = table(words('customer', ['a', 'c', 'z']), numbers('probability', [0.9, 0.2, 0.5]));
    const match = matchPredictions(data, file, classes, 'probability', byName);
    expect([...match.rows]).toEqual([0, 1]);
    expect([...match.prediction]).toEqual([0.8, 0.2, 1 - 0.9, 0.9]);
    expect(match).toMatchObject({ isGraded: true, unmatched: 1 });
  });

  it.each([
    ['from 0', [0, 3]],
    ['from 1 where the last row is named', [1, 4]],
  ])('counts rows %s', (_, numbering) => {
    const file = table(numbers('row', numbering), numbers('p', [0.1, 0.9]));
    expect([...matchPredictions(data, file, classes, 'p', { column: 'row', of: null }).rows]).toEqual([0, 3]);
  });

  it('takes classes as sure, and percents as shares', () => {
    const labels = table(words('prediction', ['no', 'yes', 'maybe', 'yes']));
    const named = matchPredictions(data, labels, classes, 'prediction', null);
    expect([...named.rows]).toEqual([0, 1, 3]);
    expect([...named.prediction]).toEqual([1, 0, 0, 1, 0, 1]);
    expect(named).toMatchObject({ isGraded: false, unmatched: 1 });
    const percents = table(numbers('probability', [20, 100, 0, Number.NaN]));
    const shares = matchPredictions(data, percents, classes, 'probability', null);
    expect([...shares.prediction]).toEqual([0.8, 0.2, 0, 1, 1, 0]);
  });

  it('counts a second prediction for a row as unmatched, and values without classes as they are', () => {
    const file = table(numbers('row', [2, 2]), numbers('yhat', [5, -3]));
    const match = matchPredictions(data, file, [], 'yhat', { column: 'row', of: null });
    expect([[...match.rows], [...match.prediction], match.unmatched]).toEqual([[2], [5], 1]);
  });
});
