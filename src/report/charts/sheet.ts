/** The frame that all pictures share: title, subtitle, the blocks of the picture, footnotes. */
import type { ChartConfiguration } from 'chart.js';
import { measureText } from './render.ts';
import type { Block, Scene, Shape } from './scene.ts';
import { moveShape, stack } from './scene.ts';
import { COLOUR, MARGIN, SIZE, WIDTH } from './theme.ts';

const INNER = WIDTH - 2 * MARGIN;

export interface Sheet {
  readonly title: string;
  readonly subtitle: string;
  readonly blocks: readonly Block[];
  readonly footnote?: string;
  /** Default `WIDTH`; blocks are as wide as this without the margins. */
  readonly width?: number;
}

/** Lays the sheet out on a page just high enough for it. */
export function layoutSheet(sheet: Sheet): Scene {
  const width = sheet.width ?? WIDTH;
  const inner = width - 2 * MARGIN;
  const blocks = [
    stack(
      [
        paragraph(sheet.title, inner, { size: SIZE.title, weight: 700, colour: COLOUR.ink, maxLines: 2 }),
        paragraph(sheet.subtitle, inner, { size: SIZE.subtitle, colour: COLOUR.muted, maxLines: 3 }),
      ],
      8,
    ),
    ...sheet.blocks,
  ];
  if (sheet.footnote) {
    blocks.push(paragraph(sheet.footnote, inner, { size: SIZE.small, colour: COLOUR.muted, maxLines: 6 }));
  }
  const body = stack(blocks, 24);
  return {
    width,
    height: Math.ceil(body.height + 2 * MARGIN),
    shapes: body.shapes.map((shape) => moveShape(shape, MARGIN, MARGIN)),
  };
}

/** A chart as wide as the page, under a heading of its own. */
export function titledChart(heading: string, height: number, configuration: ChartConfiguration): Block {
  return {
    height: height + 32,
    shapes: [
      {
        kind: 'text',
        x: 0,
        y: 14,
        text: heading,
        size: SIZE.body,
        weight: 600,
        colour: COLOUR.ink,
        maxWidth: INNER,
      },
      { kind: 'chart', x: 0, y: 32, width: INNER, height, configuration },
    ],
  };
}

interface ParagraphStyle {
  readonly size: number;
  readonly colour: string;
  readonly weight?: 400 | 600 | 700;
  readonly maxLines: number;
}

/** Text in lines of at most `width`; what does not fit into `maxLines` ends in an ellipsis. */
function paragraph(text: string, width: number, style: ParagraphStyle): Block {
  const { size, colour, weight = 400, maxLines } = style;
  const lineHeight = Math.round(size * 1.36);
  const lines = wrap(text, (line) => measureText(line, size, weight) <= width);
  const kept =
    lines.length <= maxLines ? lines : [...lines.slice(0, maxLines - 1), lines.slice(maxLines - 1).join(' ')];
  const shapes = kept.map(
    (line, i): Shape => ({
      kind: 'text',
      x: 0,
      y: lineHeight * (i + 0.5),
      text: line,
      size,
      weight,
      colour,
      maxWidth: width,
    }),
  );
  return { height: lineHeight * kept.length, shapes };
}

function wrap(text: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
