/** Images written as one column per pixel: which columns they are, and how large the image is. */
import type { Table } from './table.ts';

/** @property columns in row-major order, the channels of a pixel side by side. */
export interface PixelGrid {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly columns: readonly string[];
}

/** A column of numbers. @property low, high the range of its values. */
export interface NumberRange {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

const SMALLEST_SIDE = 4;
/** Pixels are bytes, or shares of the brightest. */
const BRIGHTEST = 255;

/** Reads names and ranges: names are numbered line by line, as `pixel12` (with a word for pixels, and as many as a square
 *  image has, of one or three channels), or as `r3_c4` or `px_3_4_0` with line, column and channel; values are never below 0
 *  nor above 255. @param columns in the table's order. @returns null where they are anything else. */
export function pixelGrid(columns: readonly NumberRange[]): PixelGrid | null {
  if (columns.length < SMALLEST_SIDE ** 2) return null;
  if (columns.some(({ low, high }) => !(low >= 0 && high <= BRIGHTEST))) return null;
  const names = columns.map(({ name }) => name);
  const [form = '', ...others] = new Set(names.map((name) => name.replace(/\d+/g, '#')));
  if (others.length > 0) return null;
  const numbers = names.map((name) => (name.match(/\d+/g) ?? []).map(Number));
  const size = numbers[0]?.length === 1 ? squareSize(form, numbers) : namedSize(numbers);
  return size && Math.min(size.height, size.width) >= SMALLEST_SIDE ? { ...size, columns: names } : null;
}

/** The grid that numeric columns of a table make, of those `named`. */
export function pixelGridOf(table: Table, named: readonly string[]): PixelGrid | null {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const ranges: NumberRange[] = [];
  for (const name of named) {
    const column = byName.get(name);
    if (column?.type !== 'numeric' && column?.type !== 'boolean') return null;
    ranges.push({ name, ...rangeOf(column.values, column.valid) });
  }
  return pixelGrid(ranges);
}

type Size = Omit<PixelGrid, 'columns'>;

/** Numbered through, from 0 or 1. */
function squareSize(form: string, numbers: readonly number[][]): Size | null {
  const first = numbers[0]?.[0] ?? -1;
  if (!/pixel|px|pix|image|img/i.test(form) || first > 1) return null;
  if (numbers.some(([number], i) => number !== first + i)) return null;
  for (const channels of [1, 3]) {
    const side = Math.sqrt(numbers.length / channels);
    if (Number.isInteger(side)) return { height: side, width: side, channels };
  }
  return null;
}

/** Line, column and, where there are three numbers, channel; each from 0 or 1, all there and in order. */
function namedSize(numbers: readonly number[][]): Size | null {
  const [first = []] = numbers;
  const last = numbers.at(-1) ?? [];
  if (first.length < 2 || first.length > 3 || first.some((start) => start > 1)) return null;
  const [height = 1, width = 1, channels = 1] = last.map((end, i) => end - (first[i] ?? 0) + 1);
  if (height * width * channels !== numbers.length || channels > 4) return null;
  const isInOrder = numbers.every((found, i) => {
    const place = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels];
    return found.length === first.length && found.every((n, k) => n === (first[k] ?? 0) + (place[k] ?? 0));
  });
  return isInOrder ? { height, width, channels } : null;
}

function rangeOf(values: ArrayLike<number>, valid: Uint8Array): { low: number; high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (!valid[i]) continue;
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  return { low, high };
}
