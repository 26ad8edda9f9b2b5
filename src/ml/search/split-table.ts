/** Which rows of a table are held out, trained on and judged on. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { Column, Table } from '../data/table.ts';
import { cellText, findColumn } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import type { RowSplit } from '../model-selection/row-split.ts';
import { type RowsToSplit, splitRows } from '../model-selection/split-rows.ts';
import { typicality } from '../model-selection/typicality.ts';
import { coerceColumn } from '../preprocessing/coerce.ts';
import type { EncodedTarget } from '../preprocessing/target.ts';
import { encodeTarget } from '../preprocessing/target.ts';
import { deriveSeed } from '../random.ts';
import { binnedFeatures } from './binned-features.ts';
import { windowsOf, yardstickOf } from './learning-table.ts';

/** @property split    row numbers of the table; rows without a known target are in no part.
 *  @property material what the split looked at, for every row of the table; `groups` are there where rows belong
 *                     together: in a grouped split, and in forecasts. */
export interface SplitTable {
  readonly target: EncodedTarget;
  readonly split: RowSplit;
  readonly material: RowsToSplit;
}

/** Of more rows every part gets its share of easy and hard ones by chance. */
const MOST_ROWS_TO_BALANCE = 100_000;

/** Share of the training rows that early stopping looks at. */
const INNER_SHARE = 0.15;

/** A function of table and experiment alone: every thread and process finds the same rows.
 *  @throws ROWS_TOO_FEW when there is nothing to split; COLUMN_MISSING for the target or the column to split by. */
export function splitTable(table: Table, experiment: Experiment): SplitTable {
  const yardstick = yardstickOf(table, experiment);
  const target = { ...encodeTarget(table, experiment), ...(yardstick && { yardstick }) };
  const rows = target.knownRows;
  const material = splitMaterial(table, experiment, target);
  const { holdout, training, folds } = splitOrExplain(
    experiment,
    pickRows(material, rows),
    experiment.target,
  );
  const inTable = (part: Uint32Array) => pick(new Uint32Array(part.length), rows, part);
  return {
    target,
    material,
    split: {
      holdout: inTable(holdout),
      training: inTable(training),
      folds: folds.map((fold) => ({
        training: inTable(fold.training),
        validation: inTable(fold.validation),
      })),
    },
  };
}

/** Divides training rows once more, by the same rule as the folds, so that early stopping never sees the rows that
 *  the score comes from: stopping on the judged rows would choose the step that flatters them.
 *  @returns undefined where too few rows are left to set any aside. */
export function innerSplit(
  experiment: Experiment,
  { material }: SplitTable,
  rows: Uint32Array,
  seed: number,
): { fit: Uint32Array; validation: Uint32Array } | undefined {
  const plan = { ...experiment, holdoutFraction: INNER_SHARE, folds: 2, seed: deriveSeed(seed, 'inner') };
  try {
    const { holdout, training } = splitRows(plan, pickRows(material, rows));
    const inTable = (part: Uint32Array) => pick(new Uint32Array(part.length), rows, part);
    return { fit: inTable(training), validation: inTable(holdout) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function splitOrExplain(experiment: Experiment, material: RowsToSplit, target: string): RowSplit {
  try {
    return splitRows(experiment, material);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const details = { rows: material.target.length, target, detail: error.message };
    throw new ModelwrightError('ROWS_TOO_FEW', details, { cause: error });
  }
}

/** What `splitRows` looks at, for every row of the table. */
function splitMaterial(table: Table, experiment: Experiment, target: EncodedTarget): RowsToSplit {
  const { split, task } = experiment;
  const base = { target: target.values, task, nClasses: target.nClasses };
  if (experiment.forecast)
    return { ...base, ...windowsOf(table, experiment.forecast, experiment.holdoutFraction) };
  if (split.kind === 'time') return { ...base, times: orderOf(columnToSplitBy(table, split.column)) };
  const duplicateOf = identicalRows(table);
  const material = {
    ...base,
    ...(duplicateOf && { duplicateOf }),
    ...(task !== 'regression' &&
      split.kind === 'stratified' &&
      target.knownRows.length <= MOST_ROWS_TO_BALANCE && {
        typicality: typicalityOf(table, experiment, target),
      }),
  };
  if (split.kind !== 'group') return material;
  return { ...material, groups: groupsOf(columnToSplitBy(table, split.column)) };
}

function pickRows(material: RowsToSplit, rows: Uint32Array): RowsToSplit {
  const { target, groups, times, until, duplicateOf, typicality, ...rest } = material;
  const n = rows.length;
  return {
    ...rest,
    target: pick(new Float64Array(n), target, rows),
    ...(groups && { groups: pick(new Int32Array(n), groups, rows) }),
    ...(times && { times: pick(new Float64Array(n), times, rows) }),
    ...(until && { until: pick(new Float64Array(n), until, rows) }),
    ...(duplicateOf && { duplicateOf: pick(new Int32Array(n), duplicateOf, rows) }),
    ...(typicality && { typicality: pick(new Float64Array(n), typicality, rows) }),
  };
}

/** Fills `out`. A plain loop: `from` with a function is ten times as slow. */
function pick<Values extends Float64Array | Int32Array | Uint32Array>(
  out: Values,
  values: ArrayLike<number>,
  rows: Uint32Array,
): Values {
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i] as number] as number;
  return out;
}

/** NaN where the target is missing: those rows are in no part. */
function typicalityOf(table: Table, { features }: Experiment, target: EncodedTarget): Float64Array {
  const rows = target.knownRows;
  const wanted = new Set(features);
  const columns = table.columns.filter((column) => wanted.has(column.name));
  const known = pick(new Float64Array(rows.length), target.values, rows);
  const evidence = typicality(binnedFeatures(columns, rows), known, target.nClasses);
  const of = new Float64Array(table.nRows).fill(Number.NaN);
  for (let i = 0; i < rows.length; i++) of[rows[i] as number] = evidence[i] as number;
  return of;
}

function columnToSplitBy(table: Table, name: string): Column {
  const column = findColumn(table, name);
  if (!column) throw new ModelwrightError('COLUMN_MISSING', { columns: name });
  return column;
}

function groupsOf(column: Column): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from({ length: column.valid.length }, (_, row) => {
    const text = cellText(column, row);
    if (text === null) return -1;
    const group = known.get(text) ?? known.size;
    known.set(text, group);
    return group;
  });
}

/** Time may be a date or a number such as a year; NaN where missing. */
function orderOf(column: Column): Float64Array {
  return column.type === 'numeric' ? column.values : coerceColumn(column, 'datetime').values;
}

/** Numbers rows so that rows equal in every column share a number: copies of one record must not lie on both sides
 *  of a split. Rows are compared by a 64-bit hash: among a million rows, two different ones are joined with
 *  probability 1 in 30 million, which would cost nothing but a little balance.
 *  @returns undefined where less than half of the rows are distinct: then equal rows are the nature of a table with
 *  few coarse columns, and joining them would leave nothing to balance. O(cells). */
function identicalRows(table: Table): Int32Array | undefined {
  const low = new Uint32Array(table.nRows).fill(0x811c9dc5);
  const high = new Uint32Array(table.nRows).fill(0x9747b28c);
  for (const column of table.columns) {
    const cell = cellHash(column);
    for (let row = 0; row < table.nRows; row++) {
      const hash = column.valid[row] ? cell(row) : 0x5bd1e995;
      low[row] = Math.imul((low[row] as number) ^ hash, 0x01000193);
      high[row] = Math.imul(((high[row] as number) << 5) ^ ((high[row] as number) >>> 27) ^ hash, 0x85ebca6b);
    }
  }
  const { numberOf, count } = numberPairs(low, high);
  return count * 2 >= table.nRows ? numberOf : undefined;
}

/** Numbers pairs by their first appearance. By open addressing in typed arrays: a Map of a million keys takes ten times
 *  as long.
 *  @returns `numberOf` Int32Array (pairs), equal for equal pairs. O(pairs). */
function numberPairs(low: Uint32Array, high: Uint32Array): { numberOf: Int32Array; count: number } {
  const n = low.length;
  const mask = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * n))) - 1;
  /** Row of the pair in each place, plus 1; 0 where the place is free. */
  const places = new Uint32Array(mask + 1);
  const numberOf = new Int32Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) {
    const [a, b] = [low[row] as number, high[row] as number];
    let place = (Math.imul(a, 0x9e3779b1) ^ b) & mask;
    for (;;) {
      const other = (places[place] as number) - 1;
      if (other < 0) {
        places[place] = row + 1;
        numberOf[row] = count++;
        break;
      }
      if (low[other] === a && high[other] === b) {
        numberOf[row] = numberOf[other] as number;
        break;
      }
      place = (place + 1) & mask;
    }
  }
  return { numberOf, count };
}

/** A 32-bit number that is equal for equal cells of the column. */
function cellHash(column: Column): (row: number) => number {
  switch (column.type) {
    case 'numeric':
    case 'datetime': {
      const words = new Uint32Array(new Float64Array(column.values).buffer);
      return (row) => Math.imul(words[2 * row] as number, 0x9e3779b1) ^ (words[2 * row + 1] as number);
    }
    case 'boolean':
      return (row) => column.values[row] as number;
    case 'categorical':
    case 'id':
      return (row) => column.codes[row] as number;
    case 'text':
      return (row) => deriveSeed(0, column.values[row] as string);
  }
}
