/** Rows of a table as series on a grid of equal steps. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { CategoricalColumn, DatetimeColumn, NumericColumn } from '../data/table.ts';
import type { Step } from '../forecast.ts';
import { nameSteps, placeOf, type TimeGrid } from './time-grid.ts';

/** @property id     null where the table holds one series.
 *  @property first  place of `values[0]` on the grid.
 *  @property values Float64Array: the first and the last are known, NaN where one between them is missing.
 *  @property rows   Int32Array (values.length and more): the table's row at each place, -1 where there is none. Rows after
 *                   the last known value tell what is known beforehand. */
export interface Series {
  readonly id: string | null;
  readonly first: number;
  readonly values: Float64Array;
  readonly rows: Int32Array;
}

export interface SeriesSet {
  readonly grid: TimeGrid;
  /** In the order of their ids; those without a known value are left out. */
  readonly series: readonly Series[];
}

export interface SeriesColumns {
  readonly times: DatetimeColumn;
  readonly ids: CategoricalColumn | null;
  readonly target: NumericColumn;
}

/** Places that a series may be long, for each of its rows: beyond that the dates are not those of equal steps. */
const MOST_PLACES_PER_ROW = 20;

/** Rows without a time, or without a name where series have names, are left out. O(rows + places).
 *  @throws SERIES_IRREGULAR, SERIES_REPEATED, SERIES_EMPTY */
export function readSeries({ times, ids, target }: SeriesColumns, step: Step): SeriesSet {
  const nRows = times.values.length;
  const isUsed = (row: number) => times.valid[row] === 1 && (!ids || ids.codes[row] >= 0);
  let originMs = Number.POSITIVE_INFINITY;
  for (let row = 0; row < nRows; row++) {
    if (isUsed(row) && times.values[row] < originMs) originMs = times.values[row];
  }
  const grid: TimeGrid = { step, originMs };
  const placesOf = new Map<number, { place: number; row: number }[]>();
  for (let row = 0; row < nRows; row++) {
    if (!isUsed(row)) continue;
    const place = placeOf(grid, times.values[row]);
    if (place === null) {
      const details = { time: times.name, example: dayText(times.values[row]), step: nameSteps(step, 1) };
      throw new ModelwrightError('SERIES_IRREGULAR', details);
    }
    const id = ids ? ids.codes[row] : -1;
    const known = placesOf.get(id);
    if (known) known.push({ place, row });
    else placesOf.set(id, [{ place, row }]);
  }
  const series: Series[] = [];
  for (const [code, places] of [...placesOf].sort(([a], [b]) => a - b)) {
    const id = ids ? ids.categories[code] : null;
    const one = oneSeries(id, places, target, times, grid);
    if (one) series.push(one);
  }
  if (series.length === 0) {
    throw new ModelwrightError('SERIES_EMPTY', { target: target.name, time: times.name });
  }
  return { grid, series };
}

/** @returns null without a known value. */
function oneSeries(
  id: string | null,
  places: { place: number; row: number }[],
  target: NumericColumn,
  times: DatetimeColumn,
  grid: TimeGrid,
): Series | null {
  places.sort((a, b) => a.place - b.place || a.row - b.row);
  for (let i = 1; i < places.length; i++) {
    if (places[i].place !== places[i - 1].place) continue;
    throw new ModelwrightError('SERIES_REPEATED', {
      time: times.name,
      example: dayText(times.values[places[i].row]),
      series: id === null ? '' : ` in the series ${id}`,
      step: nameSteps(grid.step, 1),
    });
  }
  const known = places.filter(({ row }) => target.valid[row] === 1);
  if (known.length === 0) return null;
  const first = known[0].place;
  const length = places[places.length - 1].place - first + 1;
  if (length > MOST_PLACES_PER_ROW * places.length + MOST_PLACES_PER_ROW) {
    const { row } = places[places.length - 1];
    const details = { time: times.name, example: dayText(times.values[row]), step: nameSteps(grid.step, 1) };
    throw new ModelwrightError('SERIES_IRREGULAR', details);
  }
  const values = new Float64Array(known[known.length - 1].place - first + 1).fill(Number.NaN);
  const rows = new Int32Array(length).fill(-1);
  for (const { place, row } of places) {
    if (place < first) continue;
    rows[place - first] = row;
    if (target.valid[row] === 1) values[place - first] = target.values[row];
  }
  return { id, first, values, rows };
}

/** A time as people write it. */
export function dayText(ms: number): string {
  const iso = new Date(ms).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 16).replace('T', ' ');
}
