import { describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../../src/errors/errors.ts';
import type {
  CategoricalColumn,
  Column,
  DatetimeColumn,
  NumericColumn,
  Table,
} from '../../../src/ml/data/table.ts';
import { detectSeries } from '../../../src/ml/forecasting/detect-series.ts';
import { readSeries } from '../../../src/ml/forecasting/read-series.ts';
import { Random } from '../../../src/ml/random.ts';

const DAY = 86_400_000;
const HOUR = DAY / 24;
const DAILY = { unit: 'millisecond', size: DAY } as const;
const start = Date.UTC(2023, 0, 2);

function numeric(name: string, values: readonly number[]): NumericColumn {
  const valid = Uint8Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1));
  return { type: 'numeric', name, values: Float64Array.from(values), valid };
}
function times(name: string, values: readonly number[]): DatetimeColumn {
  return { ...numeric(name, values), type: 'datetime' };
}
function names(name: string, values: readonly string[]): CategoricalColumn {
  const categories = [...new Set(values)].sort();
  const codes = Int32Array.from(values, (value) => categories.indexOf(value));
  return { type: 'categorical', name, codes, categories, valid: new Uint8Array(values.length).fill(1) };
}
const tableOf = (...columns: Column[]): Table => ({ nRows: columns[0].valid.length, columns });
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('reading series', () => {
  it('puts values on a grid, whatever the order of the rows, and leaves gaps open', () => {
    const days = [3, 0, 1, 5];
    const { series, grid } = readSeries(
      {
        times: times(
          'day',
          days.map((day) => start + day * DAY),
        ),
        ids: null,
        target: numeric('y', [30, 0, 10, 50]),
      },
      DAILY,
    );
    expect(grid.originMs).toBe(start);
    expect([...series[0].values]).toEqual([0, 10, Number.NaN, 30, Number.NaN, 50]);
    expect([...series[0].rows]).toEqual([1, 2, -1, 0, -1, 3]);
  });

  it('ends a series at its last known value and keeps the rows that come after it', () => {
    const { series } = readSeries(
      {
        times: times(
          'day',
          upTo(5).map((day) => start + day * DAY),
        ),
        ids: null,
        target: numeric('y', [Number.NaN, 1, 2, Number.NaN, Number.NaN]),
      },
      DAILY,
    );
    expect(series[0].first).toBe(1);
    expect([...series[0].values]).toEqual([1, 2]);
    expect([...series[0].rows]).toEqual([1, 2, 3, 4]);
  });

  it('tells several series apart, each with its own beginning', () => {
    const { series } = readSeries(
      {
        times: times('day', [start, start + DAY, start + DAY, start + 2 * DAY]),
        ids: names('shop', ['b', 'b', 'a', 'a']),
        target: numeric('y', [1, 2, 3, 4]),
      },
      DAILY,
    );
    expect(series.map(({ id, first, values }) => [id, first, ...values])).toEqual([
      ['a', 1, 3, 4],
      ['b', 0, 1, 2],
    ]);
  });

  it.each([
    ['two rows at one time', [0, 1, 1, 2], 'SERIES_REPEATED'],
    ['a time between the steps', [0, 1, 2.5, 3], 'SERIES_IRREGULAR'],
    ['a time that is centuries off', [0, 1, 2, 400_000], 'SERIES_IRREGULAR'],
  ])('refuses %s, with the day', (_, days, code) => {
    const columns = {
      times: times(
        'day',
        days.map((day) => start + day * DAY),
      ),
      ids: null,
      target: numeric('y', [1, 2, 3, 4]),
    };
    try {
      readSeries(columns, DAILY);
      expect.fail('it was taken');
    } catch (error) {
      expect(error).toBeInstanceOf(ModelwrightError);
      expect((error as ModelwrightError).code).toBe(code);
      expect((error as ModelwrightError).person).toMatch(/\d{4}-\d{2}-\d{2}/);
    }
  });
});

describe('detecting series', () => {
  const noise = new Random(1);
  const week = (i: number) => 20 + 5 * Math.sin((2 * Math.PI * i) / 7) + 0.2 * noise.normal();

  it('finds days with a weekly season', () => {
    const table = tableOf(
      times(
        'day',
        upTo(90).map((i) => start + i * DAY),
      ),
      numeric('y', upTo(90).map(week)),
    );
    expect(detectSeries(table, 'y').found).toEqual([
      expect.objectContaining({ time: 'day', series: null, step: DAILY, season: 7, length: 90, gaps: 0 }),
    ]);
  });

  it('finds hours whose week returns more clearly than their day', () => {
    const value = (i: number) => Math.sin((2 * Math.PI * i) / 24) + (Math.floor(i / 24) % 7 >= 5 ? 6 : 0);
    const table = tableOf(
      times(
        'at',
        upTo(24 * 35).map((i) => start + i * HOUR),
      ),
      numeric('load', upTo(24 * 35).map(value)),
    );
    expect(detectSeries(table, 'load').found[0]).toMatchObject({ season: 168 });
  });

  it('finds months, whether they are dated at their first or at their last day', () => {
    const value = (i: number) => 100 + i + 30 * Math.cos((2 * Math.PI * i) / 12);
    for (const day of [1, 0]) {
      const table = tableOf(
        times(
          'month',
          upTo(60).map((i) => Date.UTC(2018, i + (day === 0 ? 1 : 0), day)),
        ),
        numeric('sales', upTo(60).map(value)),
      );
      const [found] = detectSeries(table, 'sales').found;
      expect(found).toMatchObject({ step: { unit: 'month', size: 1 }, season: 12, gaps: 0 });
    }
  });

  it('finds no season in a random walk: there the last value is the better forecast', () => {
    let level = 0;
    const walk = upTo(400).map(() => (level += noise.normal()));
    const table = tableOf(
      times(
        'day',
        upTo(400).map((i) => start + i * DAY),
      ),
      numeric('y', walk),
    );
    expect(detectSeries(table, 'y').found[0].season).toBe(1);
  });

  it('finds the column that names the series, also where the names are numbers', () => {
    const rows = upTo(120);
    const day = times(
      'day',
      rows.map((i) => start + Math.floor(i / 3) * DAY),
    );
    const y = numeric(
      'y',
      rows.map((i) => week(Math.floor(i / 3)) * (1 + (i % 3))),
    );
    const colour = names(
      'colour',
      rows.map((i) => 'rgb'[i % 2]),
    );
    for (const shop of [
      names(
        'shop',
        rows.map((i) => 'xyz'[i % 3]),
      ),
      numeric(
        'shop',
        rows.map((i) => i % 3),
      ),
    ]) {
      const [found] = detectSeries(tableOf(day, colour, shop, y), 'y').found;
      expect(found).toMatchObject({ series: 'shop', nSeries: 3, length: 40, season: 7 });
    }
  });

  it('says why a table holds none', () => {
    const y = numeric('y', upTo(60).map(week));
    const problemOf = (...columns: Column[]) => detectSeries(tableOf(y, ...columns), 'y').problem;
    expect(problemOf()).toBe('no column holds dates or times');
    expect(
      problemOf(
        times(
          'day',
          upTo(60).map((i) => start + (i % 3) * DAY),
        ),
      ),
    ).toContain('only 3 different times');
    expect(
      problemOf(
        times(
          'day',
          upTo(60).map((i) => start + Math.floor(i / 2) * DAY),
        ),
      ),
    ).toContain('several rows for the same day');
    const irregular = upTo(60).map((i) => start + Math.round(i ** 1.7 * 5.3 * HOUR));
    expect(problemOf(times('day', irregular))).toContain('not at equal distances');
  });
});
