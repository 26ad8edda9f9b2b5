/** Recordings as rows: one for each, with its signals in their order. */
import { ModelwrightError } from '../../errors/errors.ts';
import {
  type Column,
  cellText,
  findColumn,
  IS_KNOWN,
  type NumericColumn,
  shared,
  type Table,
  takeRows,
} from '../data/table.ts';
import { RECORDING, type Windows } from '../windows.ts';

/** @property rows of the table, in the order of the recording. */
export interface Recording {
  readonly name: string;
  readonly rows: Uint32Array;
}

/** In the order in which the table names them first. Rows without a name are left out; where rows are ordered by a column,
 *  so are those without a place, and equal places keep the order of the table. O(rows log rows). */
export function recordingsIn(table: Table, { id, order }: Pick<Windows, 'id' | 'order'>): Recording[] {
  const names = columnOf(table, id);
  const places = order === null ? null : numbersIn(columnOf(table, order));
  const found = new Map<string, number[]>();
  for (let row = 0; row < table.nRows; row++) {
    const name = cellText(names, row);
    if (name === null || (places && Number.isNaN(places[row]))) continue;
    const known = found.get(name);
    if (known) known.push(row);
    else found.set(name, [row]);
  }
  return [...found].map(([name, rows]) => ({
    name,
    rows: Uint32Array.from(places ? rows.sort((a, b) => places[a] - places[b] || a - b) : rows),
  }));
}

/** One row for each recording: its name, the target where the table has it, the columns that are constant in it, and its
 *  signals. O(rows × columns).
 *  @param target the target's name. @throws COLUMN_MISSING, WINDOW_LABELS_VARY */
export function windowRows(table: Table, windows: Windows, target: string): Table {
  const recordings = recordingsIn(table, windows);
  const nRows = recordings.length;
  const outcome = findColumn(table, target);
  const ids = takeRows(
    { nRows: table.nRows, columns: [columnOf(table, windows.id)] },
    recordings.map(({ rows }) => rows[0]),
  );
  const rowsOf = numericColumn(
    RECORDING.rows,
    recordings.map(({ rows }) => rows.length),
  );
  return {
    nRows,
    columns: [
      ...ids.columns,
      ...(outcome ? [labelOf(outcome, recordings, windows)] : []),
      ...windows.constants.map((name) => firstKnown(columnOf(table, name), recordings)),
      ...(windows.areUneven ? [rowsOf] : []),
      {
        type: 'sequence',
        name: RECORDING.signals,
        valid: shared.uint8(nRows).fill(1),
        length: windows.length,
        signals: [...windows.signals, IS_KNOWN],
        values: momentsOf(table, windows, recordings),
      },
    ],
  };
}

/** Moments end with the recording; before its first row there is nothing. */
function momentsOf(
  table: Table,
  { signals, length, rowsPerMoment }: Windows,
  recordings: readonly Recording[],
): Float32Array {
  const columns = signals.map((name) => numbersIn(columnOf(table, name)));
  const width = signals.length + 1;
  const values = shared.float32(recordings.length * length * width).fill(Number.NaN);
  recordings.forEach(({ rows }, r) => {
    for (let moment = 0; moment < length; moment++) {
      const end = rows.length - (length - 1 - moment) * rowsPerMoment;
      const start = Math.max(0, end - rowsPerMoment);
      const at = (r * length + moment) * width;
      let isKnown = 0;
      columns.forEach((numbers, k) => {
        let [sum, count] = [0, 0];
        for (let i = start; i < end; i++) {
          const value = numbers[rows[i]];
          if (Number.isNaN(value)) continue;
          sum += value;
          count++;
        }
        if (count === 0) return;
        values[at + k] = sum / count;
        isKnown = 1;
      });
      values[at + signals.length] = isKnown;
    }
  });
  return values;
}

/** @throws WINDOW_LABELS_VARY */
function labelOf(column: Column, recordings: readonly Recording[], { id }: Windows): Column {
  for (const { name, rows } of recordings) {
    const labels = new Set<string>();
    for (const row of rows) {
      const label = cellText(column, row);
      if (label !== null) labels.add(label);
    }
    if (labels.size > 1) {
      const examples = [...labels].slice(0, 2).join(' and ');
      throw new ModelwrightError('WINDOW_LABELS_VARY', { target: column.name, id, name, examples });
    }
  }
  return firstKnown(column, recordings);
}

/** The first value of the column in each recording; missing where it has none. */
function firstKnown(column: Column, recordings: readonly Recording[]): Column {
  const rows = recordings.map((recording) => {
    const known = recording.rows.find((row) => column.valid[row] === 1);
    return known ?? recording.rows[0];
  });
  return takeRows({ nRows: column.valid.length, columns: [column] }, rows).columns[0];
}

/** Numbers, dates in milliseconds, truth values as 0 and 1; NaN where missing.
 *  Throws RangeError for a column of any other type. */
export function numbersIn(column: Column): ArrayLike<number> {
  switch (column.type) {
    case 'numeric':
    case 'datetime':
      return column.values;
    case 'boolean':
      return Float64Array.from(column.values, (value, row) => (column.valid[row] ? value : Number.NaN));
    default:
      throw new RangeError(`${column.name} holds no numbers`);
  }
}

function columnOf(table: Table, name: string): Column {
  const column = findColumn(table, name);
  if (!column) throw new ModelwrightError('COLUMN_MISSING', { columns: name });
  return column;
}

function numericColumn(name: string, numbers: readonly number[]): NumericColumn {
  const values = shared.float64(numbers.length);
  values.set(numbers);
  return { type: 'numeric', name, values, valid: shared.uint8(numbers.length).fill(1) };
}
