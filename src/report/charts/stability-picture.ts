/** How far the score is luck: every seed in every fold, where the spread comes from, and the score by group of rows. */
import type { ChartConfiguration } from 'chart.js';
import type { MetricName } from '../../ml/experiment.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Slices, Stability } from '../../ml/studies.ts';
import type { ChapterSource } from '../chapters/chapter.ts';
import { isBeyondChance, seedSentence, type VarianceParts, varianceParts } from '../chapters/stability.ts';
import { studiesOf } from '../chapters/studied.ts';
import {
  capitalise,
  formatBounds,
  formatCount,
  formatScore,
  formatShare,
  plural,
  truncate,
} from '../format.ts';
import type { PictureSpec } from './picture.ts';
import type { Block } from './scene.ts';
import { layoutSheet, titledChart } from './sheet.ts';
import { layoutTable, type TableSpec } from './table-picture.ts';
import { COLOUR, MARGIN, WIDTH } from './theme.ts';
import { scoreTicks } from './ticks.ts';

const INNER = WIDTH - 2 * MARGIN;
const HEIGHT = 300;

/** @returns null where no seed was repeated. */
export function stabilityPicture(source: ChapterSource): PictureSpec | null {
  const studies = studiesOf(source);
  if (typeof studies === 'string' || !studies.stability) return null;
  const { metric, stability } = studies;
  const { scores, slices } = stability;
  const { label } = METRICS[metric];
  const title = 'Is the score luck?';
  const parts = varianceParts(stability);
  const nSeeds = plural(scores.length, 'seed');
  const subtitle = seedSentence(studies, stability);
  const shown = slicesShown(slices);
  const scene = layoutSheet({
    title,
    subtitle,
    blocks: [
      titledChart(
        `${capitalise(label)} by fold, a dot for each of ${nSeeds}`,
        HEIGHT,
        foldChart(metric, stability),
      ),
      ...(parts ? [layoutTable(partsTable(parts), INNER)] : []),
      ...(shown.length > 0 ? [slicesTable(shown, metric)] : []),
    ],
    footnote: `Line: mean of all. Filled dot: the run's own seed.${
      slices.length > 0
        ? ` Groups: 95% intervals. Orange where the groups of a column differ by more than chance, corrected for ${plural(slices.length, 'column')} (Holm, 5%).${slices.length > shown.length ? ' The table has the others.' : ''}`
        : ''
    }`,
  });
  const folds = (scores[0] ?? []).map((_, fold) => {
    const own = scores.map((row) => row[fold] as number);
    return `fold ${fold + 1} from ${formatScore(metric, Math.min(...own))} to ${formatScore(metric, Math.max(...own))}`;
  });
  const shares = parts
    ? ` Variance of one fold: ${shareWords(parts)
        .map(([name, share]) => `${name} ${formatShare(share)}`)
        .join(', ')}.`
    : '';
  const groups = slices.map(
    (one) =>
      ` By ${one.column}${isBeyondChance(one) ? '' : ' (may be chance)'}: ${one.groups
        .map(
          ({ group, score }) => `${group} ${formatScore(metric, score.value)} ${formatBounds(metric, score)}`,
        )
        .join(', ')}.`,
  );
  const altText = `${subtitle} With ${nSeeds}: ${folds.join(', ')}.${shares}${groups.join('')}`;
  return { fileName: 'stability.png', title, altText, scene };
}

/** More would make a picture that nobody scrolls through: time, and the columns that differ most clearly. */
const MOST_SLICED = 2;

function slicesShown(slices: readonly Slices[]): Slices[] {
  return [...slices]
    .sort((a, b) => Number(b.isTime) - Number(a.isTime) || a.adjusted - b.adjusted)
    .slice(0, MOST_SLICED);
}

function shareWords({ rows, seed, rest }: VarianceParts): [string, number][] {
  return [
    ['which rows were judged', rows],
    ['the seed', seed],
    ['what was trained on', rest],
  ];
}

function partsTable(parts: VarianceParts): TableSpec {
  return {
    columns: [
      { heading: 'Where the spread of one fold comes from', kind: 'text' },
      { heading: '', kind: 'bar' },
      { heading: 'Variance', kind: 'number' },
    ],
    rows: shareWords(parts).map(([name, share]) => ({
      cells: [
        { text: capitalise(name) },
        {
          bar: { from: 0, to: 1, origin: 0, value: share, low: share, high: share, colour: COLOUR.blue },
        },
        { text: formatShare(share) },
      ],
    })),
  };
}

function slicesTable(slices: readonly Slices[], metric: MetricName): Block {
  const groups = slices.flatMap((one) => one.groups.map((group) => ({ ...group, of: one })));
  const from = Math.min(...groups.map(({ score }) => score.low));
  const to = Math.max(...groups.map(({ score }) => score.high));
  return layoutTable(
    {
      columns: [
        { heading: 'Group of rows', kind: 'text' },
        { heading: 'Rows', kind: 'number' },
        { heading: '', kind: 'bar' },
        { heading: METRICS[metric].label, kind: 'number' },
      ],
      rows: groups.map(({ group, rows, score, of }) => ({
        cells: [
          { text: truncate(group, 26), note: truncate(of.column, 30) },
          { text: formatCount(rows) },
          { bar: { from, to, ...score, colour: isBeyondChance(of) ? COLOUR.vermillion : COLOUR.blue } },
          { text: formatScore(metric, score.value) },
        ],
      })),
    },
    INNER,
  );
}

function foldChart(metric: MetricName, { scores, mean }: Stability): ChartConfiguration {
  const [own = [], ...others] = scores;
  const all = scores.flat();
  const [least, greatest] = METRICS[metric].range;
  const pad = (Math.max(...all) - Math.min(...all) || 1) * 0.15;
  // Seeds side by side, so that equal scores do not hide each other.
  const dots = (row: readonly number[], seed: number) =>
    row.map((y, fold) => ({ x: fold + 1 + 0.3 * (seed / Math.max(1, scores.length - 1) - 0.5), y }));
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          data: dots(own, 0),
          backgroundColor: COLOUR.blue,
          borderColor: COLOUR.blue,
          pointRadius: 8,
          clip: false,
        },
        ...others.map((row, i) => ({
          data: dots(row, i + 1),
          backgroundColor: COLOUR.paper,
          borderColor: COLOUR.blue,
          borderWidth: 2.5,
          pointRadius: 7,
          clip: false,
        })),
      ],
    },
    options: {
      layout: { padding: { right: 24, top: 10 } },
      scales: {
        x: {
          min: 0.5,
          max: own.length + 0.5,
          title: { display: true, text: 'fold' },
          grid: { display: false },
          afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
            axis.ticks = own.map((_, fold) => ({ value: fold + 1 }));
          },
          ticks: { callback: (value: number | string) => String(value) },
        },
        y: {
          min: Math.max(least, Math.min(...all) - pad),
          max: Math.min(greatest, Math.max(...all) + pad),
          border: { display: false },
          ticks: scoreTicks(metric, 6),
        },
      },
      plugins: {
        annotation: {
          annotations: {
            mean: {
              type: 'line',
              yMin: mean,
              yMax: mean,
              borderColor: COLOUR.faint,
              borderWidth: 2,
              borderDash: [8, 5],
            },
          },
        },
      },
    },
  } as unknown as ChartConfiguration;
}
