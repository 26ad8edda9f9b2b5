/** The rows on which the run's model does worst, as groups that a person can name. */
import { rowGroups } from '../data/row-groups.ts';
import { findColumn } from '../data/table.ts';
import type { ErrorSlices } from '../evidence.ts';
import { findSlices, type Mean } from '../inspection/error-slices.ts';
import type { Importance, Interval } from '../judgement.ts';
import { decideClasses } from '../metrics/confusion.ts';
import { wilsonInterval } from '../metrics/wilson.ts';
import type { HeldOutModel } from './held-out-model.ts';

/** Of more, evenly thinned: what so many rows do not show is too small to matter. */
const MOST_ROWS = 20_000;
const MOST_COLUMNS = 100;
const PAIRED_COLUMNS = 12;
const GROUPS = 6;
const MOST_SLICES = 6;
/** A slice has at least this many rows, and this share of them. */
const LEAST_ROWS = 30;
const LEAST_SHARE = 0.02;

/** @param importance the columns that matter most first: they are also looked at two by two.
 *  @returns null where there are too few rows to compare any, and in forecasts, whose rows are windows. */
export function findErrorSlices(
  { table, experiment, rows, nClasses, truth, prediction, threshold }: HeldOutModel,
  importance: readonly Importance[],
): ErrorSlices | null {
  if (experiment.forecast) return null;
  const { holdout } = rows.split;
  const stride = Math.ceil(truth.length / MOST_ROWS);
  const kept = Uint32Array.from({ length: Math.ceil(truth.length / stride) }, (_, i) => i * stride);
  const minRows = Math.max(LEAST_ROWS, Math.ceil(LEAST_SHARE * kept.length));
  if (kept.length < 2 * minRows) return null;
  const isClasses = experiment.task !== 'regression';
  const taken = isClasses ? decideClasses(prediction, nClasses, threshold ?? undefined) : prediction;
  const losses = Float64Array.from(kept, (i) =>
    isClasses ? Number(taken[i] !== truth[i]) : Math.abs((taken[i] as number) - (truth[i] as number)),
  );
  const inTable = Uint32Array.from(kept, (i) => holdout[i] as number);
  const known = new Set(experiment.features);
  const ordered = [...importance.map(({ column }) => column).filter((name) => known.has(name)), ...known];
  const columns = [...new Set(ordered)].slice(0, MOST_COLUMNS).flatMap((name) => {
    const column = findColumn(table, name);
    return (column && rowGroups(column, inTable, GROUPS)) ?? [];
  });
  const { tested, slices } = findSlices({
    columns,
    losses,
    minRows,
    paired: PAIRED_COLUMNS,
    most: MOST_SLICES,
  });
  const interval = ({ mean, low, high }: Mean, count: number): Interval =>
    isClasses
      ? { value: mean, ...wilsonInterval(mean, count, 0.95) }
      : { value: mean, low: Math.max(0, low), high };
  return {
    measure: isClasses ? 'error_rate' : 'absolute_error',
    rows: kept.length,
    minRows,
    tested,
    overall: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    slices: slices.map(({ conditions, rows: count, inside, outside, pValue, adjusted }) => ({
      conditions: conditions.map((condition) => ({ ...condition })),
      rows: count,
      inside: interval(inside, count),
      outside: interval(outside, kept.length - count),
      pValue,
      adjusted,
    })),
  };
}
