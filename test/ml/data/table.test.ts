import { describe, expect, it } from 'vitest';
import { cellText, findColumn, shared, type Table, takeRows } from '../../../src/ml/data/table.ts';

const table: Table = {
  nRows: 3,
  columns: [
    {
      name: 'amount',
      type: 'numeric',
      valid: Uint8Array.of(1, 0, 1),
      values: Float64Array.of(0.1, Number.NaN, 1e21),
    },
    {
      name: 'active',
      type: 'boolean',
      valid: Uint8Array.of(1, 1, 0),
      values: Uint8Array.of(0, 1, 0),
      labels: ['no', 'yes'],
    },
    {
      name: 'plan',
      type: 'categorical',
      valid: Uint8Array.of(1, 1, 0),
      codes: Int32Array.of(1, 0, -1),
      categories: ['basic', 'plus'],
    },
    { name: 'note', type: 'text', valid: Uint8Array.of(1, 0, 1), values: ['hello', '', 'two words'] },
    {
      name: 'since',
      type: 'datetime',
      valid: Uint8Array.of(1, 1, 0),
      values: Float64Array.of(Date.UTC(2024, 1, 29), Date.UTC(2024, 0, 1, 12, 30, 5, 7), Number.NaN),
    },
  ],
};

const texts = (of: Table) =>
  of.columns.map((column) => Array.from(column.valid, (_, row) => cellText(column, row)));

describe('findColumn', () => {
  it('finds by the exact name', () => {
    expect(findColumn(table, 'plan')).toBe(table.columns[2]);
    expect(findColumn(table, 'Plan')).toBeUndefined();
  });
});

describe('cellText', () => {
  it('writes cells as a person would, and missing ones as null', () => {
    expect(texts(table)).toEqual([
      ['0.1', null, '1e+21'],
      ['no', 'yes', null],
      ['plus', 'basic', null],
      ['hello', null, 'two words'],
      ['2024-02-29', '2024-01-01T12:30:05.007Z', null],
    ]);
  });
});

describe('takeRows', () => {
  it('takes rows of every column type in the order asked for, repeats included', () => {
    const taken = takeRows(table, [2, 0, 0]);
    expect(taken.nRows).toBe(3);
    expect(texts(taken)).toEqual(texts(table).map((cells) => [cells[2], cells[0], cells[0]]));
    expect(taken.columns.map(({ name, type }) => [name, type])).toEqual(
      table.columns.map(({ name, type }) => [name, type]),
    );
  });

  it('leaves the given table alone and lies on shared memory', () => {
    const before = texts(table);
    const { columns } = takeRows(table, Uint32Array.of(1));
    expect(texts(table)).toEqual(before);
    for (const { valid } of columns) expect(valid.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('takes no rows', () => {
    expect(takeRows(table, []).nRows).toBe(0);
  });
});

describe('shared', () => {
  it('makes zero-filled arrays that every thread can read', () => {
    for (const make of [shared.float64, shared.int32, shared.uint8]) {
      const values = make(3);
      expect([...values]).toEqual([0, 0, 0]);
      expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });
});
