/** Where a quick model stands, where more rows would lead, and where the wanted score lies. */
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
import { type CurvePoint, curveChart, type Level } from './curve-chart.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, MARGIN, SIZE, WIDTH } from './theme.ts';

const INNER = WIDTH - 2 * MARGIN;
const HEIGHT = 430;

/** @returns null where there is no curve to show. */
export function claimPicture(check: ClaimCheck): PictureSpec | null {
  const { findings } = check;
  if (!findings || findings.curve.length < 2) return null;
  const { metric, curve, ahead, quick, task } = findings;
  const [best] = quick;
  const largest = curve.at(-1)?.rows ?? 1;
  const seen = curve.map(({ rows, score }): CurvePoint => ({ x: rows, score }));
  const beyond = ahead.map(({ times, score }): CurvePoint => ({ x: times * largest, score }));
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
            configuration: curveChart({
              metric,
              seen,
              beyond,
              levels: levelsOf(check),
              band: claimedRange(check),
            }),
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

function levelsOf({ metric, score, wanted }: ClaimCheck): Level[] {
  return [
    ...(wanted === null
      ? []
      : [
          {
            at: wanted,
            text: `wanted ${formatScore(metric, wanted)}`,
            colour: COLOUR.vermillion,
            position: 'start' as const,
          },
        ]),
    ...(score === null
      ? []
      : [
          {
            at: score,
            text: `yours, as said ${formatScore(metric, score)}`,
            colour: '#8a5a00',
            position: 'end' as const,
          },
        ]),
  ];
}
