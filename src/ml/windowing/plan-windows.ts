/** How a table of many rows for each recording is read: what are signals, what is constant, and in how many moments. */
import { ModelwrightError } from '../../errors/errors.ts';
import { type Column, cellText, findColumn, type Table } from '../data/table.ts';
import type { Windows } from '../windows.ts';
import { numbersIn, type Recording, recordingsIn } from './window-rows.ts';

/** What a person says of recordings; `order` null leaves it to the data. */
export interface WantedWindows {
  readonly id: string;
  readonly order: string | null;
}

/** Numbers that a recording is told in at most, all signals together, and moments. Longer ones are told in means of rows that
 *  follow each other. */
const MOST_NUMBERS = 1024;
const MOST_MOMENTS = 256;
const FEWEST_MOMENTS = 16;

/** Columns that are named like an order where nobody says which one is: "t", "step", "frame_index". */
const ORDER_NAME =
  /(?:^|[\W_])(?:t|time|timestamp|date|step|index|idx|frame|sample|moment|order|seq|sequence|tick|n)$/i;

/** @throws WINDOWS_UNKNOWN where the columns make no recordings. */
export function planWindows(table: Table, wanted: WantedWindows, target: string): Windows {
  const { id } = wanted;
  const missing = [id, wanted.order].find((name) => name !== null && !findColumn(table, name));
  if (missing) throw unknown(id, `there is no column ${missing} in the data`);
  if (id === target) throw unknown(id, 'it is what you want to predict');
  const unordered = recordingsIn(table, { id, order: null });
  const longest = unordered.reduce((most, { rows }) => Math.max(most, rows.length), 0);
  if (unordered.length < 2) throw unknown(id, `it names only ${unordered.length === 1 ? 'one' : 'none'}`);
  if (longest < 2) throw unknown(id, 'each of its values has a single row, so nothing comes after anything');
  const order = wanted.order ?? likelyOrder(table, unordered, [id, target]);
  const ordering = order === null ? undefined : findColumn(table, order);
  if (ordering && !isNumber(ordering) && ordering.type !== 'datetime') {
    throw unknown(
      id,
      `the column ${ordering.name}, which should order their rows, holds neither numbers nor times`,
    );
  }
  const recordings = recordingsIn(table, { id, order });
  const others = table.columns.filter(({ name }) => name !== id && name !== order && name !== target);
  const constants = others.filter((column) => isConstantIn(column, recordings));
  const signals = others.filter((column) => !constants.includes(column) && isNumber(column));
  if (signals.length === 0) throw unknown(id, 'no column of numbers changes within one');
  const most = Math.max(
    FEWEST_MOMENTS,
    Math.min(MOST_MOMENTS, Math.floor(MOST_NUMBERS / (signals.length + 1))),
  );
  const rowsPerMoment = Math.ceil(longest / most);
  return {
    id,
    order,
    signals: signals.map(({ name }) => name),
    constants: constants.map(({ name }) => name),
    length: Math.ceil(longest / rowsPerMoment),
    rowsPerMoment,
    areUneven: recordings.some(({ rows }) => rows.length !== longest),
  };
}

/** A time, else a number that is named like an order, whose values differ within each recording; null where there is none. */
function likelyOrder(
  table: Table,
  recordings: readonly Recording[],
  taken: readonly string[],
): string | null {
  const candidates = table.columns.filter(
    (column) =>
      !taken.includes(column.name) &&
      (column.type === 'datetime' || (column.type === 'numeric' && ORDER_NAME.test(column.name))) &&
      recordings.every((recording) => allDiffer(column, recording)),
  );
  return (candidates.find(({ type }) => type === 'datetime') ?? candidates[0])?.name ?? null;
}

function allDiffer(column: Column, { rows }: Recording): boolean {
  const numbers = numbersIn(column);
  return new Set(Array.from(rows, (row) => numbers[row])).size === rows.length;
}

function isNumber({ type }: Column): boolean {
  return type === 'numeric' || type === 'boolean';
}

function isConstantIn(column: Column, recordings: readonly Recording[]): boolean {
  return recordings.every(({ rows }) => {
    let first: string | null = null;
    for (const row of rows) {
      const text = cellText(column, row);
      if (text === null) continue;
      if (first === null) first = text;
      else if (first !== text) return false;
    }
    return true;
  });
}

function unknown(id: string, detail: string): ModelwrightError {
  return new ModelwrightError('WINDOWS_UNKNOWN', { id, detail });
}
