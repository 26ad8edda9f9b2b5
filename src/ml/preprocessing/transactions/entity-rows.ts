/** From transactions to one row per entity: what was known of each at a moment, and nothing from later. */
import { gather } from '../../data/rows.ts';
import type { Column, Table } from '../../data/table.ts';
import { shared } from '../../data/table.ts';
import { coerceColumn } from '../coerce.ts';
import { pickColumns } from '../input.ts';
import type { History } from './history.ts';
import { historyBefore } from './history.ts';
import type { TransactionSpec } from './spec.ts';
import { MS_PER_DAY } from './spec.ts';

/** Categories whose share has a column; the others are in `distinct` alone. */
const MAX_SHARES = 5;

/** One row per entity with a transaction before the cutoff, by name. First column: the entity, as an id; then counts,
 *  recency, and of each amount and category column sums, extremes, windows, trends, distinct values and shares.
 *
 *  A window of w days holds the transactions from w days before the cutoff (included) up to the cutoff (excluded).
 *  Sums over nothing are 0; means, extremes and ratios of nothing are missing, and so is what overflows.
 *  O(rows × columns × windows + rows log rows × categories). @throws COLUMN_MISSING, COLUMN_TYPE_CHANGED */
export function entityRows(table: Table, spec: TransactionSpec): Table {
  const history = historyBefore(table, spec, spec.cutoffMs);
  const { rows, entities } = history;
  const ones = new Float64Array(rows.length).fill(1);
  const columns: Column[] = [
    entityColumn(spec.entity, entities),
    ...recency(history),
    ...sums('transactions', 'count', ones, history, spec),
  ];
  for (const column of pickColumns(table, spec.amounts)) {
    const { valid, values } = coerceColumn(column, 'numeric');
    const amounts = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) amounts[i] = valid[rows[i]] ? values[rows[i]] : Number.NaN;
    columns.push(
      ...sums(column.name, 'sum', amounts, history, spec),
      ...extremes(column.name, amounts, history),
    );
  }
  for (const column of pickColumns(table, spec.categories)) {
    const { codes, categories } = coerceColumn(column, 'categorical');
    const kinds = gather(codes, rows, new Int32Array(rows.length));
    columns.push(...variety(column.name, kinds, categories, history));
  }
  return { nRows: entities.length, columns };
}

function entityColumn(name: string, entities: readonly string[]): Column {
  const codes = shared.int32(entities.length);
  for (let i = 0; i < codes.length; i++) codes[i] = i;
  return { name, type: 'id', valid: shared.uint8(codes.length).fill(1), codes, categories: entities };
}

/** How long ago the last and the first transaction were, and the mean time between two. */
function recency({ entities, entityOf, ageMs }: History): Column[] {
  const last = new Float64Array(entities.length).fill(Number.POSITIVE_INFINITY);
  const first = new Float64Array(entities.length);
  const n = new Float64Array(entities.length);
  for (let i = 0; i < ageMs.length; i++) {
    const entity = entityOf[i];
    if (ageMs[i] < last[entity]) last[entity] = ageMs[i];
    if (ageMs[i] > first[entity]) first[entity] = ageMs[i];
    n[entity]++;
  }
  const gaps = new Float64Array(entities.length);
  for (let e = 0; e < gaps.length; e++) {
    gaps[e] = n[e] < 2 ? Number.NaN : (first[e] - last[e]) / (n[e] - 1) / MS_PER_DAY;
    last[e] /= MS_PER_DAY;
    first[e] /= MS_PER_DAY;
  }
  return [
    numbers('days since last transaction', last),
    numbers('days since first transaction', first),
    numbers('mean days between transactions', gaps),
  ];
}

/** In all, per window, the window against the one before it, and the slope per period.
 *  @param amounts one per row of the history, NaN where missing. */
function sums(
  name: string,
  what: string,
  amounts: Float64Array,
  history: History,
  spec: TransactionSpec,
): Column[] {
  const { entities, entityOf, ageMs } = history;
  const total = new Float64Array(entities.length);
  for (let i = 0; i < amounts.length; i++) if (!Number.isNaN(amounts[i])) total[entityOf[i]] += amounts[i];
  const columns = [numbers(`${name}: ${what}`, total)];
  for (const days of [...new Set(spec.windowsDays)].sort((a, b) => a - b)) {
    const length = days * MS_PER_DAY;
    const recent = new Float64Array(entities.length);
    const before = new Float64Array(entities.length);
    for (let i = 0; i < amounts.length; i++) {
      if (Number.isNaN(amounts[i]) || ageMs[i] > 2 * length) continue;
      if (ageMs[i] <= length) recent[entityOf[i]] += amounts[i];
      else before[entityOf[i]] += amounts[i];
    }
    const ratio = new Float64Array(entities.length);
    for (let e = 0; e < ratio.length; e++) ratio[e] = before[e] === 0 ? Number.NaN : recent[e] / before[e];
    columns.push(
      numbers(`${name}: ${what} of the last ${days} days`, recent),
      numbers(`${name}: last ${days} days ÷ ${days} days before`, ratio),
    );
  }
  return [...columns, numbers(`${name}: trend`, slopes(amounts, history, spec))];
}

/** Least squares slope of each entity's sums over the periods, per period; a period without transactions is 0. */
function slopes(
  amounts: Float64Array,
  { entities, entityOf, ageMs }: History,
  spec: TransactionSpec,
): Float64Array {
  const { nPeriods, periodDays } = spec;
  const slope = new Float64Array(entities.length);
  const middle = (nPeriods - 1) / 2;
  const squares = (nPeriods * (nPeriods ** 2 - 1)) / 12; // Σ (period - middle)²
  for (let i = 0; i < amounts.length; i++) {
    const ago = Math.ceil(ageMs[i] / (periodDays * MS_PER_DAY)) - 1; // 0 for the last period
    if (ago >= nPeriods || Number.isNaN(amounts[i])) continue;
    slope[entityOf[i]] += ((middle - ago) * amounts[i]) / squares;
  }
  return slope;
}

function extremes(name: string, amounts: Float64Array, { entities, entityOf }: History): Column[] {
  const n = new Float64Array(entities.length);
  const mean = new Float64Array(entities.length);
  const least = new Float64Array(entities.length).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(entities.length).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < amounts.length; i++) {
    const entity = entityOf[i];
    const amount = amounts[i];
    if (Number.isNaN(amount)) continue;
    n[entity]++;
    mean[entity] += amount;
    if (amount < least[entity]) least[entity] = amount;
    if (amount > most[entity]) most[entity] = amount;
  }
  for (let e = 0; e < mean.length; e++) mean[e] /= n[e];
  return [numbers(`${name}: mean`, mean), numbers(`${name}: min`, least), numbers(`${name}: max`, most)];
}

/** How many different categories an entity has, and what share of its transactions is of each of the five that are
 *  most frequent before the cutoff (ties: by code unit). */
function variety(name: string, kinds: Int32Array, categories: readonly string[], history: History): Column[] {
  const { entities, entityOf } = history;
  const counts = new Float64Array(categories.length);
  const known = new Float64Array(entities.length);
  const pairs = new Float64Array(kinds.length);
  let nPairs = 0;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] < 0) continue;
    counts[kinds[i]]++;
    known[entityOf[i]]++;
    pairs[nPairs++] = entityOf[i] * categories.length + kinds[i];
  }
  const distinct = new Float64Array(entities.length);
  const sorted = pairs.subarray(0, nPairs).sort();
  for (let i = 0; i < nPairs; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct[Math.floor(sorted[i] / categories.length)]++;
  }
  const top = [...counts.keys()]
    .filter((kind) => counts[kind] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, MAX_SHARES);
  const shares = top.map((kind) => {
    const share = new Float64Array(entities.length);
    for (let i = 0; i < kinds.length; i++) if (kinds[i] === kind) share[entityOf[i]]++;
    for (let e = 0; e < share.length; e++) share[e] /= known[e];
    return numbers(`${name}: share of ${categories[kind]}`, share);
  });
  return [numbers(`${name}: distinct`, distinct), ...shares];
}

/** What is not finite is missing. */
function numbers(name: string, found: Float64Array): Column {
  const values = shared.float64(found.length);
  const valid = shared.uint8(found.length);
  for (let i = 0; i < found.length; i++) {
    valid[i] = Number.isFinite(found[i]) ? 1 : 0;
    values[i] = valid[i] ? found[i] : Number.NaN;
  }
  return { name, type: 'numeric', valid, values };
}
