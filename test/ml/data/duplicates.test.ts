import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duplicateClusters } from '../../../src/ml/data/duplicates.ts';
import { type Column, cellText, shared, type Table } from '../../../src/ml/data/table.ts';

/** The slow twin: rows are equal when their cells read alike. */
function naiveClusters(table: Table): number[] {
  const known = new Map<string, number>();
  return Array.from({ length: table.nRows }, (_, row) => {
    const key = JSON.stringify(table.columns.map((column) => cellText(column, row)));
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key) as number;
  });
}

const value = fc.option(fc.constantFrom(0, 1, 2.5, -7, 1e300), { nil: null });
const word = fc.option(fc.constantFrom('a', 'b', 'ab', ''), { nil: null });

function makeTable(rows: readonly (readonly [number | null, string | null, string | null])[]): Table {
  const valid = (j: 0 | 1 | 2) => Uint8Array.from(rows, (row) => (row[j] === null ? 0 : 1));
  const categories = ['', 'a', 'ab', 'b'];
  const columns: Column[] = [
    {
      name: 'n',
      type: 'numeric',
      valid: valid(0),
      values: Float64Array.from(rows, ([n]) => n ?? Number.NaN),
    },
    {
      name: 'c',
      type: 'categorical',
      valid: valid(1),
      categories,
      codes: Int32Array.from(rows, ([, c]) => (c === null ? -1 : categories.indexOf(c))),
    },
    { name: 't', type: 'text', valid: valid(2), values: rows.map(([, , t]) => t ?? '') },
  ];
  return { nRows: rows.length, columns };
}

describe('duplicateClusters', () => {
  it('groups rows as comparing every pair of rows would', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, word, word), { maxLength: 60 }), (rows) => {
        const table = makeTable(rows);
        expect([...duplicateClusters(table, ['n', 'c', 't'])]).toEqual(naiveClusters(table));
      }),
    );
  });

  it('looks only at the named features', () => {
    const table = makeTable([
      [1, 'a', 'x'],
      [1, 'b', 'y'],
      [2, 'a', 'x'],
    ]);
    expect([...duplicateClusters(table, ['n'])]).toEqual([0, 0, 1]);
    expect([...duplicateClusters(table, [])]).toEqual([0, 0, 0]);
  });

  it('takes -0 and 0 for equal', () => {
    const values = shared.float64(2);
    values[1] = -0;
    const table: Table = {
      nRows: 2,
      columns: [{ name: 'x', type: 'numeric', valid: Uint8Array.of(1, 1), values }],
    };
    expect([...duplicateClusters(table, ['x'])]).toEqual([0, 0]);
  });

  it('keeps 100,000 different rows apart', () => {
    const n = 100_000;
    const values = Float64Array.from({ length: n }, (_, i) => Math.sqrt(i));
    const valid = new Uint8Array(n).fill(1);
    const table: Table = { nRows: n, columns: [{ name: 'x', type: 'numeric', valid, values }] };
    expect(duplicateClusters(table, ['x'])[n - 1]).toBe(n - 1);
  });
});
