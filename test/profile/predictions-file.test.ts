import { describe, expect, it } from 'vitest';
import { findPredictions } from '../../src/profile/predictions-file.ts';
import type { ColumnProfile } from '../../src/profile/profile.ts';

const column = (name: string, distinct = 10): ColumnProfile => ({
  ...{ name, type: 'numeric', missing: 0, distinct, range: null, top: [], infinite: 0, flags: [] },
});
const profile = (rows: number, ...columns: ColumnProfile[]) => ({ rows, columns });
const data = profile(
  100,
  column('customer', 100),
  column('age'),
  column('score'),
  column('plan', 3),
  column('left', 2),
);

describe('findPredictions', () => {
  it.each([
    [
      'a shared key',
      [column('customer'), column('probability')],
      40,
      { value: 'probability', key: { column: 'customer', of: 'customer' } },
    ],
    [
      'row numbers',
      [column('Row ID'), column('y_pred'), column('left')],
      40,
      { value: 'y_pred', key: { column: 'Row ID', of: null } },
    ],
    ['the order', [column('Predicted left')], 100, { value: 'Predicted left', key: null }],
    [
      'a probability before a class',
      [column('index'), column('prediction'), column('prob_yes')],
      7,
      { value: 'prob_yes', key: { column: 'index', of: null } },
    ],
  ])('finds rows by %s', (_, columns, rows, expected) => {
    expect(findPredictions(profile(rows, ...columns), data, 'left')).toEqual(expected);
  });

  it.each([
    ['has the columns of the data', profile(100, ...data.columns, column('prediction'))],
    ['says not which rows it speaks of', profile(40, column('prediction'))],
    ['predicts nothing', profile(100, column('customer'), column('city'))],
    ['shares only a column that names no row', profile(40, column('plan'), column('prediction'))],
    ['has its score among the columns of the data', profile(100, column('customer', 100), column('score'))],
  ])('takes a file for data that %s', (_, file) => {
    expect(findPredictions(file, data, 'left')).toBeNull();
  });
});
