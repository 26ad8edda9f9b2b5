import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findColumn,
  findSequences,
  type NumericColumn,
  type SequenceColumn,
  sequenceOf,
  type Table,
} from '../../../src/ml/data/table.ts';
import type { Forecast } from '../../../src/ml/forecast.ts';
import { forecastFeatures, forecastRows, ROW } from '../../../src/ml/forecasting/forecast-rows.ts';
import type { SeriesSet } from '../../../src/ml/forecasting/read-series.ts';
import { Random } from '../../../src/ml/random.ts';

const DAY = 86_400_000;
const NO_TABLE: Table = { nRows: 1, columns: [] };
const forecast: Forecast = {
  time: 'day',
  series: null,
  step: { unit: 'millisecond', size: DAY },
  season: 7,
  horizon: 5,
  known: [],
};

function seriesOf(values: ArrayLike<number>): SeriesSet {
  const series = {
    id: null,
    first: 0,
    values: Float64Array.from(values),
    rows: new Int32Array(values.length),
  };
  return { grid: { step: forecast.step, originMs: Date.UTC(2020, 0, 1) }, series: [series] };
}

function weekly(n: number, seed = 1): Float64Array {
  const noise = new Random(seed);
  return Float64Array.from(
    { length: n },
    (_, i) => 50 + 10 * Math.sin((2 * Math.PI * i) / 7) + noise.normal(),
  );
}

const rowsOf = (values: ArrayLike<number>, which: 'learning' | 'next' = 'learning', spec = forecast) =>
  forecastRows(seriesOf(values), NO_TABLE, 'y', spec, which);
const numbers = (table: Table, name: string) => (findColumn(table, name) as NumericColumn).values;

/** Every feature of a row, with the level and the scale that its forecast is told in. */
function cellsOf(table: Table, row: number): (number | undefined)[] {
  return [ROW.level, ROW.scale, ...forecastFeatures(forecast)].flatMap((name) => {
    const column = findColumn(table, name);
    if (column?.type === 'numeric') return column.values[row];
    if (column?.type === 'sequence') return [...sequenceOf(column, row)];
    return column?.type === 'categorical' ? column.codes[row] : undefined;
  });
}

describe('rows of a forecast', () => {
  it('hold nothing from after their origin: changing any later value changes no feature', () => {
    const values = weekly(420);
    const before = rowsOf(values);
    const origins = numbers(before, ROW.origin);
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: 419 }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        (at, value) => {
          const changed = values.slice();
          changed[at] = value;
          const after = rowsOf(changed);
          const rows = origins.findIndex((origin) => origin >= at);
          for (let row = 0; row < (rows < 0 ? before.nRows : rows); row++) {
            const [then, now] = [cellsOf(before, row), cellsOf(after, row)];
            const different = then.findIndex((cell, i) => !Object.is(cell, now[i]));
            if (different >= 0) expect.fail(`cell ${different} of row ${row} knows the value at ${at}`);
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  it('hold what was known at their origin: changing the last known value changes features of every step', () => {
    const values = weekly(80);
    const changed = values.slice();
    changed[60] += 20;
    const [before, after] = [rowsOf(values), rowsOf(changed)];
    const origins = numbers(before, ROW.origin);
    for (let row = 0; row < before.nRows; row++) {
      if (origins[row] === 60) expect(cellsOf(after, row)).not.toEqual(cellsOf(before, row));
    }
  });

  it('are one for each step of each origin, with the value that came', () => {
    const values = weekly(60);
    const table = rowsOf(values);
    const [origins, places, y] = [ROW.origin, ROW.place, 'y'].map((name) => numbers(table, name));
    expect(table.nRows % forecast.horizon).toBe(0);
    expect(new Set(origins).size).toBe(table.nRows / forecast.horizon);
    for (let row = 0; row < table.nRows; row++) {
      expect(places[row] - origins[row]).toBe((row % forecast.horizon) + 1);
      expect(y[row]).toBe(values[places[row]]);
    }
    expect(Math.max(...places)).toBe(59);
  });

  it('tell the seasonal naive forecast in scales from the level, the scale being its own mean error so far', () => {
    const values = weekly(60);
    const table = rowsOf(values);
    const [origins, places, level, scale, naive] = [
      ROW.origin,
      ROW.place,
      ROW.level,
      ROW.scale,
      'seasonal naive',
    ].map((name) => numbers(table, name));
    for (let row = 0; row < table.nRows; row++) {
      const errors = [...values.subarray(7, origins[row] + 1)].map((value, i) => Math.abs(value - values[i]));
      expect(scale[row]).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / errors.length, 10);
      expect(level[row] + scale[row] * naive[row]).toBeCloseTo(values[places[row] - 7], 10);
    }
  });

  it('show the values before the forecast one in their order, and say which are not known yet', () => {
    const values = weekly(120).map((value, i) => (i === 100 ? Number.NaN : value));
    const table = rowsOf(values);
    const [places, origins, level, scale] = [ROW.place, ROW.origin, ROW.level, ROW.scale].map((name) =>
      numbers(table, name),
    );
    const recent = findSequences(table) as SequenceColumn;
    expect([recent.length, recent.signals]).toEqual([56, ['value', 'is known']]);
    for (let row = 0; row < table.nRows; row++) {
      const shown = sequenceOf(recent, row);
      for (let i = 0; i < recent.length; i++) {
        const place = places[row] - recent.length + i;
        const isKnown = place >= 0 && place <= origins[row] && place !== 100;
        expect(shown[2 * i + 1]).toBe(isKnown ? 1 : 0);
        // What is still to come stands as it was a season before.
        const told = place > origins[row] ? values[place - 7] : values[place];
        if (place < 0 || Number.isNaN(told)) continue;
        expect(level[row] + scale[row] * shown[2 * i]).toBeCloseTo(told, 3);
      }
    }
  });

  it('of the next values begin after the last known one and know no outcome', () => {
    const table = rowsOf(weekly(60), 'next');
    expect([...numbers(table, ROW.place)]).toEqual([60, 61, 62, 63, 64]);
    expect(numbers(table, 'y').every(Number.isNaN)).toBe(true);
  });

  it('are the same for the last origin, whether it is learned from or forecast from', () => {
    const values = weekly(90);
    const learning = rowsOf(values);
    const next = rowsOf(values.subarray(0, 85), 'next');
    const lastOrigin = learning.nRows - forecast.horizon;
    const smoothing = forecastFeatures(forecast).indexOf('exponential smoothing') + 2;
    for (let step = 0; step < forecast.horizon; step++) {
      // Smoothing parameters are chosen anew only now and then along a series.
      const drop = (cells: unknown[]) => cells.filter((_, i) => i !== smoothing);
      expect(drop(cellsOf(next, step))).toEqual(drop(cellsOf(learning, lastOrigin + step)));
    }
  });

  it('take every weekday as an origin, however many there are', () => {
    const table = rowsOf(weekly(9000), 'learning', { ...forecast, horizon: 30 });
    expect(table.nRows).toBeLessThan(60_000);
    expect(new Set([...numbers(table, ROW.origin)].map((origin) => origin % 7)).size).toBe(7);
  });

  it('bridge missing values, and are finite in a series that never changes', () => {
    const holed = weekly(100).map((value, i) => (i % 5 === 0 ? Number.NaN : value));
    const constant = new Float64Array(60).fill(3);
    for (const table of [rowsOf(holed), rowsOf(constant)]) {
      for (const name of [ROW.level, ROW.scale, 'seasonal naive', 'exponential smoothing']) {
        expect(numbers(table, name).every(Number.isFinite)).toBe(true);
      }
      expect(numbers(table, ROW.scale).every((scale) => scale > 0)).toBe(true);
    }
  });
});
