import { describe, expect, it } from 'vitest';
import type { ForecastPoint } from '../../src/ml/judgement.ts';
import { drawReport } from '../../src/report/charts/draw-report.ts';
import { forecastPicture } from '../../src/report/charts/forecast-picture.ts';
import { baselineName, forecastSentences, nextSentence } from '../../src/report/forecast-words.ts';
import type { Report } from '../../src/report/report.ts';
import { summarise } from '../../src/report/summary.ts';
import { amesReport, interval } from './sample-runs.ts';

const DAY = 86_400_000;
const start = Date.UTC(2024, 5, 1);
const pointAt = (day: number, actual: number | null): ForecastPoint => ({
  time: start + day * DAY,
  actual,
  forecast: 20 + (day % 7),
  bounds: [15, 18, 23, 28],
});
const windowFrom = (day: number) => [0, 1, 2].map((step) => pointAt(day + step, 21));

function forecastReport(change: Partial<NonNullable<Report['forecast']>> = {}): Report {
  const report = amesReport();
  return {
    ...report,
    target: 'riders',
    metric: 'mase',
    forecast: {
      spec: {
        time: 'day',
        series: null,
        step: { unit: 'millisecond', size: DAY },
        season: 7,
        horizon: 3,
        known: [],
      },
      nSeries: 1,
      next: [{ series: null, points: [40, 41, 42].map((day) => pointAt(day, null)) }],
      ...change,
    },
    judgement: {
      ...report.judgement,
      holdout: { mase: interval(0.6, 0.5, 0.7) },
      baseline: { mase: interval(1.2, 1, 1.4) },
      gain: interval(0.6, 0.4, 0.8),
      forecast: {
        windows: 12,
        firstMs: start,
        lastMs: start + 39 * DAY,
        bySteps: [
          { model: 0.5, baseline: 1.1 },
          { model: 0.6, baseline: 1.2 },
          { model: 0.7, baseline: 1.3 },
        ],
        coverage: [
          { wanted: 0.8, held: interval(0.79, 0.74, 0.84) },
          { wanted: 0.95, held: interval(0.96, 0.93, 0.98) },
        ],
        pinball: interval(0.2, 0.18, 0.22),
        example: {
          series: null,
          actual: Array.from({ length: 40 }, (_, day) => ({
            time: start + day * DAY,
            value: 20 + (day % 7),
          })),
          windows: [windowFrom(34), windowFrom(37)],
        },
      },
    },
  };
}

describe('the words of a forecast', () => {
  it('begin with the values to come, and compare with the seasonal naive forecast', () => {
    const sentences = forecastSentences(forecastReport());
    expect(sentences[0]).toBe(
      'The values to come: riders 25 (80% interval 18 to 23) for 11 Jul 2024 … 20 (80% interval 18 to 23) for 13 Jul 2024.',
    );
    expect(sentences.join(' ')).toContain('50.0% less than that of the seasonal naive forecast');
    expect(sentences.join(' ')).toContain('The 80% intervals held 79.0% [74.0%, 84.0%] of the values');
    expect(summarise(forecastReport()).headline).toContain(
      'on 12 held-out forecasts of 3 days, from 1.200 for the seasonal naive forecast',
    );
  });

  it('say what is missing where columns that must be known ahead are not', () => {
    const report = forecastReport({ next: [], nSeries: 0 });
    const known = {
      ...report,
      forecast: { ...report.forecast, spec: { ...report.forecast?.spec, known: ['promo'] } },
    };
    expect(nextSentence(known as Report)).toContain('need promo for their dates');
  });

  it('name one of several series', () => {
    const next = [{ series: 'north', points: [pointAt(40, null)] }];
    expect(nextSentence(forecastReport({ next, nSeries: 20 }))).toContain(
      'of north (one of 20 series): riders',
    );
  });

  it('are none of an ordinary report', () => {
    expect(forecastSentences(amesReport())).toEqual([]);
    expect(baselineName(amesReport())).toBe('the baseline');
    expect(forecastPicture(amesReport())).toBeNull();
  });
});

describe('the picture of a forecast', () => {
  it('comes first, shows held-out windows and the values to come, and says so in words', async () => {
    const [first] = await drawReport(forecastReport());
    expect(first?.fileName).toBe('forecast.png');
    expect(first?.png.length).toBeGreaterThan(10_000);
    expect(first?.altText).toContain('for 13 Jul 2024');
    const charts =
      forecastPicture(forecastReport())?.scene.shapes.filter(({ kind }) => kind === 'chart') ?? [];
    expect(charts).toHaveLength(2);
    const [series] = charts.map((chart) => (chart.kind === 'chart' ? chart.configuration.data.datasets : []));
    // Two windows and the values to come have a line and two bands of two edges each; then what came.
    expect(series).toHaveLength(3 * 5 + 1);
  });

  it('leaves the errors by step out where there is one step', () => {
    const report = forecastReport();
    const spec = { ...(report.forecast as NonNullable<Report['forecast']>).spec, horizon: 1 };
    const charts = forecastPicture(forecastReport({ spec }))?.scene.shapes.filter(
      ({ kind }) => kind === 'chart',
    );
    expect(charts).toHaveLength(1);
  });
});
