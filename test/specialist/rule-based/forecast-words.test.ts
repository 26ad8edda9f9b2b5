import { describe, expect, it } from 'vitest';
import { forecastIn, namesSaidToBeKnown } from '../../../src/specialist/rule-based/forecast-words.ts';

describe('a forecast in a message', () => {
  it.each([
    ['forecast ridership for the next 14 days', 14, 'day'],
    ['please forecast sales three weeks ahead', 3, 'week'],
    ['forecast the next month', 1, 'month'],
    ['forecast demand with a horizon of 12', 12, 'step'],
    ['forecast demand, horizon 12 months', 12, 'month'],
    ['forecast tomorrow', 1, 'day'],
    ['forecast the next 10 values of load', 10, 'step'],
  ] as const)('"%s" reaches %i %s', (words, count, unit) => {
    expect(forecastIn(words)).toEqual({ horizon: { count, unit }, time: null, series: null, insists: true });
  });

  it('without a distance leaves the distance open, and does not insist', () => {
    expect(forecastIn('forecast ridership')).toEqual({
      horizon: null,
      time: null,
      series: null,
      insists: false,
    });
  });

  it('does not insist where the days may belong to what the target means', () => {
    expect(forecastIn('predict who will churn in the next 30 days')).toMatchObject({
      horizon: { count: 30, unit: 'day' },
      insists: false,
    });
  });

  it.each(['predict churn', 'train a model', 'what comes next week?', 'a run may take 10 minutes'])(
    '"%s" asks for none',
    (words) => {
      expect(forecastIn(words)).toBeNull();
    },
  );
});

describe('columns that are said to be known beforehand', () => {
  const columns = ['Cubs_Home', 'price', 'temp'];
  it.each([
    ['cubs home and price are known ahead', ['Cubs_Home', 'price']],
    ['we know Cubs_Home in advance', ['Cubs_Home']],
    ['the price is known beforehand', ['price']],
    ['the price is not known ahead', []],
    ['use the price', []],
  ])('%s', (text, known) => {
    expect(namesSaidToBeKnown(text, columns)).toEqual(known);
  });
});
