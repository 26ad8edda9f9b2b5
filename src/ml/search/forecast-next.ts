/** The next values of every series, with their intervals. */
import { risingOrder } from '../data/rising-order.ts';
import { findColumn, type NumericColumn, type Table, takeRows } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import type { Forecast } from '../forecast.ts';
import { ROW } from '../forecasting/forecast-rows.ts';
import { LEVELS, quantileOf, type Spread } from '../forecasting/spread.ts';
import { coerceColumn } from '../preprocessing/coerce.ts';
import { pickColumns } from '../preprocessing/input.ts';
import { nextRows, yardstickOf } from './learning-table.ts';
import { inTargetUnits } from './training-set.ts';

/** `horizon` values of each series, one series after another.
 *  @property names     of the series, null where there is one without a name.
 *  @property times     Float64Array (names.length × horizon): milliseconds since 1970.
 *  @property quantiles of each of `LEVELS` Float64Array (names.length × horizon). */
export interface ForecastPrediction {
  readonly kind: 'forecast';
  readonly horizon: number;
  readonly names: readonly (string | null)[];
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly quantiles: readonly Float64Array[];
}

/** @param outputsOf what the model says of such rows, in scales from the level.
 *  @throws as `nextRows` */
export function forecastNext(
  table: Table,
  target: string,
  forecast: Forecast,
  spread: Spread,
  outputsOf: (rows: Table) => Float64Array,
): ForecastPrediction {
  const { rows, set } = nextRows(table, target, forecast);
  const { horizon } = forecast;
  const yardstick = yardstickOf(rows, { forecast });
  if (!yardstick) throw new RangeError('a forecast has a yardstick');
  const everyRow = Uint32Array.from({ length: rows.nRows }, (_, row) => row);
  const values = inTargetUnits({ yardstick }, everyRow, outputsOf(rows));
  return {
    kind: 'forecast',
    horizon,
    names: set.series.map(({ id }) => id),
    times: (findColumn(rows, ROW.time) as NumericColumn).values.slice(),
    values,
    quantiles: LEVELS.map((_, level) =>
      values.map((value, row) => quantileOf(spread, level, 1 + (row % horizon), value, yardstick.scale[row])),
    ),
  };
}

/** Rows of a history that a model keeps at most, the newest. */
const MOST_ROWS = 1_000_000;

/** The part of the table that forecasts continue. */
export function historyOf(table: Table, { target }: Experiment, { time, series, known }: Forecast): Table {
  const columns = pickColumns(table, [time, ...(series === null ? [] : [series]), target, ...known]);
  const history = { nRows: table.nRows, columns };
  if (table.nRows <= MOST_ROWS) return history;
  const { values } = coerceColumn(columns[0], 'datetime');
  const newest = risingOrder(values.map((time) => -time));
  return takeRows(history, newest.subarray(0, MOST_ROWS).sort());
}
