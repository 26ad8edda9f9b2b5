/** What columns do to single predictions: a swarm for each column, one dot for each row. */
import type { Explanation } from '../../ml/evidence.ts';
import type { ChapterSource } from '../chapters/chapter.ts';
import { effectSize, unitWords } from '../chapters/effect-words.ts';
import { formatCount, formatNumber, plural, truncate } from '../format.ts';
import { unitOf } from '../unit-words.ts';
import type { PictureSpec } from './picture.ts';
import { measureText } from './render.ts';
import type { Block, Shape } from './scene.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, MARGIN, SIZE, WIDTH } from './theme.ts';

const INNER = WIDTH - 2 * MARGIN;
const SHOWN = 12;
const DOTS = 400;
const ROW_HEIGHT = 46;
const RADIUS = 3.2;
const MOST_LABEL = 230;
const LOW = '#56b4e9';
const HIGH = '#d55e00';

type EffectColumn = Explanation['columns'][number];

/** @returns null where no rows were explained. */
export function effectsPicture({ report, evidence }: ChapterSource): PictureSpec | null {
  const explanation = evidence?.explanation;
  const columns = explanation?.columns.filter(({ name }) => name !== null).slice(0, SHOWN) ?? [];
  if (!explanation || columns.length === 0) return null;
  const { unit, towards } = unitWords(explanation, report);
  const shown = Math.min(DOTS, explanation.rows.length);
  const title = 'What columns do to single predictions';
  const hidden = explanation.columns.length - columns.length;
  const scene = layoutSheet({
    title,
    subtitle: `Each dot is a held-out ${unitOf(report)}: how far the column moved it, in ${unit}. Right is towards ${report.task === 'multiclass' ? 'the class it was taken for' : towards}.`,
    blocks: [legend(), swarms(columns, shown, explanation.unit)],
    footnote: `${plural(shown, unitOf(report))} of ${formatCount(explanation.of)}. ${
      explanation.method === 'trees'
        ? 'Exact Shapley values of the trees.'
        : 'Shapley values from sampled orders.'
    }${hidden > 0 ? ' Less important columns are not shown.' : ''} Shades are ranks among the values; names have none, and are grey.`,
  });
  const sizes = columns.map(({ name, meanSize }) => `${name} ${effectSize(explanation.unit, meanSize)}`);
  const altText = `Mean size of the effect of each column on the prediction of a ${unitOf(report)}, in ${unit}: ${sizes.join('; ')}.`;
  return { fileName: 'effects.png', title, altText, scene };
}

function legend(): Block {
  const text = { kind: 'text', y: 10, size: SIZE.small, colour: COLOUR.ink } as const;
  const swatches: Shape[] = Array.from({ length: 24 }, (_, i) => ({
    kind: 'rect',
    x: 100 + i * 5,
    y: 3,
    width: 5,
    height: 14,
    fill: mix(i / 23),
  }));
  return {
    height: 20,
    shapes: [{ ...text, x: 0, text: 'low value' }, ...swatches, { ...text, x: 230, text: 'high value' }],
  };
}

function swarms(columns: readonly EffectColumn[], shown: number, unit: Explanation['unit']): Block {
  const labels = columns.map(({ name }) => truncate(name ?? '', 40));
  const labelWidth = Math.min(
    MOST_LABEL,
    Math.ceil(Math.max(...labels.map((text) => measureText(text, SIZE.body)))),
  );
  const left = labelWidth + 20;
  const width = INNER - left - 8;
  const picked = columns.map(({ effects, ranks }) => pick(effects, ranks, shown));
  // A few rows far out must not squeeze all others.
  const all = picked
    .flat()
    .map(({ effect }) => Math.abs(effect))
    .sort((a, b) => a - b);
  const reach = (all[Math.floor(0.998 * (all.length - 1))] ?? 1) * 1.05 || 1;
  const x = (effect: number) => left + width * (0.5 + Math.max(-0.5, Math.min(0.5, effect / (2 * reach))));
  const bottom = columns.length * ROW_HEIGHT;
  const shapes: Shape[] = [
    { kind: 'line', x1: x(0), x2: x(0), y1: 0, y2: bottom, colour: COLOUR.faint, width: 1.5 },
  ];
  columns.forEach((_, row) => {
    const middle = (row + 0.5) * ROW_HEIGHT;
    shapes.push({
      kind: 'text',
      x: 0,
      y: middle,
      text: labels[row] ?? '',
      size: SIZE.body,
      colour: COLOUR.ink,
      maxWidth: labelWidth,
    });
    shapes.push({
      kind: 'line',
      x1: left,
      x2: left + width,
      y1: middle,
      y2: middle,
      colour: COLOUR.track,
      width: 1,
    });
    shapes.push(...swarm(picked[row] ?? [], x, middle));
  });
  const last = Number((0.9 * reach).toPrecision(1));
  for (const value of [-last, -last / 2, 0, last / 2, last]) {
    shapes.push({
      kind: 'text',
      x: x(value),
      y: bottom + 16,
      text: `${value > 0 ? '+' : ''}${formatNumber(unit === 'probability' ? 100 * value : value)}`,
      size: SIZE.small,
      colour: COLOUR.muted,
      align: 'center',
    });
  }
  return { height: bottom + 30, shapes };
}

interface Dot {
  readonly effect: number;
  readonly rank: number | null;
}

/** About `n` of the rows, evenly spread. */
function pick(effects: readonly number[], ranks: readonly (number | null)[], n: number): Dot[] {
  return Array.from({ length: n }, (_, i) => {
    const at = Math.floor(((i + 0.5) * effects.length) / n);
    return { effect: effects[at] ?? 0, rank: ranks[at] ?? null };
  });
}

/** Dots of one place stand over and under each other, as far as the row is high. */
function swarm(dots: readonly Dot[], x: (effect: number) => number, middle: number): Shape[] {
  const counts = new Map<number, number>();
  const sorted = [...dots].sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  const places = sorted.map(({ effect, rank }) => {
    const slot = Math.round(x(effect) / (RADIUS * 1.4));
    const nth = counts.get(slot) ?? 0;
    counts.set(slot, nth + 1);
    return { slot, nth, rank, at: x(effect) };
  });
  const room = ROW_HEIGHT / 2 - RADIUS - 2;
  return places.map(({ slot, nth, rank, at }): Shape => {
    const step = Math.min(RADIUS * 1.5, (2 * room) / Math.max(1, counts.get(slot) ?? 1));
    const offset = (nth % 2 === 0 ? 1 : -1) * Math.ceil(nth / 2) * step;
    return {
      kind: 'mark',
      x: at,
      y: middle + offset,
      radius: RADIUS,
      fill: rank === null ? COLOUR.grey : mix(rank),
    };
  });
}

/** From the colour of low values to that of high ones. */
function mix(share: number): string {
  const channel = (at: number) => {
    const [low, high] = [LOW, HIGH].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    const value = Math.round((low ?? 0) + ((high ?? 0) - (low ?? 0)) * share);
    return value.toString(16).padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
