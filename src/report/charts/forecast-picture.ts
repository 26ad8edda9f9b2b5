/** Forecasts beside what came: the newest held-out windows and the values to come, and the error of each step ahead. */
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import { stepWords } from '../../ml/forecasting/time-grid.ts';
import type { ForecastJudgement, ForecastPoint } from '../../ml/judgement.ts';
import { nextSentence, stepErrorsSentence } from '../forecast-words.ts';
import { formatDate, formatNumber, truncate } from '../format.ts';
import { modelName } from '../model-name.ts';
import type { Report } from '../report.ts';
import { type LegendEntry, legend } from './legend.ts';
import type { PictureSpec } from './picture.ts';
import type { Block, Shape } from './scene.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, MARGIN, SIZE, WIDTH } from './theme.ts';
import { wholeTicks } from './ticks.ts';

const INNER = WIDTH - 2 * MARGIN;
const HELD_OUT = COLOUR.blue;
const TO_COME = COLOUR.vermillion;

/** @returns null where nothing was forecast. */
export function forecastPicture(report: Report): PictureSpec | null {
  const { judgement, forecast } = report;
  if (!judgement.forecast || !forecast) return null;
  const { example } = judgement.forecast;
  const [next] = forecast.next;
  const name = example.series === null ? '' : `, series ${truncate(example.series, 30)}`;
  const title = `Forecast of ${truncate(report.target, 40)}${name}`;
  const errors = stepErrorsSentence(report);
  const coming = nextSentence(report);
  const scene = layoutSheet({
    title,
    subtitle: `${modelName(report)}. Held-out forecasts were made without the values beside them.`,
    blocks: [
      legendOf(next !== undefined),
      chart(seriesChart(example, next?.points ?? [], forecast.spec.step), 380),
      ...(forecast.spec.horizon > 1 ? [stepBlock(judgement.forecast, forecast.spec.step)] : []),
    ],
    footnote: [errors, coming].filter((sentence) => sentence !== null).join(' '),
  });
  const altText = `${title}. ${[errors, coming].filter((sentence) => sentence !== null).join(' ')}`;
  return { fileName: 'forecast.png', title, altText, scene };
}

function chart(configuration: ChartConfiguration, height: number): Block {
  return { height, shapes: [{ kind: 'chart', x: 0, y: 0, width: INNER, height, configuration }] };
}

function legendOf(hasNext: boolean): Block {
  const line = (text: string, colour: string): LegendEntry => ({
    sign: [{ kind: 'line', x1: 0, x2: 24, y1: 0, y2: 0, width: 3.5, colour }],
    indent: 32,
    text,
  });
  const entries = [
    line('what came', COLOUR.ink),
    line('held-out forecast', HELD_OUT),
    ...(hasNext ? [line('values to come', TO_COME)] : []),
    { sign: [], indent: 0, text: 'bands: 80% and 95%' },
  ];
  return legend(entries, INNER, { gap: 22, rowHeight: 20 });
}

function stepBlock(
  { bySteps }: ForecastJudgement,
  step: NonNullable<Report['forecast']>['spec']['step'],
): Block {
  const heading: Shape = {
    kind: 'text',
    x: 0,
    y: 12,
    text: `MASE by ${stepWords(step).many} ahead`,
    size: SIZE.body,
    weight: 600,
    colour: COLOUR.ink,
  };
  const label = (x: number, text: string, colour: string, dash?: number[]): Shape[] => [
    { kind: 'line', x1: x, x2: x + 24, y1: 40, y2: 40, width: 3, colour, ...(dash && { dash }) },
    { kind: 'text', x: x + 32, y: 40, text, size: SIZE.small, colour: COLOUR.ink },
  ];
  return {
    height: 260,
    shapes: [
      heading,
      ...label(0, 'this model', HELD_OUT),
      ...label(160, 'seasonal naive forecast', COLOUR.grey, DASH),
      { kind: 'chart', x: 0, y: 56, width: INNER, height: 204, configuration: stepChart(bySteps) },
    ],
  };
}

const DASH = [6, 5];

function stepChart(bySteps: ForecastJudgement['bySteps']): ChartConfiguration {
  const line = (key: 'model' | 'baseline', style: object): ChartDataset<'line'> => ({
    data: bySteps.map((errors, i) => ({ x: i + 1, y: errors[key] })),
    pointRadius: bySteps.length > 60 ? 0 : 3,
    clip: false,
    borderWidth: 3,
    ...style,
  });
  return {
    type: 'line',
    data: {
      datasets: [
        line('model', { borderColor: HELD_OUT, backgroundColor: HELD_OUT }),
        line('baseline', { borderColor: COLOUR.grey, backgroundColor: COLOUR.grey, borderDash: DASH }),
      ],
    },
    options: {
      layout: { padding: { right: 14, top: 4 } },
      scales: {
        x: {
          type: 'linear',
          min: 1,
          max: bySteps.length,
          grid: { display: false },
          afterBuildTicks: (scale) => {
            scale.ticks = wholeTicks(bySteps.length, 14).map((value) => ({ value }));
          },
          ticks: { maxRotation: 0 },
        },
        y: { min: 0, border: { display: false }, grid: { color: COLOUR.track }, ticks: { maxTicksLimit: 5 } },
      },
    },
  } as ChartConfiguration;
}

/** Lines and bands along time. */
function seriesChart(
  { actual, windows }: ForecastJudgement['example'],
  next: readonly ForecastPoint[],
  step: NonNullable<Report['forecast']>['spec']['step'],
): ChartConfiguration {
  const known = actual.map(({ time, value }) => ({ x: time, y: value }));
  const datasets: ChartDataset<'line'>[] = [
    ...windows.flatMap((points) => forecastSets(points, HELD_OUT)),
    ...(next.length > 0 ? forecastSets(next, TO_COME) : []),
    { data: known, borderColor: COLOUR.ink, borderWidth: 2.5, pointRadius: 0 },
  ];
  const times = [...known.map(({ x }) => x), ...next.map(({ time }) => time)].sort((a, b) => a - b);
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 1];
  return {
    type: 'line',
    data: { datasets },
    options: {
      layout: { padding: { right: 26, top: 6 } },
      scales: {
        x: {
          type: 'linear',
          min: first,
          max: last,
          grid: { display: false },
          afterBuildTicks: (scale) => {
            scale.ticks = timeTicks(times).map((value) => ({ value }));
          },
          ticks: { maxRotation: 0, callback: (value) => formatDate(Number(value), step) },
        },
        y: {
          ...valueRange([
            ...known.map(({ y }) => y),
            ...[...windows.flat(), ...next].flatMap(({ bounds }) => bounds),
          ]),
          border: { display: false },
          grid: { color: COLOUR.track },
          ticks: { maxTicksLimit: 6, includeBounds: false, callback: (value) => formatNumber(Number(value)) },
        },
      },
    },
  } as ChartConfiguration;
}

function valueRange(values: readonly number[]): { min: number; max: number } {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const pad = (greatest - least || Math.abs(greatest) || 1) * 0.04;
  return { min: least - pad, max: greatest + pad };
}

/** The two bands, the wide one below, and the line. A single value is a point. */
function forecastSets(points: readonly ForecastPoint[], colour: string): ChartDataset<'line'>[] {
  const edge = (at: 0 | 1 | 2 | 3) => points.map(({ time, bounds }) => ({ x: time, y: bounds[at] }));
  const band = (low: 0 | 1, high: 2 | 3, opacity: string): ChartDataset<'line'>[] => [
    { data: edge(low), borderWidth: 0, pointRadius: 0, fill: '+1', backgroundColor: `${colour}${opacity}` },
    { data: edge(high), borderWidth: 0, pointRadius: 0, fill: false },
  ];
  return [
    ...band(0, 3, '22'),
    ...band(1, 2, '3d'),
    {
      data: points.map(({ time, forecast }) => ({ x: time, y: forecast })),
      borderColor: colour,
      backgroundColor: colour,
      borderWidth: 3,
      pointRadius: points.length === 1 ? 5 : 0,
    },
  ];
}

const MOST_TICKS = 5;

/** Evenly spread among the times that there are, so that every label names one of them. */
function timeTicks(times: readonly number[]): number[] {
  const stride = Math.max(1, Math.ceil(times.length / MOST_TICKS));
  return times.filter((_, i) => i % stride === 0 && i <= times.length - stride / 2);
}
