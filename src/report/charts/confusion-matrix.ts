/** How often each class was taken for which: counts, and shares of the actual class as colour and text. */
import { capitalise, formatCount, formatShare, joinWords, plural, truncate } from '../format.ts';
import { modelName } from '../model-name.ts';
import type { Report } from '../report.ts';
import { unitsOf } from '../unit-words.ts';
import type { PictureSpec } from './picture.ts';
import { measureText } from './render.ts';
import type { Block, Shape } from './scene.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, MARGIN, SIZE, textOn, tint, WIDE_WIDTH, WIDTH } from './theme.ts';

/** More classes than this would be unreadable: the rarest are counted together. */
const MAX_CLASSES = 30;
/** From this many classes on cells hold counts alone. */
const MANY_CLASSES = 9;
/** From this many on, or where counts are too long for their cells, the picture is wide. */
const WIDE_FROM = 13;
const LONGEST_COUNT = 48;

type Matrix = NonNullable<Report['judgement']['confusion']>;

/** @returns null in regression. */
export function confusionMatrix(report: Report): PictureSpec | null {
  if (!report.judgement.confusion) return null;
  const { classes, counts } = withinLimit(report.judgement.confusion);
  const matrix = { counts, classes: classes.map((name) => truncate(name, 40)) };
  const isWide =
    matrix.classes.length >= WIDE_FROM ||
    (matrix.classes.length >= MANY_CLASSES && widestCount(matrix, SIZE.tiny) > LONGEST_COUNT);
  const width = isWide ? WIDE_WIDTH : WIDTH;
  const total = sum(matrix.counts.map(sum));
  const right = sum(matrix.counts.map((row, actual) => row[actual]));
  const title = 'Confusion matrix';
  const mistakes = worstMistakes(matrix).slice(0, 3);
  const sentences = mistakes.map(
    ({ actual, predicted, count, share }) =>
      `${matrix.classes[actual]} taken for ${matrix.classes[predicted]} (${plural(count, 'time')}, ${formatShare(share)})`,
  );
  const footnote =
    mistakes.length === 0
      ? 'No row was taken for another class.'
      : `Most frequent mistakes: ${joinWords(sentences)}.`;
  const scene = layoutSheet({
    title,
    width,
    subtitle: `${formatCount(right)} of ${formatCount(total)} held-out ${unitsOf(report)} (${formatShare(right / total)}) were put in the right class. Rows: actual ${truncate(report.target, 40)}; columns: predicted.`,
    blocks: [grid(matrix, width - 2 * MARGIN)],
    footnote,
  });
  const recalls = matrix.counts.map((row, actual) => {
    const size = sum(row);
    return `${matrix.classes[actual]}: ${formatCount(row[actual])} of ${formatCount(size)}${size > 0 ? ` (${formatShare(row[actual] / size)})` : ''}`;
  });
  const altText =
    `Confusion matrix of ${modelName(report).toLowerCase()} on ${formatCount(total)} held-out ${unitsOf(report)}. ` +
    `Found of each class: ${recalls.join('; ')}. ${capitalise(footnote)}`;
  return { fileName: 'confusion-matrix.png', title, altText, scene };
}

function grid(matrix: Matrix, width: number): Block {
  const n = matrix.classes.length;
  const many = n >= MANY_CLASSES;
  const text = many ? 17 : SIZE.small;
  const widestName = Math.max(...matrix.classes.map((name) => measureText(name, text, 600)));
  const left = Math.min(many ? 170 : 190, Math.ceil(widestName) + 14) + 30;
  const cell = (width - left) / n;
  const cellHeight = many ? Math.max(cell, 30) : Math.min(cell, n <= 2 ? 150 : 120);
  const countSize = [SIZE.small, SIZE.tiny].find((size) => widestCount(matrix, size) <= cell - 6) ?? 14;
  const upright = many && widestName > cell - 4;
  const top = (upright ? Math.min(150, Math.ceil(widestName) + 12) : 34) + 30;
  const shapes: Shape[] = [
    axisName('predicted', left + (cell * n) / 2, 10),
    { ...axisName('actual', 10, top + (cellHeight * n) / 2), upright: true },
  ];
  matrix.classes.forEach((name, i) => {
    const x = left + cell * (i + 0.5);
    shapes.push(
      upright
        ? { ...className(name, x, top - 10, text), upright: true, align: 'left', maxWidth: 130 }
        : { ...className(name, x, top - 17, text), align: 'center', maxWidth: cell - 6 },
      {
        ...className(name, left - 12, top + cellHeight * (i + 0.5), text),
        align: 'right',
        maxWidth: left - 42,
      },
    );
  });
  matrix.counts.forEach((row, actual) => {
    const size = sum(row);
    row.forEach((count, predicted) => {
      const share = size > 0 ? count / size : 0;
      const strength = colourStrength(share, actual === predicted);
      const x = left + cell * predicted;
      const y = top + cellHeight * actual;
      const fill = tint(actual === predicted ? COLOUR.blue : COLOUR.vermillion, strength);
      const gap = many ? 1 : 2;
      shapes.push({
        kind: 'rect',
        x: x + gap,
        y: y + gap,
        width: cell - 2 * gap,
        height: cellHeight - 2 * gap,
        fill,
        radius: many ? 3 : 8,
      });
      if (many && count === 0) return;
      const colour = textOn(fill);
      const centre = { kind: 'text', x: x + cell / 2, align: 'center', colour, maxWidth: cell - 4 } as const;
      const middle = y + cellHeight / 2;
      if (many) {
        shapes.push({
          ...centre,
          y: middle,
          text: formatCount(count),
          size: countSize,
          weight: 600,
        });
        return;
      }
      const big = cell >= 150 ? 34 : cell >= 90 ? 24 : 19;
      shapes.push(
        { ...centre, y: middle - big * 0.45, text: formatCount(count), size: big, weight: 700 },
        {
          ...centre,
          y: middle + big * 0.65,
          text: formatShare(share),
          size: cell >= 90 ? SIZE.small : SIZE.tiny,
        },
      );
    });
  });
  return { height: top + cellHeight * n, shapes };
}

function widestCount({ counts }: Matrix, size: number): number {
  return measureText(formatCount(Math.max(...counts.flat())), size, 600);
}

/** Right cells deepen with the share; mistakes sooner, so that a few in a hundred still show. */
function colourStrength(share: number, right: boolean): number {
  if (share === 0) return right ? 0.06 : 0.03;
  return right ? 0.12 + 0.88 * share : Math.min(1, 0.08 + 0.92 * Math.sqrt(share));
}

/** The most frequent classes, in their order, and one last row and column for all others together. */
function withinLimit(matrix: Matrix): Matrix {
  const n = matrix.classes.length;
  if (n <= MAX_CLASSES) return matrix;
  const sizes = matrix.counts.map(sum);
  const kept = Array.from({ length: n }, (_, i) => i)
    .sort((a, b) => sizes[b] - sizes[a] || a - b)
    .slice(0, MAX_CLASSES - 1)
    .sort((a, b) => a - b);
  const place = (i: number) => (kept.includes(i) ? kept.indexOf(i) : kept.length);
  const counts = Array.from({ length: MAX_CLASSES }, () => new Array<number>(MAX_CLASSES).fill(0));
  for (let actual = 0; actual < n; actual++) {
    for (let predicted = 0; predicted < n; predicted++) {
      counts[place(actual)][place(predicted)] += matrix.counts[actual][predicted];
    }
  }
  return { classes: [...kept.map((i) => matrix.classes[i]), `${n - kept.length} others`], counts };
}

function worstMistakes(
  matrix: Matrix,
): { actual: number; predicted: number; count: number; share: number }[] {
  return matrix.counts
    .flatMap((row, actual) =>
      row.map((count, predicted) => ({ actual, predicted, count, share: count / Math.max(1, sum(row)) })),
    )
    .filter(({ actual, predicted, count }) => actual !== predicted && count > 0)
    .sort((a, b) => b.count - a.count || b.share - a.share);
}

function axisName(text: string, x: number, y: number): Shape & { kind: 'text' } {
  return { kind: 'text', x, y, text, size: SIZE.small, colour: COLOUR.muted, align: 'center' };
}

function className(text: string, x: number, y: number, size: number): Shape & { kind: 'text' } {
  return { kind: 'text', x, y, text, size, weight: 600, colour: COLOUR.ink };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
