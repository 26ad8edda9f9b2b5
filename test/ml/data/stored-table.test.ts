import { describe, expect, it } from 'vitest';
import { restoreTable, StoredTable, storeTable } from '../../../src/ml/data/stored-table.ts';
import type { Table } from '../../../src/ml/data/table.ts';

const valid = Uint8Array.of(1, 0, 1);
const table: Table = {
  nRows: 3,
  columns: [
    { type: 'numeric', name: 'n', values: Float64Array.of(1.5, Number.NaN, -3), valid },
    { type: 'datetime', name: 'd', values: Float64Array.of(0, Number.NaN, 86_400_000), valid },
    { type: 'boolean', name: 'b', values: Uint8Array.of(1, 0, 0), labels: ['no', 'yes'], valid },
    { type: 'categorical', name: 'c', codes: Int32Array.of(1, -1, 0), categories: ['x', 'y'], valid },
    { type: 'id', name: 'i', codes: Int32Array.of(0, -1, 1), categories: ['p', 'q'], valid },
    { type: 'text', name: 't', values: ['hello', '', 'world'], valid },
  ],
};

describe('a stored table', () => {
  it('survives JSON and its arrays, with every type of column', () => {
    const { json, arrays } = storeTable(table);
    const read = StoredTable.parse({ json: JSON.parse(JSON.stringify(json)), arrays });
    expect(restoreTable(read)).toEqual(table);
  });

  it('is refused where an array is missing, too short, or of another type', () => {
    const { json, arrays } = storeTable(table);
    const { '0/values': dropped, ...rest } = arrays;
    expect(() => restoreTable({ json, arrays: rest })).toThrow(RangeError);
    expect(() => restoreTable({ json, arrays: { ...arrays, '0/values': dropped.slice(1) } })).toThrow(
      RangeError,
    );
    expect(() => restoreTable({ json, arrays: { ...arrays, '0/values': new Int32Array(3) } })).toThrow(
      RangeError,
    );
  });
});
