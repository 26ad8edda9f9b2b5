/** Tables as nobody would make them on purpose. */
import fc from 'fast-check';
import type { Column, Table } from '../../../src/ml/data/table.ts';
import { boolean, categorical, datetime, numeric, table, text } from './columns.ts';

export const wildNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, 1, -1, 1e308, -1e308, 5e-324),
);

const wildText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('a', 'b', '', '\ud800', '__proto__'),
);

const cells = <T>(value: fc.Arbitrary<T>, n: number) =>
  fc.array(fc.option(value, { freq: 4 }), { minLength: n, maxLength: n });

/** Any type, some cells missing. */
export function wildColumn(name: string, n: number): fc.Arbitrary<Column> {
  return fc.oneof(
    cells(wildNumber, n).map((values) => numeric(name, ...values)),
    cells(wildText, n).map((values) => categorical(name, ...values)),
    cells(fc.constantFrom('x', 'y'), n).map((values) => categorical(name, ...values)),
    cells(fc.constantFrom<0 | 1>(0, 1), n).map((values) => boolean(name, ['n', 'y'], ...values)),
    cells(wildText, n).map((values) => text(name, ...values)),
    cells(fc.date({ noInvalidDate: true }), n).map((dates) =>
      datetime(name, ...dates.map((date) => date?.toISOString() ?? null)),
    ),
    // A value each, one value, none at all.
    fc.constant(categorical(name, ...Array.from({ length: n }, (_, i) => `näme ${i}`))),
    fc.constant(numeric(name, ...new Array<number>(n).fill(7))),
    fc.constant(numeric(name, ...new Array<null>(n).fill(null))),
    fc.constant(categorical(name, ...new Array<null>(n).fill(null))),
  );
}

/** Columns p, q and r. */
export function wildTable(rows: fc.Arbitrary<number> = fc.constantFrom(1, 2, 7, 12)): fc.Arbitrary<Table> {
  return rows
    .chain((n) => fc.tuple(...['p', 'q', 'r'].map((name) => wildColumn(name, n))))
    .map((columns) => table(...columns));
}
