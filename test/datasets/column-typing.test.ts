import { describe, expect, it } from 'vitest';
import { type TypedColumn, typeNumbers, typeTexts } from '../../src/datasets/column-typing.ts';
import { cellText } from '../../src/ml/data/table.ts';

/** Types a column of texts, as if each cell came from a file; null is an empty cell. */
function typed(name: string, cells: readonly (string | null)[]): TypedColumn {
  const dictionary = [...new Set(cells.filter((cell) => cell !== null))];
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(cell)));
  return typeTexts(name, codes, dictionary);
}

function cellsOf({ column }: TypedColumn): (string | null)[] {
  return Array.from(column.valid, (_, row) => cellText(column, row));
}

const many = (n: number, cell: (i: number) => string) => Array.from({ length: n }, (_, i) => cell(i));

describe('a column of texts', () => {
  it.each(['', ' ', 'NA', 'N/A', 'null', 'NaN', '?', '-', '#N/A', '\\N'])(
    'reads "%s" as missing',
    (marker) => {
      expect(cellsOf(typed('x', ['a', marker, 'b']))).toEqual(['a', null, 'b']);
    },
  );

  it('keeps "None" as a category but not among numbers', () => {
    expect(cellsOf(typed('x', ['None', 'Tile']))).toEqual(['None', 'Tile']);
    expect(cellsOf(typed('x', ['None', '4', '5.5']))).toEqual([null, '4', '5.5']);
  });

  it.each([
    ['thousands', ['1,234', '12', '1,234,567.5'], ['1234', '12', '1234567.5']],
    ['a decimal comma', ['1.234,5', '12,75', '3'], ['1234.5', '12.75', '3']],
    ['a currency sign', ['$1,200.50', '-$3', '€ 7'], ['1200.5', '-3', '7']],
    ['percent', ['12%', '3.5 %', '0.1%'], ['12', '3.5', '0.1']],
    ['exponents', ['1e3', '2E-2', '.5'], ['1000', '0.02', '0.5']],
  ])('reads numbers with %s', (_, cells, expected) => {
    const column = typed('x', cells);
    expect(column.column.type).toBe('numeric');
    expect(cellsOf(column)).toEqual(expected);
  });

  it('reads a number column with a few words as numbers, and says so', () => {
    const cells = many(200, (i) => (i === 7 ? 'abc' : i === 9 ? 'sold out' : `1,${100 + i}`));
    const column = typed('price', cells);
    expect(column.column.type).toBe('numeric');
    expect(column.notes).toEqual([
      '2 cells of the number column `price` hold words ("abc", "sold out") and count as missing.',
    ]);
    expect(
      typed(
        'price',
        many(40, (i) => (i % 4 ? String(i) : 'n.n.')),
      ).column.type,
    ).toBe('categorical');
  });

  it('keeps digits that are codes as text', () => {
    expect(cellsOf(typed('zip', ['02139', '10001', '02139']))).toEqual(['02139', '10001', '02139']);
    expect(cellsOf(typed('account', ['12345678901234567', '12345678901234568']))).toEqual([
      '12345678901234567',
      '12345678901234568',
    ]);
  });

  it.each([
    [
      ['Yes', 'No', 'Yes'],
      ['No', 'Yes'],
    ],
    [
      ['TRUE', 'FALSE'],
      ['FALSE', 'TRUE'],
    ],
    [
      ['y', 'n', 'Y', 'y'],
      ['n', 'y'],
    ],
  ])('reads %j as truth values, labelled as most often written', (cells, labels) => {
    expect(typed('x', cells).column).toMatchObject({ type: 'boolean', labels });
  });

  it('does not take two other words, or one of a pair, for truth values', () => {
    expect(typed('x', ['male', 'female']).column.type).toBe('categorical');
    expect(typed('x', ['yes', 'yes']).column.type).toBe('categorical');
  });

  it.each([
    ['ISO', ['2024-02-29', '1999-12-31']],
    ['slashes, year first', ['2024/02/29', '1999/12/31']],
    ['day first', ['29.02.2024', '31.12.1999']],
    ['month first', ['02/29/2024', '12/31/1999']],
    ['named months', ['29 Feb 2024', 'Dec 31, 1999']],
  ])('reads dates: %s', (_, cells) => {
    const column = typed('when', cells);
    expect(column.column.type).toBe('datetime');
    expect(cellsOf(column)).toEqual(['2024-02-29', '1999-12-31']);
  });

  it('reads times with zones, halves of the day and fractions as UTC', () => {
    expect(
      cellsOf(typed('t', ['2024-01-02T03:04:05Z', '2024-01-02 03:04:05.250+02:00', '2024-01-02 11:30 PM'])),
    ).toEqual(['2024-01-02T03:04:05.000Z', '2024-01-02T01:04:05.250Z', '2024-01-02T23:30:00.000Z']);
  });

  it('says how it read dates that could be either way, and keeps impossible days as text', () => {
    expect(typed('d', ['03/04/2024', '05/06/2024']).notes).toEqual([
      'Dates of `d` could be month/day or day/month; I read them as month/day.',
    ]);
    expect(typed('d', ['2024-02-30', '2024-02-01']).column.type).toBe('categorical');
  });

  it('tells free text, identifiers and categories apart', () => {
    const review = many(60, (i) => `this is the ${i}th review of a fine product`);
    expect(typed('review', review).column.type).toBe('text');
    expect(
      typed(
        'ref',
        many(60, (i) => `TX-${1000 + i}`),
      ).column.type,
    ).toBe('id');
    expect(
      typed(
        'customer_id',
        many(200, (i) => `c${i % 40}`),
      ).column.type,
    ).toBe('id');
    expect(
      typed(
        'city',
        many(200, (i) => `city ${i % 40}`),
      ).column.type,
    ).toBe('categorical');
    expect(typed('name', ['Ann', 'Bob']).column.type).toBe('categorical');
  });

  it('sorts categories by code unit and trims them', () => {
    expect(typed('x', ['b', ' a ', 'B', 'a']).column).toMatchObject({ categories: ['B', 'a', 'b'] });
  });

  it('takes a column without any value for numeric', () => {
    expect(typed('x', [null, 'NA']).column).toMatchObject({ type: 'numeric' });
    expect(cellsOf(typed('x', [null, 'NA']))).toEqual([null, null]);
  });
});

describe('a column of numbers', () => {
  const numbers = (name: string, cells: readonly number[]) => typeNumbers(name, Float64Array.from(cells));

  it('reads 0 and 1 as truth values with these labels, one of them alone as a number', () => {
    expect(numbers('x', [0, 1, Number.NaN]).column).toMatchObject({ type: 'boolean', labels: ['0', '1'] });
    expect(numbers('x', [1, 1]).column.type).toBe('numeric');
    expect(numbers('x', [0, 1, 2]).column.type).toBe('numeric');
  });

  it('reads whole numbers as identifiers only when the name says so', () => {
    const unique = Array.from({ length: 100 }, (_, i) => 5000 + 7 * i);
    expect(numbers('customerId', unique).column.type).toBe('id');
    expect(numbers('amount', unique).column.type).toBe('numeric');
    expect(
      numbers(
        'store_id',
        unique.map((_, i) => i % 5),
      ).column.type,
    ).toBe('numeric');
    expect(numbers('Unnamed: 0', unique).column.type).toBe('id');
  });

  it('reads 20240131 as a date when the name speaks of one', () => {
    const column = numbers('order_date', [20240131, 20231201]);
    expect(cellsOf(column)).toEqual(['2024-01-31', '2023-12-01']);
    expect(numbers('amount', [20240131, 20231201]).column.type).toBe('numeric');
    expect(numbers('order_date', [20240131, 20241301]).column.type).toBe('numeric');
  });
});
