/** The outcome that follows a cutoff: who does not come back. */
import type { BooleanColumn, Table } from '../../data/table.ts';
import { shared } from '../../data/table.ts';
import { coerceColumn } from '../coerce.ts';
import { pickColumns } from '../input.ts';
import { historyBefore } from './history.ts';
import type { TransactionColumns } from './spec.ts';
import { MS_PER_DAY } from './spec.ts';

type Columns = Pick<TransactionColumns, 'entity' | 'date'>;

/** Whether each entity of `entityRows`, in its order, has no transaction from the cutoff (included) to `horizonDays`
 *  after it (excluded). Where the table ends before the last day of that time, an entity without a transaction may
 *  still have had one: its label is missing. @throws COLUMN_MISSING, COLUMN_TYPE_CHANGED */
export function churnLabels(
  table: Table,
  columns: Columns,
  cutoffMs: number,
  horizonDays: number,
): BooleanColumn {
  const { entities } = historyBefore(table, columns, cutoffMs);
  const [entityColumn, dateColumn] = pickColumns(table, [columns.entity, columns.date]);
  const { codes, categories } = coerceColumn(entityColumn, 'categorical');
  const { valid, values } = coerceColumn(dateColumn, 'datetime');
  const end = cutoffMs + horizonDays * MS_PER_DAY;
  const cameBack = new Uint8Array(categories.length);
  let latest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < table.nRows; row++) {
    if (!valid[row]) continue;
    if (values[row] > latest) latest = values[row];
    if (codes[row] >= 0 && values[row] >= cutoffMs && values[row] < end) cameBack[codes[row]] = 1;
  }
  const returned = new Set(categories.filter((_, code) => cameBack[code]));
  const isObserved = latest >= end - MS_PER_DAY;
  const known = shared.uint8(entities.length);
  const churned = shared.uint8(entities.length);
  for (let i = 0; i < entities.length; i++) {
    const stays = returned.has(entities[i]);
    known[i] = stays || isObserved ? 1 : 0;
    churned[i] = known[i] && !stays ? 1 : 0;
  }
  return { name: 'churned', type: 'boolean', valid: known, values: churned, labels: ['no', 'yes'] };
}

/** The latest midnight (UTC) after which the table still tells `horizonDays` whole days; undefined without a date. */
export function latestCutoff(table: Table, date: string, horizonDays: number): number | undefined {
  const [column] = pickColumns(table, [date]);
  const { valid, values } = coerceColumn(column, 'datetime');
  let latest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < table.nRows; row++) if (valid[row] && values[row] > latest) latest = values[row];
  if (latest === Number.NEGATIVE_INFINITY) return undefined;
  return (Math.floor(latest / MS_PER_DAY) + 1 - horizonDays) * MS_PER_DAY;
}
