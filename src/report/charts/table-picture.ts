/** Tables as shapes, in two passes: measure every cell to find the column widths, then place. Shared by every picture
 *  that is a table; a column may hold interval bars instead of text. */
import { measureText } from './render.ts';
import type { Block, Shape } from './scene.ts';
import { COLOUR, SIZE, tint } from './theme.ts';

export interface TableSpec {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

export interface TableColumn {
  readonly heading: string;
  /** Text is aligned left, numbers right; bar columns share the width that the others leave. */
  readonly kind: 'text' | 'number' | 'bar';
  /** Belongs to the column before it: stands close to it, in a lighter voice. */
  readonly joined?: boolean;
}

export interface TableRow {
  /** One per column. */
  readonly cells: readonly TableCell[];
  /** Colour of an emphasised row. */
  readonly highlight?: string;
}

export interface TableCell {
  readonly text?: string;
  /** A second, smaller line. */
  readonly note?: string;
  /** Below the text, if there is one; such a row needs a note somewhere, for its height. */
  readonly bar?: Bar;
}

/** A value on a track that reaches from `from` to `to`. A value outside of it is drawn hollow, at its end. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** A second value to compare with, drawn as an open ring. */
  readonly reference?: number;
  /** Fills the track from here to the value, as a bar chart does. */
  readonly origin?: number;
  readonly colour: string;
}

const GAP = 22;
const JOINED_GAP = 12;
const PAD = 12;
const HEAD_HEIGHT = 44;
const ROW_HEIGHT = 44;
const NOTED_ROW_HEIGHT = 68;
const MIN_BAR = 84;
const MIN_TEXT = 90;

/** @param width of the whole table. Where it is too narrow for the contents, text columns are cut, widest first. */
export function layoutTable(spec: TableSpec, width: number): Block {
  const widths = columnWidths(spec, width);
  const lefts: number[] = [];
  widths.reduce((end, own, column) => {
    lefts.push(end + gapBefore(spec, column));
    return lefts[column] + own;
  }, PAD);

  const shapes: Shape[] = [];
  const place = (text: string, column: number, y: number, style: TextStyle) => {
    const right = spec.columns[column].kind === 'number';
    const x = lefts[column] + (right ? widths[column] : 0);
    const align = right ? 'right' : 'left';
    shapes.push({ kind: 'text', x, y, text, align, maxWidth: widths[column] + 1, ...style });
  };

  spec.columns.forEach(({ heading }, column) => {
    if (heading !== '') place(heading, column, HEAD_HEIGHT / 2 - 4, HEADING);
  });
  shapes.push(hairline(HEAD_HEIGHT, width, COLOUR.faint));

  let y = HEAD_HEIGHT;
  spec.rows.forEach((row, i) => {
    const noted = row.cells.some((cell) => cell.note !== undefined);
    const height = noted ? NOTED_ROW_HEIGHT : ROW_HEIGHT;
    if (row.highlight) {
      const fill = tint(row.highlight, 0.09);
      shapes.push({ kind: 'rect', x: 0, y: y + 3, width, height: height - 6, fill, radius: 10 });
    }
    const middle = y + height / 2;
    row.cells.forEach((cell, column) => {
      const below = cell.text === undefined ? 0 : 14;
      if (cell.bar) shapes.push(...barShapes(cell.bar, lefts[column], middle + below, widths[column]));
      const lift = cell.note === undefined && !cell.bar ? 0 : 12;
      if (cell.text !== undefined) place(cell.text, column, middle - lift, cellStyle(spec, row, column));
      if (cell.note !== undefined) place(cell.note, column, middle + 14, NOTE);
    });
    y += height;
    const next = spec.rows[i + 1];
    if (next && !row.highlight && !next.highlight) shapes.push(hairline(y, width, COLOUR.hairline));
  });
  return { height: y, shapes };
}

interface TextStyle {
  readonly size: number;
  readonly weight: 400 | 600;
  readonly colour: string;
}

const HEADING: TextStyle = { size: SIZE.small, weight: 600, colour: COLOUR.muted };
const NOTE: TextStyle = { size: SIZE.tiny, weight: 400, colour: COLOUR.muted };

function cellStyle(spec: TableSpec, row: TableRow, column: number): TextStyle {
  if (spec.columns[column].joined)
    return { size: SIZE.body, weight: 400, colour: row.highlight ?? COLOUR.muted };
  const strong = column === 0 || row.highlight !== undefined || spec.columns[column + 1]?.joined === true;
  return { size: SIZE.body, weight: strong ? 600 : 400, colour: row.highlight ?? COLOUR.ink };
}

function gapBefore(spec: TableSpec, column: number): number {
  if (column === 0) return 0;
  return spec.columns[column].joined ? JOINED_GAP : GAP;
}

function columnWidths(spec: TableSpec, width: number): number[] {
  const natural = spec.columns.map(({ heading, kind }, column) => {
    const parts = spec.rows.map((row) => {
      const { text = '', note = '' } = row.cells[column];
      const style = cellStyle(spec, row, column);
      return Math.max(measureText(text, style.size, style.weight), measureText(note, NOTE.size, NOTE.weight));
    });
    const head = measureText(heading, HEADING.size, HEADING.weight);
    return Math.ceil(Math.max(head, kind === 'bar' ? MIN_BAR : 0, ...parts));
  });
  const gaps = spec.columns.reduce((sum, _, column) => sum + gapBefore(spec, column), 0);
  const spare = () => width - 2 * PAD - gaps - natural.reduce((sum, own) => sum + own, 0);
  while (spare() < 0) {
    const widest = indexOfWidestText(spec, natural);
    if (widest < 0 || natural[widest] <= MIN_TEXT) break;
    natural[widest] = Math.max(MIN_TEXT, natural[widest] + spare());
  }
  const bars = spec.columns.filter(({ kind }) => kind === 'bar').length;
  const texts = spec.columns.findIndex(({ kind }) => kind === 'text');
  const extra = Math.max(0, spare());
  return natural.map((own, column) => {
    if (bars > 0) return spec.columns[column].kind === 'bar' ? own + extra / bars : own;
    return column === texts ? own + extra : own;
  });
}

function indexOfWidestText(spec: TableSpec, widths: readonly number[]): number {
  let widest = -1;
  spec.columns.forEach(({ kind }, column) => {
    if (kind === 'text' && (widest < 0 || widths[column] > widths[widest])) widest = column;
  });
  return widest;
}

function barShapes(bar: Bar, left: number, middle: number, width: number): Shape[] {
  const x = (value: number) => {
    const share = bar.to === bar.from ? 0.5 : (value - bar.from) / (bar.to - bar.from);
    return left + width * Math.min(1, Math.max(0, share));
  };
  const strip = (from: number, to: number, height: number, fill: string): Shape => ({
    kind: 'rect',
    x: Math.min(x(from), x(to)),
    y: middle - height / 2,
    width: Math.max(2, Math.abs(x(to) - x(from))),
    height,
    fill,
    radius: height / 2,
  });
  const tick = (height: number): Shape => ({
    kind: 'rect',
    x: x(bar.value) - 1.5,
    y: middle - height / 2,
    width: 3,
    height,
    fill: bar.colour,
    radius: 2,
  });
  const shapes: Shape[] = [strip(bar.from, bar.to, 8, COLOUR.track)];
  const ring: Shape[] =
    bar.reference === undefined
      ? []
      : [{ kind: 'mark', x: x(bar.reference), y: middle, radius: 6, fill: COLOUR.paper, ring: COLOUR.grey }];
  if (bar.origin !== undefined) {
    // What has no length would be a speck at the end of the track.
    if (bar.value !== bar.origin) shapes.push(strip(bar.origin, bar.value, 12, tint(bar.colour, 0.5)));
    if (bar.low !== bar.high) shapes.push(strip(bar.low, bar.high, 3, bar.colour));
    return [...shapes, ...ring];
  }
  if (bar.value < bar.from || bar.value > bar.to) {
    shapes.push({
      kind: 'mark',
      x: x(bar.value),
      y: middle,
      radius: 6,
      fill: COLOUR.paper,
      ring: bar.colour,
    });
    return [...shapes, ...ring];
  }
  return [...shapes, strip(bar.low, bar.high, 14, tint(bar.colour, 0.45)), ...ring, tick(24)];
}

function hairline(y: number, width: number, colour: string): Shape {
  return { kind: 'line', x1: 0, y1: y, x2: width, y2: y, colour, width: 1 };
}
