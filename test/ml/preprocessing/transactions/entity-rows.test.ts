import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../../../src/ml/data/table.ts';
import { cellText, takeRows } from '../../../../src/ml/data/table.ts';
import { entityRows } from '../../../../src/ml/preprocessing/transactions/entity-rows.ts';
import { TransactionSpec } from '../../../../src/ml/preprocessing/transactions/spec.ts';
import { categorical, datetime, numeric, table } from '../columns.ts';

const DAY = 86_400_000;
const CUTOFF = Date.parse('2024-07-01');
const spec = TransactionSpec.parse({
  entity: 'customer',
  date: 'at',
  amounts: ['amount'],
  categories: ['shop'],
  cutoffMs: CUTOFF,
  windowsDays: [90, 30],
  nPeriods: 4,
});

interface Transaction {
  readonly customer: string | null;
  /** Days before the cutoff; after it where negative. */
  readonly ago: number | null;
  readonly amount: number | null;
  readonly shop: string | null;
}

function tableOf(transactions: readonly Transaction[]): Table {
  return table(
    categorical('customer', ...transactions.map(({ customer }) => customer)),
    datetime(
      'at',
      ...transactions.map(({ ago }) => (ago === null ? null : new Date(CUTOFF - ago * DAY).toISOString())),
    ),
    numeric('amount', ...transactions.map(({ amount }) => amount)),
    categorical('shop', ...transactions.map(({ shop }) => shop)),
  );
}

const rowsOf = (found: Table) =>
  Array.from({ length: found.nRows }, (_, row) =>
    Object.fromEntries(found.columns.map((column) => [column.name, cellOf(column, row)])),
  );

function cellOf(column: Column, row: number): string | number | null {
  return column.type === 'numeric' && column.valid[row] ? column.values[row] : cellText(column, row);
}

/** What `entityRows` says of one customer, from the definition. */
function naive(all: readonly Transaction[], customer: string): Record<string, string | number | null> {
  const past = all.filter((t) => t.ago !== null && t.ago > 0 && t.customer !== null) as (Transaction & {
    ago: number;
  })[];
  const own = past.filter((t) => t.customer === customer);
  const within = (from: number, to: number) => own.filter(({ ago }) => ago > from && ago <= to);
  const sum = (numbers: number[]) => numbers.reduce((total, x) => total + x, 0);
  const amounts = (some: readonly Transaction[]) => some.flatMap(({ amount }) => amount ?? []);
  const over = (a: number, b: number) => (b === 0 ? null : a / b);
  const agos = own.map(({ ago }) => ago);
  const row: Record<string, string | number | null> = {
    customer,
    'days since last transaction': Math.min(...agos),
    'days since first transaction': Math.max(...agos),
    'mean days between transactions':
      own.length < 2 ? null : (Math.max(...agos) - Math.min(...agos)) / (own.length - 1),
  };
  const measures: [string, string, (some: readonly Transaction[]) => number][] = [
    ['transactions', 'count', (some) => some.length],
    ['amount', 'sum', (some) => sum(amounts(some))],
  ];
  for (const [name, what, measure] of measures) {
    row[`${name}: ${what}`] = measure(own);
    for (const days of [30, 90]) {
      row[`${name}: ${what} of the last ${days} days`] = measure(within(0, days));
      row[`${name}: last ${days} days ÷ ${days} days before`] = over(
        measure(within(0, days)),
        measure(within(days, 2 * days)),
      );
    }
    const periods = [3, 2, 1, 0].map((k) => measure(within(30 * k, 30 * (k + 1))));
    const mean = sum(periods) / 4;
    row[`${name}: trend`] = sum(periods.map((y, x) => (x - 1.5) * (y - mean))) / 5;
  }
  const known = amounts(own);
  row['amount: mean'] = over(sum(known), known.length);
  row['amount: min'] = known.length === 0 ? null : Math.min(...known);
  row['amount: max'] = known.length === 0 ? null : Math.max(...known);
  const shops = own.flatMap(({ shop }) => shop ?? []);
  row['shop: distinct'] = new Set(shops).size;
  const frequency = (shop: string) => past.filter((t) => t.shop === shop).length;
  const ranked = [...new Set(past.flatMap(({ shop }) => shop ?? []))]
    .sort()
    .sort((a, b) => frequency(b) - frequency(a));
  for (const shop of ranked.slice(0, 5)) {
    row[`shop: share of ${shop}`] = over(shops.filter((own) => own === shop).length, shops.length);
  }
  return row;
}

const anyTransaction: fc.Arbitrary<Transaction> = fc.record({
  customer: fc.option(fc.constantFrom('ann', 'bob', 'čeněk', 'dora'), { freq: 8 }),
  // Quarter days, and often right at the edges of windows.
  ago: fc.option(
    fc.oneof(
      fc.integer({ min: -400, max: 900 }).map((quarters) => quarters / 4),
      fc.constantFrom(0, 30, 60, 90, 180),
    ),
    { freq: 8 },
  ),
  amount: fc.option(fc.integer({ min: -50, max: 500 }), { freq: 6 }),
  shop: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { freq: 6 }),
});
const anyTransactions = fc.array(anyTransaction, { maxLength: 40 });

describe('entityRows', () => {
  it('equals its definition', () => {
    fc.assert(
      fc.property(anyTransactions, (transactions) => {
        const found = rowsOf(entityRows(tableOf(transactions), spec));
        const active = transactions.filter(
          ({ ago, customer }) => ago !== null && ago > 0 && customer !== null,
        );
        const customers = [...new Set(active.map(({ customer }) => customer as string))].sort();
        expect(found.map(({ customer }) => customer)).toEqual(customers);
        for (const row of found) {
          const expected = naive(transactions, row.customer as string);
          expect(Object.keys(row)).toEqual(expect.arrayContaining(Object.keys(expected)));
          expect(Object.keys(row)).toHaveLength(Object.keys(expected).length);
          for (const [name, value] of Object.entries(expected)) {
            if (typeof value === 'number') expect(row[name], name).toBeCloseTo(value, 9);
            else expect(row[name], name).toBe(value);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is the same whatever happens at the cutoff or after it', () => {
    const later = fc.array(
      anyTransaction.map((t) => ({ ...t, ago: -Math.abs(t.ago ?? 0) })),
      { maxLength: 20 },
    );
    const exotic = later.map((some) =>
      some.map((t) => ({ ...t, customer: `${t.customer}!`, shop: 'Z', amount: 1e300 })),
    );
    fc.assert(
      fc.property(anyTransactions, later, exotic, fc.nat(), (transactions, future, other, cut) => {
        const past = transactions.filter(({ ago }) => ago !== null && ago > 0);
        const at = cut % (past.length + 1);
        const before = entityRows(tableOf(past), spec);
        expect(entityRows(tableOf([...past.slice(0, at), ...future, ...past.slice(at)]), spec)).toEqual(
          before,
        );
        expect(entityRows(tableOf([...other, ...past, ...future]), spec)).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it('does not mind the order of rows, but for rounding', () => {
    fc.assert(
      fc.property(anyTransactions, (transactions) => {
        const data = tableOf(transactions);
        const reversed = takeRows(
          data,
          Array.from({ length: data.nRows }, (_, i) => data.nRows - 1 - i),
        );
        const [a, b] = [data, reversed].map((some) => rowsOf(entityRows(some, spec)));
        expect(b.map((row) => Object.keys(row))).toEqual(a.map((row) => Object.keys(row)));
        a.forEach((row, i) => {
          for (const [name, value] of Object.entries(row)) {
            if (typeof value === 'number') expect(b[i][name]).toBeCloseTo(value, 9);
            else expect(b[i][name]).toBe(value);
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  it('reads customers that are written as numbers, and leaves out what overflows', () => {
    const data = table(
      numeric('customer', 7, 7, 12),
      datetime('at', '2024-06-01', '2024-06-02', '2024-05-01'),
      numeric('amount', 1e308, 1e308, 3),
      categorical('shop', null, null, null),
    );
    const rows = rowsOf(entityRows(data, spec));
    expect(rows.map(({ customer }) => customer)).toEqual(['12', '7']);
    expect(rows[1]['amount: sum']).toBeNull();
    expect(rows[0]['amount: sum']).toBe(3);
    expect(rows[0]['shop: distinct']).toBe(0);
  });

  it('has no rows where nothing lies before the cutoff, and says which column is missing', () => {
    const data = tableOf([{ customer: 'ann', ago: -1, amount: 1, shop: 'a' }]);
    expect(entityRows(data, spec).nRows).toBe(0);
    expect(() => entityRows(data, { ...spec, amounts: ['price'] })).toThrowError(/COLUMN_MISSING.*price/);
  });

  it('takes 100,000 transactions in a moment', () => {
    const n = 100_000;
    const data = table(
      numeric('customer', ...Array.from({ length: n }, (_, i) => (i * 7919) % 20_011)),
      {
        name: 'at',
        type: 'datetime',
        valid: new Uint8Array(n).fill(1),
        values: Float64Array.from({ length: n }, (_, i) => CUTOFF - ((i * 31) % 700) * DAY),
      },
      numeric('amount', ...Array.from({ length: n }, (_, i) => i % 97)),
      categorical('shop', ...Array.from({ length: n }, (_, i) => `s${i % 12}`)),
    );
    expect(entityRows(data, spec).nRows).toBeGreaterThan(19_000);
  });
});
