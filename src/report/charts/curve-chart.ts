/** A score against rows trained on: what was measured, and where the curve goes on. */
import type { ChartConfiguration } from 'chart.js';
import type { MetricName } from '../../ml/experiment.ts';
import type { Interval } from '../../ml/judgement.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import { formatCount } from '../format.ts';
import { COLOUR } from './theme.ts';
import { scoreTicks } from './ticks.ts';

/** Of what a score can mean. */
export const BAND = `${COLOUR.amber}26`;

export interface CurvePoint {
  /** Rows. */
  readonly x: number;
  readonly score: Interval;
}

/** A score to compare with, as a line across; what it means is said outside of the plot, where it covers nothing. */
export interface Level {
  readonly at: number;
  readonly colour: string;
  readonly dash: readonly number[];
}

export interface CurveSpec {
  readonly metric: MetricName;
  /** Measured; the fewest rows first. */
  readonly seen: readonly CurvePoint[];
  /** Continued. */
  readonly beyond: readonly CurvePoint[];
  readonly levels?: readonly Level[];
  readonly band?: { readonly low: number; readonly high: number } | null;
}

export function curveChart({
  metric,
  seen,
  beyond,
  levels = [],
  band = null,
}: CurveSpec): ChartConfiguration {
  const bars = (points: readonly CurvePoint[], colour: string, dash: number[]) =>
    points.map(({ x, score: { low, high } }) => ({
      data: [
        { x, y: low },
        { x, y: high },
      ],
      borderColor: colour,
      borderWidth: 2.5,
      borderDash: dash,
      pointRadius: 0,
      showLine: true,
    }));
  const path = (points: readonly CurvePoint[]) => points.map(({ x, score }) => ({ x, y: score.value }));
  const last = seen.slice(-1);
  const ys = [...seen, ...beyond]
    .flatMap(({ score: { low, high } }) => [low, high])
    .concat(
      levels.map(({ at }) => at),
      band ? [band.low, band.high] : [],
    );
  const [least, greatest] = METRICS[metric].range;
  const pad = (Math.max(...ys) - Math.min(...ys) || 1) * 0.08;
  const xs = [...seen, ...beyond].map(({ x }) => x);
  const line = ({ at, colour, dash }: Level) => ({
    type: 'line',
    yMin: at,
    yMax: at,
    borderColor: colour,
    borderWidth: 2.5,
    borderDash: [...dash],
    drawTime: 'beforeDatasetsDraw',
  });
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          data: path(seen),
          borderColor: COLOUR.blue,
          backgroundColor: COLOUR.blue,
          showLine: true,
          borderWidth: 3,
          pointRadius: 7,
          clip: false,
        },
        {
          data: path([...last, ...beyond]),
          borderColor: COLOUR.blue,
          borderDash: [4, 5],
          showLine: true,
          borderWidth: 2.5,
          pointRadius: [0, ...beyond.map(() => 7)],
          pointBackgroundColor: COLOUR.paper,
          pointBorderWidth: 3,
          clip: false,
        },
        ...bars(seen, COLOUR.blue, []),
        ...bars(beyond, COLOUR.sky, [4, 4]),
      ],
    },
    options: {
      layout: { padding: { right: 24, top: 10 } },
      scales: {
        x: {
          type: 'logarithmic',
          min: Math.min(...xs) / 1.25,
          max: Math.max(...xs) * 1.25,
          title: { display: true, text: 'rows trained on (logarithmic)' },
          grid: { display: false },
          afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
            axis.ticks = xs.filter((_, i) => (xs.length - 1 - i) % 2 === 0).map((value) => ({ value }));
          },
          ticks: {
            maxRotation: 0,
            autoSkip: false,
            callback: (value: number | string) => formatCount(Number(value)),
          },
        },
        y: {
          min: Math.max(least, Math.min(...ys) - pad),
          max: Math.min(greatest, Math.max(...ys) + pad),
          border: { display: false },
          ticks: scoreTicks(metric, 7),
        },
      },
      plugins: {
        annotation: {
          annotations: {
            ...(band && {
              known: {
                type: 'box',
                drawTime: 'beforeDatasetsDraw',
                yMin: band.low,
                yMax: band.high,
                backgroundColor: BAND,
                borderWidth: 0,
              },
            }),
            ...Object.fromEntries(levels.map((level, i) => [`level${i}`, line(level)])),
          },
        },
      },
    },
  } as unknown as ChartConfiguration;
}
