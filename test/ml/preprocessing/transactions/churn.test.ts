import { describe, expect, it } from 'vitest';
import { cellText } from '../../../../src/ml/data/table.ts';
import { churnLabels, latestCutoff } from '../../../../src/ml/preprocessing/transactions/churn.ts';
import { entityRows } from '../../../../src/ml/preprocessing/transactions/entity-rows.ts';
import { TransactionSpec } from '../../../../src/ml/preprocessing/transactions/spec.ts';
import { categorical, datetime, table } from '../columns.ts';

const columns = { entity: 'customer', date: 'at' };
const cutoffMs = Date.parse('2024-03-01');
const visits = (...rows: [string | null, string | null][]) =>
  table(
    categorical('customer', ...rows.map(([customer]) => customer)),
    datetime('at', ...rows.map(([, at]) => at)),
  );
const labelled = (data: ReturnType<typeof visits>, horizonDays: number) => {
  const label = churnLabels(data, columns, cutoffMs, horizonDays);
  const spec = TransactionSpec.parse({ ...columns, amounts: [], categories: [], cutoffMs });
  const { nRows, columns: found } = entityRows(data, spec);
  expect(label.values.length).toBe(nRows);
  return Object.fromEntries(
    Array.from({ length: nRows }, (_, i) => [cellText(found[0], i), cellText(label, i)]),
  );
};

const history: [string, string][] = [
  ['back at the cutoff', '2024-02-01'],
  ['back at the cutoff', '2024-03-01'],
  ['back on the last day', '2024-02-29T23:59:59.999Z'],
  ['back on the last day', '2024-03-30T23:00:00Z'],
  ['back too late', '2024-01-01'],
  ['back too late', '2024-03-31'],
  ['gone', '2023-12-01'],
  ['not there yet', '2024-03-10'],
];

describe('churnLabels', () => {
  it('is no transaction within the days that follow the cutoff, for those that were there before', () => {
    expect(labelled(visits(...history, [null, '2024-03-02'], ['gone', null]), 30)).toEqual({
      'back at the cutoff': 'no',
      'back on the last day': 'no',
      'back too late': 'yes',
      gone: 'yes',
    });
  });

  it('is unknown where the table ends before the days are over', () => {
    expect(labelled(visits(...history), 60)).toEqual({
      'back at the cutoff': 'no',
      'back on the last day': 'no',
      'back too late': 'no',
      gone: null,
    });
    expect(labelled(visits(['gone', '2024-01-01'], ['other', '2024-03-30']), 30).gone).toBe('yes');
    expect(labelled(visits(['gone', '2024-01-01'], ['other', '2024-03-29']), 30).gone).toBeNull();
  });
});

describe('latestCutoff', () => {
  it('leaves so many whole days for the outcome, all of which are known', () => {
    const data = visits(['a', '2024-01-01'], ['b', '2024-03-30T12:00:00Z']);
    expect(latestCutoff(data, 'at', 30)).toBe(cutoffMs);
    const label = churnLabels(data, columns, latestCutoff(data, 'at', 30) as number, 30);
    expect([...label.valid]).toEqual([1]);
    expect(latestCutoff(visits(['a', null]), 'at', 30)).toBeUndefined();
  });
});
