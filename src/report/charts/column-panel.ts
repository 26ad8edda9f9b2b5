/** One column of a data set in a small panel: a histogram, or its most frequent values. */
import type { ColumnProfile } from '../../profile/profile.ts';
import { formatCount, formatNumber, formatShare } from '../format.ts';
import { measureText } from './render.ts';
import { type Block, moveShape, type Shape } from './scene.ts';
import { COLOUR, SIZE, tint } from './theme.ts';

const PANEL_HEIGHT = 156;

const HEAD = 34;
const PLOT = PANEL_HEIGHT - HEAD;
const VALUES = 4;
const VALUE_SIZE = SIZE.small - 1;

/** @param rows of the whole table. @param mark words that stand out beside the name, e.g. that it may leak. */
export function columnPanel(column: ColumnProfile, rows: number, width: number, mark?: string): Block {
  const side = mark ?? sideNote(column, rows);
  const head = { kind: 'text', y: 12 } as const;
  const shapes: Shape[] = [
    {
      ...head,
      x: 0,
      text: column.name,
      size: SIZE.body,
      weight: 600,
      colour: COLOUR.ink,
      maxWidth: width - 128,
    },
    {
      ...head,
      x: width,
      text: side,
      size: SIZE.tiny,
      colour: mark ? COLOUR.vermillion : COLOUR.muted,
      align: 'right',
    },
    ...(column.range ? histogram(column, column.range, width) : topValues(column, rows, width)),
  ];
  return { height: PANEL_HEIGHT, shapes };
}

/** A histogram of its own height, for a target of a regression. */
export function histogramBlock(column: ColumnProfile, width: number): Block {
  return {
    height: PLOT,
    shapes: column.range
      ? histogram(column, column.range, width).map((shape) => moveShape(shape, 0, -HEAD))
      : [],
  };
}

function histogram(
  column: ColumnProfile,
  range: NonNullable<ColumnProfile['range']>,
  width: number,
): Shape[] {
  const { counts, edges } = range.histogram;
  const height = PLOT - 28;
  const most = Math.max(...counts, 1);
  const bin = width / Math.max(1, counts.length);
  const base = HEAD + height;
  const bars = counts.flatMap((count, i): Shape[] =>
    count === 0
      ? []
      : [
          {
            kind: 'rect',
            x: i * bin,
            y: base - Math.max(2, (count / most) * height),
            width: Math.max(1, bin - 2),
            height: Math.max(2, (count / most) * height),
            fill: tint(COLOUR.blue, 0.7),
            radius: 2,
          },
        ],
  );
  const reach = (edges[edges.length - 1] ?? range.max) - (edges[0] ?? range.min);
  const median = reach > 0 ? ((range.median - (edges[0] ?? range.min)) / reach) * width : width / 2;
  const say = (value: number) => formatCell(column, value);
  const label = { kind: 'text', y: base + 16, size: SIZE.tiny, colour: COLOUR.muted } as const;
  return [
    ...bars,
    { kind: 'line', x1: 0, y1: base, x2: width, y2: base, colour: COLOUR.faint, width: 1 },
    {
      kind: 'line',
      x1: median,
      y1: base - height,
      x2: median,
      y2: base,
      colour: COLOUR.ink,
      width: 1.5,
      dash: [4, 3],
    },
    { ...label, x: 0, text: say(range.min) },
    { ...label, x: width / 2, align: 'center', text: `median ${say(range.median)}` },
    { ...label, x: width, align: 'right', text: say(range.max) },
  ];
}

function topValues(column: ColumnProfile, rows: number, width: number): Shape[] {
  const present = Math.max(1, rows - column.missing);
  const shown = column.top.slice(0, column.distinct > VALUES ? VALUES - 1 : VALUES);
  const line = PLOT / VALUES;
  // Names are cut only where there would be no room for bars.
  const longest = Math.max(...shown.map(({ value }) => measureText(value, VALUE_SIZE)));
  const barLeft = Math.min(width * 0.62, Math.max(width * 0.3, longest + 14));
  const barWidth = width - barLeft - 62;
  const shapes = shown.flatMap(({ value, count }, i): Shape[] => {
    const y = HEAD + line * (i + 0.5);
    const share = count / present;
    const text = { kind: 'text', y, size: VALUE_SIZE, colour: COLOUR.ink } as const;
    return [
      { ...text, x: 0, text: value, maxWidth: barLeft - 13 },
      { kind: 'rect', x: barLeft, y: y - 7, width: barWidth, height: 14, fill: COLOUR.track, radius: 4 },
      {
        kind: 'rect',
        x: barLeft,
        y: y - 7,
        width: Math.max(3, barWidth * share),
        height: 14,
        fill: tint(COLOUR.green, 0.7),
        radius: 4,
      },
      { ...text, x: width, align: 'right', text: formatShare(share), colour: COLOUR.muted },
    ];
  });
  const rest = column.distinct - shown.length;
  if (rest <= 0) return shapes;
  const text = `and ${formatCount(rest)} more ${rest === 1 ? 'value' : 'values'}`;
  const y = HEAD + line * (shown.length + 0.5);
  return [...shapes, { kind: 'text', x: 0, y, text, size: SIZE.tiny, colour: COLOUR.muted }];
}

function sideNote(column: ColumnProfile, rows: number): string {
  if (column.missing > 0) return `${formatShare(column.missing / rows)} missing`;
  return column.type === 'datetime' ? 'date' : column.type;
}

/** A value of a numeric or datetime column: dates as days, years without a comma. */
export function formatCell({ type, range }: ColumnProfile, value: number): string {
  if (type === 'datetime') return new Date(value).toISOString().slice(0, 10);
  const looksLikeYears = range && range.min >= 1500 && range.max <= 2100 && Number.isInteger(range.median);
  return looksLikeYears ? String(Math.round(value)) : formatNumber(value);
}
