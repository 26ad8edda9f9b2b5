/** Where a quick model stands, where more rows would lead, and where the wanted score lies. */
import type { ChartConfiguration } from 'chart.js';
import type { Interval } from '../../ml/judgement.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import { wilsonInterval } from '../../ml/metrics/wilson.ts';
import type { ClaimCheck } from '../claim-check.ts';
import { claimHeadline } from '../claim-words.ts';
import {
  capitalise,
  familyLabel,
  formatCount,
  formatInterval,
  formatScore,
  plural,
  truncate,
  withinSentence,
} from '../format.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, MARGIN, SIZE, WIDTH } from './theme.ts';

const INNER = WIDTH - 2 * MARGIN;
const HEIGHT = 430;

interface Point {
  readonly x: number;
  readonly score: Interval;
}

/** @returns null where there is no curve to show. */
export function claimPicture(check: ClaimCheck): PictureSpec | null {
  const { findings } = check;
  if (!findings || findings.curve.length < 2) return null;
  const { metric, curve, ahead, quick, task } = findings;
  const [best] = quick;
  const largest = curve.at(-1)?.rows ?? 1;
  const seen = curve.map(({ rows, score }): Point => ({ x: rows, score }));
  const beyond = ahead.map(({ times, score }): Point => ({ x: times * largest, score }));
  const family = best ? familyLabel(best.family, task) : 'A quick model';
  const title = 'Is there room in this data?';
  const said = [
    `${family}, untuned: ${seen.map(({ x, score }) => `${formatScore(metric, score.value)} at ${formatCount(x)} rows`).join(', ')}.`,
    ...beyond.map(({ x, score }) => `Continued to ${formatCount(x)} rows: ${formatInterval(metric, score)}.`),
  ];
  const scene = layoutSheet({
    title,
    subtitle: truncate(claimHeadline(check), 200),
    blocks: [
      {
        height: HEIGHT + 32,
        shapes: [
          {
            kind: 'text',
            x: 0,
            y: 14,
            text: `${capitalise(METRICS[metric].label)} of ${withinSentence(family)}, with 95% intervals`,
            size: SIZE.body,
            weight: 600,
            colour: COLOUR.ink,
            maxWidth: INNER,
          },
          {
            kind: 'chart',
            x: 0,
            y: 32,
            width: INNER,
            height: HEIGHT,
            configuration: curveChart(check, seen, beyond),
          },
        ],
      },
    ],
    footnote: footnote(check, beyond.length > 0),
  });
  return { fileName: 'claim.png', title, altText: `${claimHeadline(check)} ${said.join(' ')}`, scene };
}

function footnote({ metric, score, testRows }: ClaimCheck, isContinued: boolean): string {
  const sentences = [
    isContinued
      ? 'Filled: measured in cross-validation. Hollow: the curve continued; it assumes that more rows are like these.'
      : 'Measured in cross-validation. There are too few sizes to continue the curve.',
  ];
  if (claimedRange({ metric, score, testRows })) {
    sentences.push(
      `Shaded: what ${formatScore(metric, score ?? 0)} on ${plural(testRows ?? 0, 'row')} can mean.`,
    );
  }
  return sentences.join(' ');
}

/** What the claimed score means on so many rows; null where that cannot be told. */
function claimedRange({ metric, score, testRows }: Pick<ClaimCheck, 'metric' | 'score' | 'testRows'>) {
  return metric === 'accuracy' && score !== null && testRows !== null
    ? wilsonInterval(score, testRows, 0.95)
    : null;
}

function curveChart(
  { metric, score, wanted, testRows }: ClaimCheck,
  seen: readonly Point[],
  beyond: readonly Point[],
) {
  const bars = (points: readonly Point[], colour: string, dash: number[]) =>
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
  const path = (points: readonly Point[]) => points.map(({ x, score }) => ({ x, y: score.value }));
  const last = seen.slice(-1);
  const claimed = claimedRange({ metric, score, testRows });
  const ys = [...seen, ...beyond]
    .flatMap(({ score: { low, high } }) => [low, high])
    .concat(wanted ?? [], score ?? [], claimed ? [claimed.low, claimed.high] : []);
  const [least, greatest] = METRICS[metric].range;
  const pad = (Math.max(...ys) - Math.min(...ys) || 1) * 0.08;
  const xs = [...seen, ...beyond].map(({ x }) => x);
  const line = (at: number, text: string, colour: string, position: 'start' | 'end') => ({
    type: 'line',
    yMin: at,
    yMax: at,
    borderColor: colour,
    borderWidth: 2,
    borderDash: [8, 5],
    label: {
      display: true,
      content: text,
      position,
      backgroundColor: COLOUR.paper,
      color: colour,
      font: { size: SIZE.small, weight: 600 },
      padding: 3,
    },
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
          ticks: {
            maxTicksLimit: 7,
            includeBounds: false,
            callback: (value: number | string) => formatScore(metric, Number(value)),
          },
        },
      },
      plugins: {
        annotation: {
          annotations: {
            ...(claimed && {
              known: {
                type: 'box',
                yMin: claimed.low,
                yMax: claimed.high,
                backgroundColor: `${COLOUR.amber}26`,
                borderWidth: 0,
              },
            }),
            ...(wanted !== null && {
              wanted: line(wanted, `wanted ${formatScore(metric, wanted)}`, COLOUR.vermillion, 'start'),
            }),
            ...(score !== null && {
              claimed: line(score, `yours, as said ${formatScore(metric, score)}`, '#8a5a00', 'end'),
            }),
          },
        },
      },
    },
  } as unknown as ChartConfiguration;
}
