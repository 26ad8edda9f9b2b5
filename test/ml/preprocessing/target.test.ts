import { describe, expect, it } from 'vitest';
import { encodeTarget } from '../../../src/ml/preprocessing/target.ts';
import { boolean, categorical, numeric, table } from './columns.ts';

describe('encodeTarget', () => {
  it('turns labels into class indices; missing and unnamed labels are unknown', () => {
    const data = table(categorical('y', 'no', 'yes', null, 'maybe', 'yes'));
    const target = encodeTarget(data, { target: 'y', task: 'binary', classes: ['no', 'yes'] });
    expect([...target.values]).toEqual([0, 1, Number.NaN, Number.NaN, 1]);
    expect([...target.knownRows]).toEqual([0, 1, 4]);
    expect(target.nClasses).toBe(2);
  });

  it('reads numeric and boolean class columns by how they are written', () => {
    const digits = encodeTarget(table(numeric('y', 3, 7, 3)), {
      target: 'y',
      task: 'multiclass',
      classes: ['3', '5', '7'],
    });
    expect([...digits.values]).toEqual([0, 2, 0]);
    const churn = encodeTarget(table(boolean('y', ['stays', 'leaves'], 1, 0)), {
      target: 'y',
      task: 'binary',
      classes: ['stays', 'leaves'],
    });
    expect([...churn.values]).toEqual([1, 0]);
  });

  it('takes numbers as they are in regression, also where the column was typed as categories', () => {
    const plain = { target: 'y', task: 'regression', classes: [] } as const;
    expect([...encodeTarget(table(numeric('y', 1.5, null)), { ...plain, classes: [] }).values]).toEqual([
      1.5,
      Number.NaN,
    ]);
    expect([...encodeTarget(table(categorical('y', '2', '10')), { ...plain, classes: [] }).values]).toEqual([
      2, 10,
    ]);
    expect(encodeTarget(table(numeric('y', 1)), { ...plain, classes: [] }).nClasses).toBe(1);
  });

  it('says when there is no such column', () => {
    expect(() =>
      encodeTarget(table(numeric('x', 1)), { target: 'y', task: 'regression', classes: [] }),
    ).toThrowError(/COLUMN_MISSING/);
  });
});
