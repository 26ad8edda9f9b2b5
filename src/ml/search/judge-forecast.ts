/** What is said of forecasts beside their scores: the error of each step, the intervals, and an example to look at. */
import { cellText, findColumn, type NumericColumn, type Table } from '../data/table.ts';
import type { Forecast } from '../forecast.ts';
import { ROW } from '../forecasting/forecast-rows.ts';
import { LEVELS, pinball, quantileOf, type Spread } from '../forecasting/spread.ts';
import type { ForecastJudgement, ForecastPoint, Interval } from '../judgement.ts';
import type { IntervalOptions } from '../metrics/intervals.ts';
import { meanInterval } from '../metrics/mean-interval.ts';

interface JudgedForecast {
  readonly forecast: Forecast;
  /** The learning table. */
  readonly table: Table;
  readonly holdout: Uint32Array;
  /** Of the holdout, in its order and in units of the target. */
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
  readonly baseline: Float64Array;
  readonly spread: Spread;
  readonly intervals: IntervalOptions;
}

/** The interval between two levels. */
const SHARES = [
  { wanted: 0.8, low: 1, high: 5 },
  { wanted: 0.95, low: 0, high: 6 },
] as const;

export function judgeForecast(judged: JudgedForecast): ForecastJudgement {
  const { forecast, table, holdout, truth, prediction, baseline, spread, intervals } = judged;
  const { horizon } = forecast;
  const numbers = (name: string) => (findColumn(table, name) as NumericColumn).values;
  const [origins, places, times, scales] = [ROW.origin, ROW.place, ROW.time, ROW.scale].map(numbers);
  const stepOf = (i: number) => places[holdout[i]] - origins[holdout[i]];
  const sums = Array.from({ length: horizon }, () => ({ model: 0, baseline: 0, n: 0 }));
  const quantile = (i: number, level: number) =>
    quantileOf(spread, level, stepOf(i), prediction[i], scales[holdout[i]]);
  for (let i = 0; i < holdout.length; i++) {
    const sum = sums[stepOf(i) - 1];
    sum.model += Math.abs(prediction[i] - truth[i]) / scales[holdout[i]];
    sum.baseline += Math.abs(baseline[i] - truth[i]) / scales[holdout[i]];
    sum.n++;
  }
  const held = (low: number, high: number): Interval =>
    meanInterval(
      truth.map((value, i) => (value >= quantile(i, low) && value <= quantile(i, high) ? 1 : 0)),
      intervals,
    );
  const cost = truth.map(
    (value, i) =>
      LEVELS.reduce((sum, level, at) => sum + pinball(value, quantile(i, at), level), 0) /
      LEVELS.length /
      scales[holdout[i]],
  );
  const judgedTimes = Float64Array.from(holdout, (row) => times[row]);
  return {
    windows: Math.round(holdout.length / horizon),
    firstMs: judgedTimes.reduce((a, b) => Math.min(a, b)),
    lastMs: judgedTimes.reduce((a, b) => Math.max(a, b)),
    bySteps: sums.map(({ model, baseline: naive, n }) => ({
      model: n > 0 ? model / n : 0,
      baseline: n > 0 ? naive / n : 0,
    })),
    coverage: SHARES.map(({ wanted, low, high }) => ({ wanted, held: held(low, high) })),
    pinball: meanInterval(cost, intervals),
    example: exampleOf(judged, (i) => ({
      time: times[holdout[i]],
      actual: truth[i],
      forecast: prediction[i],
      bounds: [quantile(i, 0), quantile(i, 1), quantile(i, 5), quantile(i, 6)],
    })),
  };
}

const MOST_WINDOWS = 4;
/** Values that the example shows before its windows, and points that it has at most. */
const LEAST_BEFORE = 28;
const MOST_POINTS = 400;

/** The newest windows that do not overlap, of the series that was judged most often. */
function exampleOf(
  { forecast, table, holdout }: JudgedForecast,
  pointOf: (i: number) => ForecastPoint,
): ForecastJudgement['example'] {
  const names = forecast.series === null ? undefined : findColumn(table, forecast.series);
  const nameOf = (row: number) => (names ? cellText(names, row) : null);
  const counts = new Map<string | null, number>();
  for (const row of holdout) counts.set(nameOf(row), (counts.get(nameOf(row)) ?? 0) + 1);
  const [series] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));

  const numbers = (name: string) => (findColumn(table, name) as NumericColumn).values;
  const [origins, times] = [ROW.origin, ROW.time].map(numbers);
  const byOrigin = new Map<number, ForecastPoint[]>();
  holdout.forEach((row, i) => {
    if (nameOf(row) !== series) return;
    const points = byOrigin.get(origins[row]);
    if (points) points.push(pointOf(i));
    else byOrigin.set(origins[row], [pointOf(i)]);
  });
  const windows: ForecastPoint[][] = [];
  let next = Number.POSITIVE_INFINITY;
  for (const origin of [...byOrigin.keys()].sort((a, b) => b - a)) {
    const isFull = windows.length >= MOST_WINDOWS || (windows.length + 1) * forecast.horizon > MOST_POINTS;
    if (isFull && windows.length > 0) break;
    if (origin > next - forecast.horizon) continue;
    windows.unshift(byOrigin.get(origin) as ForecastPoint[]);
    next = origin;
  }
  const from = windows[0]?.[0]?.time ?? Number.POSITIVE_INFINITY;
  const outcome = actuals(table);
  const known = new Map<number, number>();
  for (let row = 0; row < table.nRows; row++) {
    if (nameOf(row) === series && !Number.isNaN(outcome[row])) known.set(times[row], outcome[row]);
  }
  const actual = [...known].sort(([a], [b]) => a - b).map(([time, value]) => ({ time, value }));
  const start = actual.findIndex(({ time }) => time >= from);
  const shown = actual.slice(Math.max(0, start - Math.max(LEAST_BEFORE, forecast.horizon)));
  return { series, actual: shown, windows };
}

/** The target's column follows those of `ROW`. */
function actuals(table: Table): Float64Array {
  return (table.columns[Object.keys(ROW).length] as NumericColumn).values;
}
