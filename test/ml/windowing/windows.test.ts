import { describe, expect, it } from 'vitest';
import {
  type CategoricalColumn,
  type Column,
  findColumn,
  findSequences,
  type NumericColumn,
  type SequenceColumn,
  sequenceOf,
  type Table,
} from '../../../src/ml/data/table.ts';
import { planWindows } from '../../../src/ml/windowing/plan-windows.ts';
import { windowRows } from '../../../src/ml/windowing/window-rows.ts';

type Cell = string | number | null;

function tableOf(columns: Readonly<Record<string, readonly Cell[]>>): Table {
  const [cells = []] = Object.values(columns);
  return { nRows: cells.length, columns: Object.entries(columns).map(([name, own]) => columnOf(name, own)) };
}

function columnOf(name: string, cells: readonly Cell[]): Column {
  const valid = Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1));
  if (!cells.some((cell) => typeof cell === 'string')) {
    return {
      type: 'numeric',
      name,
      valid,
      values: Float64Array.from(cells, (cell) => Number(cell ?? Number.NaN)),
    };
  }
  const categories = [...new Set(cells.filter((cell) => cell !== null).map(String))].sort();
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : categories.indexOf(String(cell))));
  return { type: 'categorical', name, valid, codes, categories };
}

/** Three recordings of 3, 2 and 4 rows, mixed up. */
const mixed = {
  id: ['b', 'a', 'b', 'c', 'a', 'b', 'c', 'c', 'c', null],
  step: [2, 1, 1, 4, 2, 3, 1, 2, 3, 1],
  load: [22, 11, 21, 34, 12, null, 31, 32, 33, 99],
  site: ['s', 'n', 's', 'n', 'n', null, 'n', 'n', 'n', 's'],
  note: ['p', 'q', 'q', 'p', 'q', 'p', 'q', 'p', 'q', 'p'],
  kind: ['up', 'down', 'up', 'up', 'down', null, 'up', 'up', 'up', 'down'],
};
const wanted = { id: 'id', order: null };

const textsOf = (table: Table, name: string) => {
  const { codes, categories } = findColumn(table, name) as CategoricalColumn;
  return Array.from(codes, (code) => categories[code]);
};
const momentsOf = (table: Table, row: number) => [...sequenceOf(findSequences(table) as SequenceColumn, row)];

describe('a table of recordings', () => {
  it('tells signals from what is constant, and what orders the rows', () => {
    expect(planWindows(tableOf(mixed), wanted, 'kind')).toEqual({
      id: 'id',
      order: 'step',
      signals: ['load'],
      constants: ['site'],
      length: 4,
      rowsPerMoment: 1,
      areUneven: true,
    });
  });

  it('becomes one row for each, in order, ending together, with what is missing marked', () => {
    const table = tableOf(mixed);
    const rows = windowRows(table, planWindows(table, wanted, 'kind'), 'kind');
    expect(textsOf(rows, 'id')).toEqual(['b', 'a', 'c']);
    expect(textsOf(rows, 'kind')).toEqual(['up', 'down', 'up']);
    expect(textsOf(rows, 'site')).toEqual(['s', 'n', 'n']);
    expect([...(findColumn(rows, 'recording: rows') as NumericColumn).values]).toEqual([3, 2, 4]);
    const gap = [Number.NaN, 0];
    expect(momentsOf(rows, 0)).toEqual([...gap, 21, 1, 22, 1, ...gap]);
    expect(momentsOf(rows, 1)).toEqual([...gap, ...gap, 11, 1, 12, 1]);
    expect(momentsOf(rows, 2)).toEqual([31, 1, 32, 1, 33, 1, 34, 1]);
  });

  it('is read in the order of the file where nothing orders it', () => {
    const { step, ...unordered } = mixed;
    const table = tableOf(unordered);
    const windows = planWindows(table, wanted, 'kind');
    expect(windows.order).toBeNull();
    expect(momentsOf(windowRows(table, windows, 'kind'), 0).filter((_, i) => i % 2 === 0)).toEqual([
      Number.NaN,
      22,
      21,
      Number.NaN,
    ]);
  });

  it('is told in means of neighbouring rows where recordings are long, counted from the end', () => {
    const nRows = 601;
    const id = Array.from({ length: 2 * nRows - 1 }, (_, row) => (row < nRows ? 'long' : 'short'));
    const load = id.map((_, row) => (row < nRows ? row : row - nRows));
    const table = tableOf({ id, load, kind: id.map((name) => (name === 'long' ? 'a' : 'b')) });
    const windows = planWindows(table, wanted, 'kind');
    expect(windows).toMatchObject({ rowsPerMoment: 3, length: 201 });
    const rows = windowRows(table, windows, 'kind');
    // The first moment has one row, all others have three.
    expect(momentsOf(rows, 0).slice(0, 4)).toEqual([0, 1, 2, 1]);
    expect(momentsOf(rows, 0).slice(-2)).toEqual([599, 1]);
    expect(momentsOf(rows, 1).slice(-2)).toEqual([598, 1]);
  });

  it.each([
    ['labels that vary', { ...mixed, kind: mixed.id.map((_, i) => `k${i}`) }, wanted, /several: k2 and k0/],
    ['one row each', { ...mixed, id: mixed.id.map((_, i) => `r${i}`) }, wanted, /single row/],
    ['one recording', { ...mixed, id: mixed.id.map(() => 'r') }, wanted, /names only one/],
    [
      'no signal',
      { id: mixed.id, note: mixed.note, kind: mixed.kind },
      wanted,
      /no column of numbers changes/,
    ],
    ['a column that is not there', mixed, { id: 'nope', order: null }, /no column nope/],
    ['words as an order', mixed, { id: 'id', order: 'note' }, /neither numbers nor times/],
    ['the target', mixed, { id: 'kind', order: null }, /what you want to predict/],
  ])('is refused with a sentence for %s', (_, columns, asked, sentence) => {
    const table = tableOf(columns);
    expect(() => windowRows(table, planWindows(table, asked, 'kind'), 'kind')).toThrow(
      expect.objectContaining({ person: expect.stringMatching(sentence) }),
    );
  });
});
