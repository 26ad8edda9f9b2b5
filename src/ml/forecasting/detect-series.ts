/** Whether a table holds series in equal steps, which column orders them, which names them, and how long a season is. */
import { type Column, type DatetimeColumn, findColumn, type Table } from '../data/table.ts';
import { MOST_STEPS, type Step } from '../forecast.ts';
import { dayText } from './read-series.ts';
import { MS_PER_DAY, nameSteps, placeOf, usualSeasons } from './time-grid.ts';

/** One way to read the table as series. */
export interface SeriesFacts {
  readonly time: string;
  /** The column that names the series of a row; null where all rows are one series. */
  readonly series: string | null;
  readonly step: Step;
  readonly season: number;
  readonly nSeries: number;
  /** Steps from the first to the last value of the longest series. */
  readonly length: number;
  /** Steps within the series that have no value, all together. */
  readonly gaps: number;
  /** Of the last value, milliseconds since 1970. */
  readonly lastMs: number;
}

export interface Detection {
  /** The likeliest first. */
  readonly found: readonly SeriesFacts[];
  /** Why there is none, as a part of a sentence; null where one was found. */
  readonly problem: string | null;
}

/** Columns whose names are tried as those of series. */
const MOST_CANDIDATES = 40;
/** Share of the times that lie on the grid of the usual step, for the others to be called mistakes. */
const REGULAR = 0.98;
const FEWEST_TIMES = 8;

/** @param target rows without a value of it do not count. O(rows × columns that could name series). */
export function detectSeries(table: Table, target: string): Detection {
  const outcome = findColumn(table, target);
  const times = table.columns.filter(
    (column): column is DatetimeColumn => column.type === 'datetime' && column.name !== target,
  );
  if (!outcome || times.length === 0) return { found: [], problem: 'no column holds dates or times' };
  const tried = times.map((column) => readingsOf(table, column, outcome));
  const found = tried.flatMap((one) => one.found);
  return { found, problem: found.length > 0 ? null : (tried[0]?.problem ?? null) };
}

function readingsOf(table: Table, times: DatetimeColumn, outcome: Column): Detection {
  const rows: number[] = [];
  for (let row = 0; row < table.nRows; row++) if (times.valid[row] && outcome.valid[row]) rows.push(row);
  const distinct = [...new Set(rows.map((row) => times.values[row]))].sort((a, b) => a - b);
  const none = (problem: string): Detection => ({ found: [], problem });
  if (distinct.length < FEWEST_TIMES)
    return none(`${times.name} has only ${distinct.length} different times`);
  const step = stepOf(distinct);
  const grid = { step, originMs: distinct[0] };
  const offGrid = distinct.filter((ms) => placeOf(grid, ms) === null);
  if (offGrid.length > (1 - REGULAR) * distinct.length) {
    const example = dayText(offGrid[0]);
    return none(
      `the times in ${times.name} are not at equal distances (${example} is no whole number of steps of one ${nameSteps(step, 1)} from the first)`,
    );
  }
  const whole = factsOf(rows, times, outcome, null, grid);
  if (whole) return { found: [whole], problem: null };
  const candidates = [
    ...table.columns.filter((column) => column !== times && column !== outcome && canName(column)),
  ].slice(0, MOST_CANDIDATES);
  const found = candidates.flatMap((names) => {
    const facts = factsOf(rows, times, outcome, names, grid);
    return facts ? [facts] : [];
  });
  // Few long series rather than many short ones: the names of all others would be those of parts of one series.
  found.sort((a, b) => a.nSeries - b.nSeries || b.length - a.length);
  return found.length > 0
    ? { found, problem: null }
    : none(
        `${times.name} has several rows for the same ${nameSteps(step, 1)}, and no other column tells them apart`,
      );
}

/** Names of shops, products or places; numbers only where they are whole. */
function canName(column: Column): boolean {
  switch (column.type) {
    case 'categorical':
    case 'id':
    case 'boolean':
      return true;
    case 'numeric':
      return column.values.every((value) => Number.isNaN(value) || Number.isInteger(value));
    default:
      return false;
  }
}

/** @returns null where a series would have two rows at one time, or is too short to speak of. */
function factsOf(
  rows: readonly number[],
  times: DatetimeColumn,
  outcome: Column,
  names: Column | null,
  grid: { step: Step; originMs: number },
): SeriesFacts | null {
  const nameOf = keyOf(names);
  const places = new Map<number, Set<number>>();
  for (const row of rows) {
    const name = nameOf(row);
    const place = placeOf(grid, times.values[row]);
    if (name === null || place === null) continue;
    const known = places.get(name) ?? new Set();
    // Most columns do not tell rows apart, and show it within the first few.
    if (known.has(place)) return null;
    places.set(name, known.add(place));
    // Far more names than a series could be long: these are names of rows.
    if (places.size > rows.length / 4 + 1) return null;
  }
  let length = 0;
  let gaps = 0;
  for (const known of places.values()) {
    const list = Float64Array.from(known).sort();
    const span = (list.at(-1) as number) - list[0] + 1;
    gaps += span - list.length;
    if (span > length) length = span;
  }
  if (length < FEWEST_TIMES) return null;
  const lastMs = times.values[rows.reduce((a, b) => (times.values[b] > times.values[a] ? b : a))];
  return {
    time: times.name,
    series: names?.name ?? null,
    step: grid.step,
    season: seasonOf(rows, times, outcome, nameOf, grid),
    nSeries: places.size,
    length,
    gaps,
    lastMs,
  };
}

function keyOf(column: Column | null): (row: number) => number | null {
  switch (column?.type) {
    case undefined:
      return () => 0;
    case 'categorical':
    case 'id':
      return (row) => (column.codes[row] < 0 ? null : column.codes[row]);
    case 'numeric':
    case 'boolean':
      return (row) => (column.valid[row] ? column.values[row] : null);
    default:
      return () => null;
  }
}

/** The most frequent distance between neighbouring times; calendar months where it is one of theirs. */
function stepOf(distinct: readonly number[]): Step {
  const gaps = distinct.slice(1).map((ms, i) => ms - distinct[i]);
  const counts = new Map<number, number>();
  for (const gap of gaps) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  const [usual] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best));
  const days = usual / MS_PER_DAY;
  const sameDay = new Set(distinct.map((ms) => new Date(ms).getUTCDate())).size === 1;
  const monthEnds = distinct.every((ms) => new Date(ms + MS_PER_DAY).getUTCDate() === 1);
  if (days >= 28 && (sameDay || monthEnds)) {
    return { unit: 'month', size: Math.max(1, Math.round(days / 30.44)) };
  }
  return { unit: 'millisecond', size: usual };
}

/** Rows of how many series, and values of each, are looked at for the season. */
const SERIES_FOR_SEASON = 20;
/** A longer season must be this much better. */
const CLEARLY = 0.9;

/** The season whose return tells the values better than values that are as old do on average; 1 where none does. */
function seasonOf(
  rows: readonly number[],
  times: DatetimeColumn,
  outcome: Column,
  nameOf: (row: number) => number | null,
  grid: { step: Step; originMs: number },
): number {
  if (outcome.type !== 'numeric') return 1;
  const series = new Map<number, Map<number, number>>();
  for (const row of rows) {
    const name = nameOf(row);
    const place = placeOf(grid, times.values[row]);
    if (name === null || place === null || (series.size >= SERIES_FOR_SEASON && !series.has(name))) continue;
    const values = series.get(name) ?? new Map<number, number>();
    series.set(name, values.set(place, outcome.values[row]));
  }
  const length = Math.max(...[...series.values()].map((values) => values.size));
  let best = 1;
  let least = Number.POSITIVE_INFINITY;
  for (const season of usualSeasons(grid.step)) {
    if (length < 3 * season) continue;
    const error = meanChange(series, season);
    const any = meanOf(
      Array.from({ length: Math.min(season, 12) }, (_, i) =>
        meanChange(series, 1 + Math.floor((i * (season - 1)) / Math.min(season, 12))),
      ),
    );
    if (error < any && error < CLEARLY * least) {
      best = season;
      least = error;
    }
  }
  return Math.min(best, MOST_STEPS);
}

/** Mean absolute difference of values so many places apart, each series in its own scale. */
function meanChange(series: ReadonlyMap<number, ReadonlyMap<number, number>>, back: number): number {
  return meanOf(
    [...series.values()].flatMap((values) => {
      const size = meanOf([...values.values()].map(Math.abs)) || 1;
      const changes = [...values].flatMap(([place, value]) => {
        const before = values.get(place - back);
        return before === undefined ? [] : [Math.abs(value - before)];
      });
      return changes.length > 0 ? [meanOf(changes) / size] : [];
    }),
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
