/** Equality with statsmodels' ETSModel (values in test/oracles/forecasting). */
import { describe, expect, it } from 'vitest';
import {
  logLikelihood,
  type Shape,
  Smoother,
  type Smoothing,
} from '../../../src/ml/forecasting/exponential-smoothing.ts';
import { chooseSmoothing, fitSmoothing } from '../../../src/ml/forecasting/fit-smoothing.ts';
import { Random } from '../../../src/ml/random.ts';
import { oracle } from '../metrics/oracle.ts';

interface Case {
  readonly shape: Shape;
  readonly smoothing: Smoothing;
  readonly start: { readonly level: number; readonly trend: number; readonly seasons: readonly number[] };
  readonly logLikelihood: number;
  readonly fitted: readonly number[];
  readonly forecast: readonly number[];
  readonly greatestLogLikelihood: number;
}
const { values, season, cases } = oracle<{ values: number[]; season: number; cases: Case[] }>(
  'forecasting/smoothing.json',
);
const series = Float64Array.from(values);
const startOf = ({ start }: Case) => ({ ...start, seasons: Float64Array.from(start.seasons) });
const nameOf = ({ error, trend, seasonal }: Shape) => `${error}, ${trend}, ${seasonal}`;

describe.each(cases.map((one) => [nameOf(one.shape), one] as const))('smoothing %s', (_, one) => {
  it('expects and forecasts what statsmodels does with the same parameters', () => {
    const smoother = new Smoother(one.shape, one.smoothing, startOf(one));
    one.fitted.forEach((fitted, i) => {
      expect(smoother.expected()).toBeCloseTo(fitted, 9);
      smoother.update(series[i]);
    });
    const forecast = new Float64Array(one.forecast.length);
    smoother.forecast(forecast);
    one.forecast.forEach((value, i) => {
      expect(forecast[i]).toBeCloseTo(value, 9);
    });
  });

  it('has the likelihood that statsmodels computes', () => {
    expect(logLikelihood(series, one.shape, one.smoothing, startOf(one))).toBeCloseTo(one.logLikelihood, 8);
  });

  it('finds parameters at least as likely as those that statsmodels finds from the same start', () => {
    const found = fitSmoothing(series, one.shape, season, startOf(one));
    expect(found.logLikelihood).toBeGreaterThan(one.greatestLogLikelihood - 0.01);
  });
});

describe('the choice of a shape', () => {
  const wave = (i: number) => Math.sin((2 * Math.PI * i) / 6);

  it('is seasonal with a trend where the series grows in waves', () => {
    const noise = new Random(1);
    const growing = Float64Array.from(
      { length: 120 },
      (_, i) => 30 + 0.5 * i + 5 * wave(i) + 0.3 * noise.normal(),
    );
    const { shape, smoothing, start } = chooseSmoothing(growing, 6);
    expect(shape.seasonal).toBe('add');
    expect(shape.trend).not.toBe('none');
    const smoother = new Smoother(shape, smoothing, start);
    growing.forEach((value) => {
      smoother.update(value);
    });
    const forecast = new Float64Array(12);
    smoother.forecast(forecast);
    forecast.forEach((value, h) => {
      expect(Math.abs(value - (30 + 0.5 * (120 + h) + 5 * wave(120 + h)))).toBeLessThan(1);
    });
  });

  it('is plain where there is nothing but noise', () => {
    const noise = new Random(2);
    const flat = Float64Array.from({ length: 150 }, () => 10 + noise.normal());
    const { shape, smoothing } = chooseSmoothing(flat, 6);
    expect(shape).toMatchObject({ trend: 'none', seasonal: 'none' });
    expect(smoothing.alpha).toBeLessThan(0.1);
  });

  it('is no multiplicative one where values are negative, and gaps are bridged', () => {
    const noise = new Random(3);
    const holed = Float64Array.from({ length: 100 }, (_, i) =>
      i % 9 === 4 ? Number.NaN : 3 * wave(i) + 0.2 * noise.normal(),
    );
    const { shape, smoothing, start, logLikelihood: likelihood } = chooseSmoothing(holed, 6);
    expect(shape).toMatchObject({ error: 'add', seasonal: 'add' });
    expect(likelihood).toBe(logLikelihood(holed, shape, smoothing, start));
    expect(Number.isFinite(likelihood)).toBe(true);
  });
});
