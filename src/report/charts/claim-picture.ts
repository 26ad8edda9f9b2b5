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
import { BAND, type CurvePoint, curveChart, type Level } from './curve-chart.ts';
import { type LegendEntry, legend } from './legend.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet, titledChart } from './sheet.ts';
import { COLOUR, MARGIN, WIDTH } from './theme.ts';

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
  const levels = levelsOf(check);
  const entries = legendOf(check, levels);
  const title = 'Is there room in this data?';
  const said = [
    `${family}, untuned: ${seen.map(({ x, score }) => `${formatScore(metric, score.value)} at ${formatCount(x)} rows`).join(', ')}.`,
    ...beyond.map(({ x, score }) => `Continued to ${formatCount(x)} rows: ${formatInterval(metric, score)}.`),
  ];
  const scene = layoutSheet({
    title,
    subtitle: truncate(claimHeadline(check), 200),
    blocks: [
      ...(entries.length > 0 ? [legend(entries, INNER, { gap: 26, rowHeight: 28 })] : []),
      titledChart(
        `${capitalise(METRICS[metric].label)} of ${withinSentence(family)}, with 95% intervals`,
        HEIGHT,
        curveChart({ metric, seen, beyond, levels, band: claimedRange(check) }),
      ),
    ],
    footnote:
      beyond.length > 0
        ? 'Filled: measured in cross-validation. Hollow: the curve continued; it assumes that more rows are like these.'
        : 'Measured in cross-validation. There are too few sizes to continue the curve.',
  });
  return { fileName: 'claim.png', title, altText: `${claimHeadline(check)} ${said.join(' ')}`, scene };
}

/** What the claimed score means on so many rows; null where that cannot be told. */
function claimedRange({ metric, score, testRows }: Pick<ClaimCheck, 'metric' | 'score' | 'testRows'>) {
  return metric === 'accuracy' && score !== null && testRows !== null
    ? wilsonInterval(score, testRows, 0.95)
    : null;
}

type NamedLevel = Level & { readonly name: string };

function levelsOf({ metric, score, wanted }: ClaimCheck): NamedLevel[] {
  return [
    ...(wanted === null
      ? []
      : [
          {
            at: wanted,
            name: `wanted ${formatScore(metric, wanted)}`,
            colour: COLOUR.vermillion,
            dash: [9, 5],
          },
        ]),
    ...(score === null
      ? []
      : [
          {
            at: score,
            name: `yours, as said ${formatScore(metric, score)}`,
            colour: '#8a5a00',
            dash: [2, 4],
          },
        ]),
  ];
}

/** What is drawn across the plot. */
function legendOf(check: ClaimCheck, levels: readonly NamedLevel[]): LegendEntry[] {
  const { metric, score, testRows } = check;
  const entries = levels.map(
    ({ name, colour, dash }): LegendEntry => ({
      sign: [{ kind: 'line', x1: 0, y1: 0, x2: 32, y2: 0, colour, width: 2.5, dash }],
      indent: 40,
      text: name,
    }),
  );
  if (!claimedRange(check)) return entries;
  return [
    ...entries,
    {
      sign: [{ kind: 'rect', x: 0, y: -9, width: 32, height: 18, fill: BAND }],
      indent: 40,
      text: `what ${formatScore(metric, score ?? 0)} on ${plural(testRows ?? 0, 'row')} can mean`,
    },
  ];
}
