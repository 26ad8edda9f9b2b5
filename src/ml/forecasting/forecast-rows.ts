/** Series as rows that any estimator can learn from: a row for each origin (the last moment whose values are known) and
 *  each step ahead of it, with what was known then. */
import {
  type CategoricalColumn,
  type Column,
  type NumericColumn,
  shared,
  type Table,
  takeRows,
} from '../data/table.ts';
import type { Forecast } from '../forecast.ts';
import { calendarFeatures } from './calendar-features.ts';
import { lagFeatures } from './lag-features.ts';
import type { FeatureOfMoment } from './moment.ts';
import { Past } from './past.ts';
import type { Series, SeriesSet } from './read-series.ts';
import { RECENT_VALUES, recentValues, recentValuesShape } from './recent-values.ts';
import { rollingSmoothing } from './rolling-smoothing.ts';
import { timeAt } from './time-grid.ts';

/** Columns that tell where a row comes from; no model sees them.
 *  - origin, place: on the grid of the series, of the last known value and of the forecast value;
 *  - time: of that value, in milliseconds since 1970;
 *  - level, scale: a recent mean, and the mean error of the seasonal naive forecast up to the origin. What is learned is
 *    how many scales a value lies from the level, so that series of all sizes can be learned together. */
export const ROW = {
  origin: 'forecast: origin',
  place: 'forecast: place',
  time: 'forecast: time',
  level: 'forecast: level',
  scale: 'forecast: scale',
} as const;

/** Features that are forecasts themselves, by the family whose forecast they are. */
export const FORECASTERS = { seasonal_naive: 'seasonal naive', ets: 'exponential smoothing' } as const;

const STEPS_AHEAD = 'steps ahead';

/** Rows that are made at most; of longer series fewer origins are taken. */
const MOST_ROWS = 24_000;
/** Origins per series that are taken nevertheless. */
const FEWEST_ORIGINS = 12;
/** Known values before the first origin, beside two seasons. */
const FEWEST_VALUES = 8;
/** Values that a choice of exponential smoothing looks at, all series together and at most. */
const SMOOTHING_VALUES = { together: 20_000, most: 600 } as const;

/** Values before and after the first origin: two seasons, and a horizon to see. */
function firstWindow({ season, horizon }: Forecast): number {
  return Math.max(FEWEST_VALUES, 2 * season + 1) + horizon;
}

/** Horizons that a series must be longer than its first window: to learn from, to judge on, and the gap between. */
const HORIZONS_TO_LEARN = 3;

/** Values that the longest series must have. */
export function valuesNeeded(forecast: Forecast): number {
  return firstWindow(forecast) + HORIZONS_TO_LEARN * forecast.horizon;
}

/** What models see of a row, in order. @param target the name of the column that is forecast. */
export function forecastFeatures(forecast: Forecast): string[] {
  const { series, known } = forecast;
  return [
    STEPS_AHEAD,
    FORECASTERS.seasonal_naive,
    FORECASTERS.ets,
    ...lagFeatures(forecast).map(({ name }) => name),
    ...calendarFeatures(forecast).map(({ name }) => name),
    ...(series === null ? [] : [series]),
    ...known,
    RECENT_VALUES,
  ];
}

/** Which rows are made.
 *  - learning: origins all along the series, each with its whole horizon known but for gaps;
 *  - next: the newest known value of each series as the only origin. */
type Which = 'learning' | 'next';

/** @param target the target's name.
 *  @param table  where the known columns are read, by the rows that the series name.
 *  @returns a table with the columns of `ROW`, the target and the features; NaN where a target is not known. O(rows × (lags
 *  + season)). */
export function forecastRows(
  { series, grid }: SeriesSet,
  table: Table,
  target: string,
  forecast: Forecast,
  which: Which,
): Table {
  const { horizon, season } = forecast;
  const window = smoothingWindow(series.length, season);
  const stride = originStride(series, forecast);
  const originsOf = series.map((one) =>
    which === 'learning' ? learningOrigins(one, forecast, stride) : [one.first + one.values.length - 1],
  );
  const nRows = originsOf.reduce((sum, origins) => sum + origins.length * horizon, 0);
  const column = () => shared.float64(nRows);
  const roles = { origin: column(), place: column(), time: column(), level: column(), scale: column() };
  const outcome = column();
  const ahead = column();
  const forecasts = { seasonal_naive: column(), ets: column() };
  const features = [...lagFeatures(forecast), ...calendarFeatures(forecast)].map((feature) => ({
    feature,
    values: column(),
  }));
  const recent = recentValuesShape(forecast);
  const recentSize = recent.length * recent.signals.length;
  const windows = shared.float32(nRows * recentSize);
  const seriesOf = new Int32Array(nRows);
  const tableRows = new Int32Array(nRows);

  let row = 0;
  for (const [number, one] of series.entries()) {
    const { first, values } = one;
    const scales = seasonalScales(one, season);
    const origins = originsOf[number];
    const inSeries = origins.map((origin) => origin - first);
    const smoothed = rollingSmoothing(values, season, inSeries, horizon, window);
    for (const [i, origin] of origins.entries()) {
      const past = new Past(one, origin);
      const level = levelOf(past, season);
      const scale = scales[origin - first] || Math.abs(level) || 1;
      for (let step = 1; step <= horizon; step++, row++) {
        const to = origin + step;
        const naive = past.seasonalNaive(to, season);
        const bySmoothing = smoothed[i * horizon + step - 1];
        roles.origin[row] = origin;
        roles.place[row] = to;
        roles.time[row] = timeAt(grid, to);
        roles.level[row] = level;
        roles.scale[row] = scale;
        outcome[row] = values[to - first] ?? Number.NaN;
        ahead[row] = step;
        forecasts.seasonal_naive[row] = (naive - level) / scale;
        forecasts.ets[row] = ((Number.isFinite(bySmoothing) ? bySmoothing : naive) - level) / scale;
        const moment = { past, to, grid, season, level, scale };
        for (const { feature, values } of features) values[row] = feature.of(moment);
        recentValues(moment, windows.subarray(row * recentSize, (row + 1) * recentSize));
        seriesOf[row] = number;
        tableRows[row] = one.rows[to - first] ?? -1;
      }
    }
  }
  const roleNames = Object.keys(ROW) as (keyof typeof ROW)[];
  return {
    nRows,
    columns: [
      ...roleNames.map((role) => numericColumn(ROW[role], roles[role])),
      numericColumn(target, outcome),
      numericColumn(STEPS_AHEAD, ahead),
      numericColumn(FORECASTERS.seasonal_naive, forecasts.seasonal_naive),
      numericColumn(FORECASTERS.ets, forecasts.ets),
      ...features.map(({ feature, values }) => featureColumn(feature, values)),
      ...(forecast.series === null ? [] : [nameColumn(forecast.series, series, seriesOf)]),
      ...knownColumns(table, forecast.known, tableRows),
      {
        type: 'sequence',
        name: RECENT_VALUES,
        valid: shared.uint8(nRows).fill(1),
        ...recent,
        values: windows,
      },
    ],
  };
}

/** About two weeks of days, and whole seasons in any case. */
function levelOf(past: Past, season: number): number {
  const count = season > 1 ? Math.max(1, Math.round(14 / season)) * season : 4;
  const mean = past.mean(past.origin, count);
  return Number.isNaN(mean) ? past.last() : mean;
}

/** Of each place the mean absolute difference of values a season apart up to there (the scale of Hyndman and Koehler's
 *  MASE, 2006); of values one apart where no two are a season apart. 0 where nothing ever changed. */
function seasonalScales({ values }: Series, season: number): Float64Array {
  const scales = new Float64Array(values.length);
  const sums = { season: 0, step: 0 };
  const counts = { season: 0, step: 0 };
  for (let i = 0; i < values.length; i++) {
    for (const [kind, back] of [
      ['season', season],
      ['step', 1],
    ] as const) {
      const difference = Math.abs(values[i] - values[i - back]);
      if (!(difference >= 0)) continue;
      sums[kind] += difference;
      counts[kind]++;
    }
    scales[i] = sums.season / counts.season || sums.step / counts.step || 0;
  }
  return scales;
}

function learningOrigins({ first, values }: Series, forecast: Forecast, stride: number): number[] {
  const last = first + values.length - 1 - forecast.horizon;
  const earliest = first + firstWindow(forecast) - forecast.horizon - 1;
  const origins: number[] = [];
  for (let origin = last; origin >= earliest; origin -= stride) origins.push(origin);
  return origins.reverse();
}

/** How far apart origins lie: never a multiple of what divides the season, or some weekdays would never be an origin. */
function originStride(series: readonly Series[], { horizon, season }: Forecast): number {
  const places = series.reduce((sum, { values }) => sum + values.length, 0);
  const longest = Math.max(...series.map(({ values }) => values.length));
  const wanted = Math.ceil((places * horizon) / MOST_ROWS);
  let stride = Math.max(1, Math.min(wanted, Math.floor(longest / FEWEST_ORIGINS)));
  while (greatestCommonDivisor(stride, season) > 1) stride++;
  return stride;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function smoothingWindow(nSeries: number, season: number): number {
  const each = Math.min(SMOOTHING_VALUES.most, Math.floor(SMOOTHING_VALUES.together / nSeries));
  return Math.max(each, 4 * season, 40);
}

function featureColumn({ name, categories }: FeatureOfMoment, values: Float64Array): Column {
  if (!categories) return numericColumn(name, values);
  const codes = shared.int32(values.length);
  codes.set(values);
  return { type: 'categorical', name, codes, categories, valid: shared.uint8(values.length).fill(1) };
}

function numericColumn(name: string, values: Float64Array): NumericColumn {
  const valid = shared.uint8(values.length);
  for (let i = 0; i < values.length; i++) valid[i] = Number.isNaN(values[i]) ? 0 : 1;
  return { type: 'numeric', name, values, valid };
}

function nameColumn(name: string, series: readonly Series[], seriesOf: Int32Array): CategoricalColumn {
  const codes = shared.int32(seriesOf.length);
  codes.set(seriesOf);
  const categories = series.map(({ id }) => id ?? '');
  return { type: 'categorical', name, codes, categories, valid: shared.uint8(seriesOf.length).fill(1) };
}

/** What the table says of the forecast moment; missing where it has no row for it. */
function knownColumns(table: Table, known: readonly string[], rows: Int32Array): Column[] {
  const columns = table.columns.filter(({ name }) => known.includes(name));
  const taken = takeRows(
    { nRows: table.nRows, columns },
    rows.map((row) => Math.max(0, row)),
  );
  return taken.columns.map((column) => withoutRows(column, rows));
}

/** The column with its cells emptied where `rows` is negative. */
function withoutRows(column: Column, rows: Int32Array): Column {
  const kept =
    <T extends number>(values: ArrayLike<number>, missing: T) =>
    (_: number, i: number) =>
      rows[i] < 0 ? missing : values[i];
  const valid = column.valid.map(kept(column.valid, 0));
  switch (column.type) {
    case 'image':
    case 'sequence':
      return { ...column, valid };
    case 'text':
      return { ...column, valid, values: column.values.map((text, i) => (rows[i] < 0 ? '' : text)) };
    case 'numeric':
    case 'datetime':
      return { ...column, valid, values: column.values.map(kept(column.values, Number.NaN)) };
    case 'boolean':
      return { ...column, valid, values: column.values.map(kept(column.values, 0)) };
    case 'categorical':
    case 'id':
      return { ...column, valid, codes: column.codes.map(kept(column.codes, -1)) };
  }
}
