/** How the prediction moves with one column while the others stay: the mean over rows, and single rows behind it. */
import type { ChartConfiguration } from 'chart.js';
import type { Explanation } from '../../ml/evidence.ts';
import type { ChapterSource } from '../chapters/chapter.ts';
import { formatNumber, formatShare, truncate } from '../format.ts';
import type { Report } from '../report.ts';
import { legend } from './legend.ts';
import type { PictureSpec } from './picture.ts';
import { cutText } from './render.ts';
import type { Block, Shape } from './scene.ts';
import { moveShape, stack } from './scene.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, MARGIN, SERIES, SIZE, WIDTH } from './theme.ts';

const INNER = WIDTH - 2 * MARGIN;
const GUTTER = 28;
const PANEL = (INNER - GUTTER) / 2;
const PLOT_HEIGHT = 210;
/** Chart.js gives names at most half of a chart, and cuts what is longer on its left. */
const LONGEST_NAME = PANEL / 2 - 24;
/** Of a name beside its bars, of a bar, and of the axis below them. */
const [NAME_HEIGHT, BAR_HEIGHT, AXIS_HEIGHT] = [26, 9, 36];

type Dependence = Explanation['dependence'][number];

/** @returns null where no column could be varied. */
export function dependencePicture({ report, evidence }: ChapterSource): PictureSpec | null {
  const curves = evidence?.explanation?.dependence ?? [];
  if (curves.length === 0) return null;
  const shown = outputsShown(report);
  const what =
    report.task === 'regression'
      ? `Predicted ${truncate(report.target, 40)}`
      : report.task === 'binary'
        ? `Predicted probability of ${truncate(report.target, 30)} = ${truncate(report.classes[1] ?? '', 30)}`
        : `Predicted probability of each ${truncate(report.target, 40)}`;
  const say = report.task === 'regression' ? formatNumber : percent;
  const panels = curves.map((curve) => panel(curve, shown, say));
  const rows = Array.from({ length: Math.ceil(panels.length / 2) }, (_, i) =>
    sideBySide(panels.slice(2 * i, 2 * i + 2)),
  );
  const title = 'How predictions move with a column';
  const several = shown.length > 1;
  const key = several
    ? legend(
        shown.map((k, i) => ({
          sign: [{ kind: 'line' as const, x1: 0, x2: 26, y1: 0, y2: 0, colour: colourOf(i), width: 3 }],
          indent: 34,
          text: truncate(report.classes[k] ?? '', 24),
        })),
        INNER,
        { gap: 24, rowHeight: 26 },
      )
    : null;
  const scene = layoutSheet({
    title,
    subtitle: `${what}, with the column set to each value in turn and all others left as they are.`,
    blocks: [...(key ? [key] : []), stack(rows, 20)],
    footnote: `${several ? 'Lines: means over held-out rows.' : 'Thick: the mean over held-out rows. Thin: single rows; where they cross, the column acts together with others.'} Numbers run from their 5th to their 95th percentile. Where columns move together, some of these rows could not exist.`,
  });
  const tell = report.task === 'regression' ? formatNumber : formatShare;
  const said = curves.map(({ column, at, mean }) => {
    const means = mean[shown[0] ?? 0] ?? [];
    return `${column} from ${nameOf(at[0])} (${tell(means[0] ?? 0)}) to ${nameOf(at.at(-1))} (${tell(means.at(-1) ?? 0)})`;
  });
  return { fileName: 'dependence.png', title, altText: `${what} by column: ${said.join('; ')}.`, scene };
}

/** Places in `mean`: the value, the positive class, or up to six classes. */
function outputsShown({ task, classes }: Report): number[] {
  if (task === 'regression') return [0];
  if (task === 'binary') return [1];
  return classes.slice(0, SERIES.length).map((_, k) => k);
}

function colourOf(i: number): string {
  return SERIES[i % SERIES.length] ?? COLOUR.blue;
}

type Say = (value: number) => string;

function panel(curve: Dependence, shown: readonly number[], say: Say): Block {
  const heading: Shape = {
    kind: 'text',
    x: 0,
    y: 12,
    text: truncate(curve.column, 40),
    size: SIZE.body,
    weight: 600,
    colour: COLOUR.ink,
    maxWidth: PANEL,
  };
  const isNamed = curve.kind === 'named';
  const configuration = isNamed ? namedChart(curve, shown, say) : lineChart(curve, shown, say);
  const bars = curve.at.length * Math.max(NAME_HEIGHT, shown.length * BAR_HEIGHT);
  const height = isNamed ? Math.max(PLOT_HEIGHT, bars + AXIS_HEIGHT) : PLOT_HEIGHT;
  return {
    height: height + 30,
    shapes: [heading, { kind: 'chart', x: 0, y: 30, width: PANEL, height, configuration }],
  };
}

function valueAxis(say: Say, limit: number) {
  return {
    border: { display: false },
    ticks: { maxTicksLimit: limit, maxRotation: 0, callback: (value: number | string) => say(Number(value)) },
  };
}

function lineChart(
  { at, mean, single, kind }: Dependence,
  shown: readonly number[],
  say: Say,
): ChartConfiguration {
  const points = (values: readonly number[]) => values.map((y, i) => ({ x: Number(at[i]), y }));
  const name = kind === 'datetime' ? dateOf : formatNumber;
  const several = shown.length > 1;
  return {
    type: 'line',
    data: {
      datasets: [
        ...shown.map((k, i) => ({
          data: points(mean[k] ?? []),
          borderColor: colourOf(several ? i : 0),
          borderWidth: several ? 3 : 4,
          pointRadius: 0,
        })),
        ...single.map((values) => ({
          data: points(values),
          borderColor: '#94a3b866',
          borderWidth: 1,
          pointRadius: 0,
        })),
      ],
    },
    options: {
      layout: { padding: { right: 14, top: 6 } },
      scales: {
        x: {
          type: 'linear',
          min: Number(at[0]),
          max: Number(at.at(-1)),
          grid: { display: false },
          ticks: {
            maxTicksLimit: 5,
            maxRotation: 0,
            includeBounds: false,
            callback: (value) => name(Number(value)),
          },
        },
        y: valueAxis(say, 5),
      },
    },
  };
}

/** Bars that lie, so that names have room. */
function namedChart({ at, mean }: Dependence, shown: readonly number[], say: Say): ChartConfiguration {
  return {
    type: 'bar',
    data: {
      labels: at.map((value) => cutText(nameOf(value), LONGEST_NAME, SIZE.tiny)),
      datasets: shown.map((k, i) => ({
        data: [...(mean[k] ?? [])],
        backgroundColor: colourOf(i),
        borderRadius: 2,
        categoryPercentage: 0.75,
      })),
    },
    options: {
      indexAxis: 'y',
      layout: { padding: { right: 14, top: 6 } },
      scales: {
        x: { beginAtZero: true, ...valueAxis(say, 4) },
        y: { grid: { display: false }, ticks: { autoSkip: false, font: { size: SIZE.tiny } } },
      },
    },
  };
}

function sideBySide(blocks: readonly Block[]): Block {
  return {
    height: Math.max(...blocks.map(({ height }) => height)),
    shapes: blocks.flatMap(({ shapes }, i) =>
      shapes.map((shape) => moveShape(shape, i * (PANEL + GUTTER), 0)),
    ),
  };
}

function nameOf(value: string | number | undefined): string {
  return typeof value === 'number' ? formatNumber(value) : (value ?? '');
}

function percent(share: number): string {
  return `${formatNumber(100 * share)}%`;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
