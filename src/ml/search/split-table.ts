/** Which rows of a table are held out, trained on and judged on. */
import { ModelwrightError } from '../../errors/errors.ts';
import { duplicateClusters } from '../data/duplicates.ts';
import { gather } from '../data/rows.ts';
import type { Column, Table } from '../data/table.ts';
import { cellText, findColumn, findImages } from '../data/table.ts';
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
  const inTable = (part: Uint32Array) => gather(rows, part, new Uint32Array(part.length));
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
    const inTable = (part: Uint32Array) => gather(rows, part, new Uint32Array(part.length));
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

/** What `splitRows` looks at, for every row of the table. Equal pictures stay together, whatever their files are called
 *  and whatever label somebody gave them. */
function splitMaterial(table: Table, experiment: Experiment, target: EncodedTarget): RowsToSplit {
  const { split, task } = experiment;
  const base = { target: target.values, task, nClasses: target.nClasses };
  if (experiment.forecast)
    return { ...base, ...windowsOf(table, experiment.forecast, experiment.holdoutFraction) };
  if (split.kind === 'time') return { ...base, times: orderOf(columnToSplitBy(table, split.column)) };
  const images = findImages(table);
  const duplicateOf = images ? duplicateClusters(table, [images.name]) : identicalRows(table, experiment);
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
    target: gather(target, rows, new Float64Array(n)),
    ...(groups && { groups: gather(groups, rows, new Int32Array(n)) }),
    ...(times && { times: gather(times, rows, new Float64Array(n)) }),
    ...(until && { until: gather(until, rows, new Float64Array(n)) }),
    ...(duplicateOf && { duplicateOf: gather(duplicateOf, rows, new Int32Array(n)) }),
    ...(typicality && { typicality: gather(typicality, rows, new Float64Array(n)) }),
  };
}

/** NaN where the target is missing: those rows are in no part. */
function typicalityOf(table: Table, { features }: Experiment, target: EncodedTarget): Float64Array {
  const rows = target.knownRows;
  const wanted = new Set(features);
  const columns = table.columns.filter((column) => wanted.has(column.name));
  const known = gather(target.values, rows, new Float64Array(rows.length));
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

/** Numbers rows so that rows equal in outcome and in everything that a model sees share a number: copies of one record must
 *  not lie on both sides of a split, and a copy that got a row number of its own is one.
 *  @returns undefined where less than half of the rows are distinct: then equal rows are the nature of a table with
 *  few coarse columns, and joining them would leave nothing to balance. O(cells). */
function identicalRows(table: Table, { features, target }: Experiment): Int32Array | undefined {
  const numberOf = duplicateClusters(table, [...features, target]);
  const count = numberOf.reduce((most, number) => Math.max(most, number + 1), 0);
  return count * 2 >= table.nRows ? numberOf : undefined;
}
