/** How far predictions are off in regression: predicted against actual, and the spread of the errors. */
import type { ChartConfiguration } from 'chart.js';
import { formatCount, formatNumber, truncate } from '../format.ts';
import { modelName } from '../model-name.ts';
import type { Report } from '../report.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet, titledChart } from './sheet.ts';
import { COLOUR, FAMILY_MARK, tint } from './theme.ts';

const BINS = 31;

/** @returns null in classification. */
export function residualsPicture(report: Report): PictureSpec | null {
  const { residuals } = report.judgement;
  if (!residuals || residuals.actual.length === 0) return null;
  const { actual, predicted } = residuals;
  const errors = predicted.map((value, i) => value - actual[i]);
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  const half = formatNumber(quantile(sizes, 0.5));
  const most = formatNumber(quantile(sizes, 0.9));
  const over = errors.filter((error) => error > 0).length / errors.length;
  const title = 'Predicted against actual';
  const n = `${formatCount(actual.length)} held-out ${report.forecast ? 'values' : 'rows'}`;
  const spread = `Half of the predictions are within ${half} of the actual ${truncate(report.target, 40)}, nine in ten within ${most}; ${Math.round(over * 100)}% are too high.`;
  const { colour } = FAMILY_MARK[report.winner.family];
  const scene = layoutSheet({
    title,
    subtitle: `${modelName(report)} on ${n}. On the line, the prediction is exact.`,
    blocks: [
      titledChart(`Predicted ${report.target}`, 400, scatterChart(actual, predicted, colour)),
      titledChart('Predicted minus actual', 170, errorChart(errors, colour)),
    ],
    footnote: spread,
  });
  const altText =
    `Predicted against actual ${report.target} of ${n}, actual values from ${formatNumber(Math.min(...actual))} to ` +
    `${formatNumber(Math.max(...actual))}. ${spread}`;
  return { fileName: 'residuals.png', title, altText, scene };
}

function scatterChart(
  actual: readonly number[],
  predicted: readonly number[],
  colour: string,
): ChartConfiguration {
  const low = Math.min(...actual, ...predicted);
  const high = Math.max(...actual, ...predicted);
  const pad = (high - low || Math.abs(high) || 1) * 0.04;
  const range = { min: low - pad, max: high + pad };
  const ticks = {
    maxTicksLimit: 7,
    includeBounds: false,
    maxRotation: 0,
    callback: (value: number | string) => formatNumber(Number(value)),
  };
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          type: 'line',
          label: 'exact',
          data: [
            { x: range.min, y: range.min },
            { x: range.max, y: range.max },
          ],
          borderColor: COLOUR.ink,
          borderWidth: 1.5,
          borderDash: [5, 5],
          pointRadius: 0,
        },
        {
          label: 'rows',
          data: actual.map((x, i) => ({ x, y: predicted[i] })),
          pointRadius: actual.length > 500 ? 4 : 5.5,
          backgroundColor: `${colour}59`, // 35% opaque, so that crowds show
          borderWidth: 0,
        },
      ],
    },
    options: {
      layout: { padding: { right: 16, top: 6 } },
      scales: {
        x: {
          type: 'linear',
          ...range,
          title: { display: true, text: 'actual' },
          ticks,
          grid: { color: COLOUR.track },
        },
        y: { type: 'linear', ...range, border: { display: false }, ticks },
      },
    } as ChartConfiguration<'scatter'>['options'],
  } as ChartConfiguration;
}

/** A histogram of the errors; the outermost 1% on either side are counted in the end bins. */
function errorChart(errors: readonly number[], colour: string): ChartConfiguration {
  const sorted = [...errors].sort((a, b) => a - b);
  const reach = Math.max(Math.abs(quantile(sorted, 0.01)), Math.abs(quantile(sorted, 0.99))) || 1;
  const width = (2 * reach) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const error of errors) {
    counts[Math.min(BINS - 1, Math.max(0, Math.floor((error + reach) / width)))]++;
  }
  return {
    type: 'bar',
    data: {
      datasets: [
        {
          data: counts.map((y, bin) => ({ x: -reach + width * (bin + 0.5), y })),
          backgroundColor: tint(colour, 0.65),
          barPercentage: 1,
          categoryPercentage: 0.94,
          borderRadius: 2,
        },
      ],
    },
    options: {
      layout: { padding: { right: 16 } },
      scales: {
        x: {
          type: 'linear',
          min: -reach,
          max: reach,
          offset: false,
          grid: { display: false },
          ticks: {
            maxTicksLimit: 7,
            includeBounds: false,
            maxRotation: 0,
            callback: (value) => formatNumber(Number(value)),
          },
        },
        y: { border: { display: false }, ticks: { maxTicksLimit: 4, precision: 0 } },
      },
      plugins: {
        annotation: {
          annotations: {
            zero: {
              type: 'line',
              xMin: 0,
              xMax: 0,
              borderColor: COLOUR.ink,
              borderWidth: 1.5,
              borderDash: [5, 5],
            },
          },
        },
      },
    },
  } as ChartConfiguration;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))];
}
