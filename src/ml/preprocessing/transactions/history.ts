/** The part of a table of transactions that lies before a cutoff: all that features may be made from. */
import type { Table } from '../../data/table.ts';
import { coerceColumn } from '../coerce.ts';
import { pickColumns } from '../input.ts';
import type { TransactionColumns } from './spec.ts';

/** @property entities those with a transaction before the cutoff, by code unit.
 *  @property rows     Uint32Array: rows of the table before the cutoff, with a known entity and date, in their order.
 *  @property entityOf Int32Array (rows.length): index into `entities`.
 *  @property ageMs    Float64Array (rows.length): time from the transaction to the cutoff, above 0. */
export interface History {
  readonly entities: readonly string[];
  readonly rows: Uint32Array;
  readonly entityOf: Int32Array;
  readonly ageMs: Float64Array;
}

/** O(rows). @throws COLUMN_MISSING, COLUMN_TYPE_CHANGED */
export function historyBefore(
  table: Table,
  columns: Pick<TransactionColumns, 'entity' | 'date'>,
  cutoffMs: number,
): History {
  const [entityColumn, dateColumn] = pickColumns(table, [columns.entity, columns.date]);
  const { codes, categories } = coerceColumn(entityColumn, 'categorical');
  const { valid, values } = coerceColumn(dateColumn, 'datetime');
  const used = new Uint32Array(table.nRows);
  const isActive = new Uint8Array(categories.length);
  let n = 0;
  for (let row = 0; row < table.nRows; row++) {
    if (codes[row] < 0 || !valid[row] || !(values[row] < cutoffMs)) continue;
    used[n++] = row;
    isActive[codes[row]] = 1;
  }
  const rows = used.slice(0, n);
  const entities: string[] = [];
  const placeOf = new Int32Array(categories.length);
  for (let code = 0; code < categories.length; code++) {
    if (isActive[code]) placeOf[code] = entities.push(categories[code]) - 1;
  }
  const entityOf = new Int32Array(n);
  const ageMs = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    entityOf[i] = placeOf[codes[rows[i]]];
    ageMs[i] = cutoffMs - values[rows[i]];
  }
  return { entities, rows, entityOf, ageMs };
}
