/** The table that models learn from: the person's own, or the rows that its series or recordings are made into. */
import { ModelwrightError } from '../../errors/errors.ts';
import { type Column, findColumn, type NumericColumn, type Table } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import type { Forecast } from '../forecast.ts';
import { forecastRows, ROW, valuesNeeded } from '../forecasting/forecast-rows.ts';
import { readSeries, type SeriesSet } from '../forecasting/read-series.ts';
import { nameSteps } from '../forecasting/time-grid.ts';
import { coerceColumn } from '../preprocessing/coerce.ts';
import { pickColumns } from '../preprocessing/input.ts';
import type { Yardstick } from '../preprocessing/target.ts';
import { windowRows } from '../windowing/window-rows.ts';
import type { Windows } from '../windows.ts';

/** @throws COLUMN_MISSING, and in forecasts COLUMN_TYPE_CHANGED, SERIES_IRREGULAR, SERIES_REPEATED, SERIES_EMPTY,
 *  SERIES_TOO_SHORT; of recordings COLUMN_TYPE_CHANGED, WINDOW_LABELS_VARY */
export function learningTable(table: Table, { target, forecast, windows }: Experiment): Table {
  if (windows) return recordingRows(table, target, windows);
  if (!forecast) return table;
  const set = seriesIn(table, target, forecast);
  const values = Math.max(...set.series.map((series) => series.values.length));
  const needed = valuesNeeded(forecast);
  if (values < needed) {
    const horizon = nameSteps(forecast.step, forecast.horizon);
    throw new ModelwrightError('SERIES_TOO_SHORT', { values, needed, horizon });
  }
  return forecastRows(set, table, target, forecast, 'learning');
}

/** One row for each recording; the target only where the table has it.
 *  @throws COLUMN_MISSING, COLUMN_TYPE_CHANGED, WINDOW_LABELS_VARY */
export function recordingRows(table: Table, target: string, windows: Windows): Table {
  const { id, order, signals, constants } = windows;
  pickColumns(table, [id, ...(order === null ? [] : [order]), ...signals, ...constants]);
  const asNumbers = (column: Column) =>
    column.type === 'numeric' || column.type === 'boolean' ? column : coerceColumn(column, 'numeric');
  const asPlaces = (column: Column) =>
    column.type === 'numeric' || column.type === 'boolean' ? column : coerceColumn(column, 'datetime');
  const columns = table.columns.map((column) => {
    if (column.name === order) return asPlaces(column);
    return signals.includes(column.name) ? asNumbers(column) : column;
  });
  return windowRows({ nRows: table.nRows, columns }, windows, target);
}

/** The rows of the next values of every series, after its last known one.
 *  @throws as `learningTable`, and SERIES_FUTURE_UNKNOWN where a column that must be known beforehand is not. */
export function nextRows(
  table: Table,
  target: string,
  forecast: Forecast,
): { readonly rows: Table; readonly set: SeriesSet } {
  const set = seriesIn(table, target, forecast);
  const rows = forecastRows(set, table, target, forecast, 'next');
  const unknown = forecast.known.filter(
    (name) => !findColumn(rows, name)?.valid.some((isValid) => isValid === 1),
  );
  if (unknown.length > 0) {
    throw new ModelwrightError('SERIES_FUTURE_UNKNOWN', { target, columns: unknown.join(', ') });
  }
  return { rows, set };
}

function seriesIn(table: Table, target: string, { time, series, step, known }: Forecast): SeriesSet {
  pickColumns(table, known);
  const [times, values] = pickColumns(table, [time, target]);
  const [names] = series === null ? [] : pickColumns(table, [series]);
  return readSeries(
    {
      times: coerceColumn(times, 'datetime'),
      ids: names ? coerceColumn(names, 'categorical') : null,
      target: coerceColumn(values, 'numeric'),
    },
    step,
  );
}

/** @param table a learning table. @returns undefined unless it is one of forecasts. */
export function yardstickOf(table: Table, { forecast }: Pick<Experiment, 'forecast'>): Yardstick | undefined {
  if (!forecast) return undefined;
  return { level: numbers(table, ROW.level), scale: numbers(table, ROW.scale) };
}

/** Origins within so many horizons are resampled together: their windows overlap, and their errors are alike. */
const HORIZONS_PER_BLOCK = 2;
/** With fewer stretches of the held-out time whole series are resampled in their place, where there are more of them. */
const FEWEST_BLOCKS = 8;

/** When each row was forecast and for when, and which rows have errors that depend on each other. */
export function windowsOf(
  table: Table,
  { horizon, season, series }: Forecast,
  holdoutFraction: number,
): { times: Float64Array; until: Float64Array; groups: Int32Array } {
  const times = numbers(table, ROW.origin);
  const block = Math.max(HORIZONS_PER_BLOCK * horizon, season);
  const span = times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b));
  const blocksHeldOut = (holdoutFraction * span) / block;
  const names = series === null ? undefined : findColumn(table, series);
  const bySeries =
    names?.type === 'categorical' &&
    blocksHeldOut < FEWEST_BLOCKS &&
    names.categories.length > Math.max(blocksHeldOut, FEWEST_BLOCKS);
  return {
    times,
    until: numbers(table, ROW.place),
    groups: bySeries ? names.codes : Int32Array.from(times, (origin) => Math.floor(origin / block)),
  };
}

function numbers(table: Table, name: string): Float64Array {
  const column = findColumn(table, name) as NumericColumn | undefined;
  if (!column) throw new ModelwrightError('COLUMN_MISSING', { columns: name });
  return column.values;
}
