import { describe, expect, it } from 'vitest';
import type { Step } from '../../../src/ml/forecast.ts';
import { nameSteps, placeOf, timeAt, usualSeasons } from '../../../src/ml/forecasting/time-grid.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const days = (size: number): Step => ({ unit: 'millisecond', size: size * DAY });
const months = (size: number): Step => ({ unit: 'month', size });
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);

describe('a grid of times', () => {
  it('counts steps, forgives the hour that a change of clocks takes, and refuses what lies between', () => {
    const grid = { step: days(1), originMs: Date.UTC(2024, 2, 1) };
    expect(placeOf(grid, Date.UTC(2024, 2, 31))).toBe(30);
    expect(placeOf(grid, Date.UTC(2024, 2, 31, 1))).toBe(30);
    expect(placeOf(grid, Date.UTC(2024, 2, 31, 12))).toBeNull();
    expect(iso(timeAt(grid, 30))).toBe('2024-03-31');
  });

  it('takes months as equally long, and ends of months as ends', () => {
    const first = { step: months(1), originMs: Date.UTC(2023, 10, 1) };
    expect(placeOf(first, Date.UTC(2024, 1, 1))).toBe(3);
    expect(iso(timeAt(first, 3))).toBe('2024-02-01');
    const last = { step: months(1), originMs: Date.UTC(2023, 10, 30) };
    expect([1, 2, 3, 4].map((place) => iso(timeAt(last, place)))).toEqual([
      '2023-12-31',
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
    ]);
    expect(placeOf({ step: months(3), originMs: Date.UTC(2024, 0, 1) }, Date.UTC(2024, 1, 1))).toBeNull();
  });

  it.each([
    [days(1), [7], '14 days'],
    [days(7), [52], '14 weeks'],
    [{ unit: 'millisecond', size: HOUR } as Step, [24, 168], '14 hours'],
    [{ unit: 'millisecond', size: HOUR / 4 } as Step, [4, 96], '14 times 15 minutes'],
    [months(1), [12], '14 months'],
    [months(3), [4], '14 quarters'],
    [months(12), [], '14 years'],
  ])('knows the seasons of %j, and its name', (step, seasons, words) => {
    expect(usualSeasons(step)).toEqual(seasons);
    expect(nameSteps(step, 14)).toBe(words);
  });
});
