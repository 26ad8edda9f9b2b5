/** Predictions of somebody else's model, put to the rows that they speak of. */
import { type Column, cellText, findColumn, type Table } from './table.ts';

export interface UploadedPredictions {
  /** Rows of the data, ascending. */
  readonly rows: Uint32Array;
  /** Float64Array (rows × nOutputs): probabilities, or 0 and 1 where only classes were given; in regression values. */
  readonly prediction: Float64Array;
  /** Whether they are probabilities or values, and not mere classes. */
  readonly isGraded: boolean;
  /** Predictions that belong to no row, or say nothing. */
  readonly unmatched: number;
}

/** @param classes in the order of their indices; none in regression.
 *  @param value, key as `profile/predictions-file.ts` found them. Of several predictions for one row the first counts. */
export function matchPredictions(
  table: Table,
  uploaded: Table,
  classes: readonly string[],
  value: string,
  key: { readonly column: string; readonly of: string | null } | null,
): UploadedPredictions {
  const column = findColumn(uploaded, value);
  const rowOf = rowFinder(table, uploaded, key);
  const read = column && valueReader(column, classes);
  const nOutputs = Math.max(1, classes.length);
  const found = new Map<number, readonly number[]>();
  let unmatched = 0;
  for (let i = 0; i < uploaded.nRows; i++) {
    const row = rowOf(i);
    const outputs = read?.of(i) ?? null;
    if (row === null || outputs === null || found.has(row)) unmatched++;
    else found.set(row, outputs);
  }
  const rows = Uint32Array.from(found.keys()).sort();
  const prediction = new Float64Array(rows.length * nOutputs);
  for (const [i, row] of rows.entries()) prediction.set(found.get(row) as readonly number[], i * nOutputs);
  return { rows, prediction, isGraded: read?.isGraded ?? false, unmatched };
}

/** @returns of a row of the upload the row of the table, or null. */
function rowFinder(
  table: Table,
  uploaded: Table,
  key: { readonly column: string; readonly of: string | null } | null,
): (i: number) => number | null {
  const within = (row: number) => (Number.isInteger(row) && row >= 0 && row < table.nRows ? row : null);
  if (!key) return within;
  const named = findColumn(uploaded, key.column);
  const cell = (i: number) => (named ? cellText(named, i) : null);
  const own = key.of === null ? undefined : findColumn(table, key.of);
  if (own) {
    const rows = new Map<string, number>();
    for (let row = 0; row < table.nRows; row++) {
      const text = cellText(own, row);
      if (text !== null && !rows.has(text)) rows.set(text, row);
    }
    return (i) => rows.get(cell(i) ?? '') ?? null;
  }
  // Counted from 1 where the last row's number is there and 0 is not.
  let least = Number.POSITIVE_INFINITY;
  let greatest = 0;
  for (let i = 0; i < uploaded.nRows; i++) {
    const number = Number(cell(i) ?? Number.NaN);
    least = Math.min(least, Number.isNaN(number) ? least : number);
    greatest = Math.max(greatest, Number.isNaN(number) ? greatest : number);
  }
  const first = least >= 1 && greatest >= table.nRows ? 1 : 0;
  return (i) => {
    const text = cell(i);
    return text === null ? null : within(Number(text) - first);
  };
}

function valueReader(column: Column, classes: readonly string[]) {
  const number = (i: number) => {
    const text = cellText(column, i);
    return text === null ? Number.NaN : Number(text);
  };
  if (classes.length === 0) {
    return { isGraded: true, of: (i: number) => (Number.isFinite(number(i)) ? [number(i)] : null) };
  }
  const indices = new Map(classes.map((label, k) => [label, k]));
  const isNamed = (i: number) => indices.has(cellText(column, i) ?? '');
  const rows = Array.from(column.valid, (_, i) => i).filter((i) => column.valid[i] === 1);
  // 0 and 1 may be classes and probabilities: they mean the same.
  if (rows.every(isNamed) || classes.length > 2 || column.type !== 'numeric') {
    return {
      isGraded: false,
      of: (i: number) => {
        const k = indices.get(cellText(column, i) ?? '');
        return k === undefined ? null : classes.map((_, other) => (other === k ? 1 : 0));
      },
    };
  }
  const isPercent = rows.some((i) => number(i) > 1);
  return {
    isGraded: true,
    of: (i: number) => {
      const p = number(i) / (isPercent ? 100 : 1);
      return p >= 0 && p <= 1 ? [1 - p, p] : null;
    },
  };
}
