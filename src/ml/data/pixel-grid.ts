/** Pictures that are hidden in a table: one column per pixel, as many data sets of digits and letters come. */
import { type Column, findImages, type ImageColumn, type ImageShape, shared, type Table } from './table.ts';

/** @property columns names of the pixels' columns: row by row, the channels of a pixel side by side.
 *  @property low the brightness that is black; `high` the one that is white. */
export interface PixelGrid extends ImageShape {
  readonly columns: readonly string[];
  readonly low: number;
  readonly high: number;
}

const MIN_SIDE = 4;
const MAX_SIDE = 512;
/** Rows that tell apart pictures whose colours lie side by side from those with one colour after the other. */
const COMPARED_ROWS = 100;

/** "px12", "pixel_12", "pixel.3.4", "pix_3_4_r", "28x28", with whatever stands between name and numbers. */
const NAME = /^(?:(?:px|pix|pixel)[\s_.-]*(\d+)(?:[\s_.x-]+(\d+))?(?:[\s_.-]+([rgb]|[0-2]))?|(\d+)x(\d+))$/i;

interface Place {
  readonly name: string;
  /** One number, or a row and a column; a channel beside them, or -1. */
  readonly index: readonly number[];
  readonly channel: number;
}

/** The grid that columns named like pixels make, or null: where they are no full rectangle, hold gaps, or hold numbers
 *  that are no brightness (0 to 255, 0 to 1, or any from 0 up to 255; -1 to 1 where they are centred). O(cells). */
export function pixelGrid(table: Table): PixelGrid | null {
  const places = table.columns.flatMap(({ name }) => placeOf(name) ?? []);
  const arranged = arrange(places);
  if (!arranged) return null;
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const columns = arranged.names.map((name) => numbersOf(byName.get(name) as Column));
  if (!columns.every((values) => values !== null)) return null;
  const range = brightness(columns);
  if (!range) return null;
  const { height, width, channels } = arranged;
  const isPlanar = arranged.channelsUnknown && planarIsSmoother(columns, height * width);
  const names = isPlanar ? interleaved(arranged.names, height * width) : arranged.names;
  return { columns: names, height, width, channels, ...range };
}

/** The pictures of a table, be they a column of their own or columns of pixels, with the grid of the latter; null for a table
 *  without any. */
export function picturesOf(table: Table): { images: ImageColumn; grid: PixelGrid | null } | null {
  const images = findImages(table);
  if (images) return { images, grid: null };
  const grid = pixelGrid(table);
  return grid && { images: imagesOfGrid(table, grid, 'pixels'), grid };
}

/** The pixels of every row as pictures, spread from black to white. */
export function imagesOfGrid(table: Table, grid: PixelGrid, name: string): ImageColumn {
  const { height, width, channels, low, high } = grid;
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const size = grid.columns.length;
  const values = shared.uint8(table.nRows * size);
  grid.columns.forEach((pixel, k) => {
    const numbers = numbersOf(byName.get(pixel) as Column) as Float64Array;
    for (let row = 0; row < table.nRows; row++) {
      values[row * size + k] = Math.round((255 * ((numbers[row] as number) - low)) / (high - low));
    }
  });
  return { name, type: 'image', valid: shared.uint8(table.nRows).fill(1), height, width, channels, values };
}

/** A pixel that is only ever one of two numbers is read as a column of truth values. Null for anything but numbers. */
function numbersOf(column: Column): Float64Array | null {
  if (column.type === 'numeric') return column.values;
  if (column.type !== 'boolean') return null;
  const [no, yes] = column.labels.map(Number) as [number, number];
  if (!Number.isFinite(no) || !Number.isFinite(yes)) return null;
  return Float64Array.from(column.values, (value, row) =>
    column.valid[row] ? (value === 1 ? yes : no) : Number.NaN,
  );
}

function placeOf(name: string): Place | null {
  const found = NAME.exec(name.trim());
  if (!found) return null;
  const [, first, second, channel, row, column] = found;
  if (row !== undefined) return { name, index: [Number(row), Number(column)], channel: -1 };
  const index = second === undefined ? [Number(first)] : [Number(first), Number(second)];
  const letter = 'rgb'.indexOf((channel ?? '').toLowerCase());
  const ofColour = channel === undefined ? -1 : letter >= 0 ? letter : Number(channel);
  return { name, index, channel: ofColour };
}

interface Arranged extends ImageShape {
  readonly names: string[];
  /** Three times as many numbers as a square has pixels: nothing says which is which colour. */
  readonly channelsUnknown: boolean;
}

function arrange(places: readonly Place[]): Arranged | null {
  if (places.length < MIN_SIDE ** 2) return null;
  const dimensions = new Set(places.map(({ index, channel }) => 10 * index.length + (channel < 0 ? 0 : 1)));
  if (dimensions.size !== 1) return null;
  const channels = (places[0] as Place).channel < 0 ? 1 : 3;
  const sorted = [...places].sort((a, b) => compare([...a.index, a.channel], [...b.index, b.channel]));
  const names = sorted.map(({ name }) => name);
  const nPixels = names.length / channels;
  const first = (sorted[0] as Place).index;
  const last = (sorted[sorted.length - 1] as Place).index;
  if (first.length === 2) {
    const [height, width] = [0, 1].map((k) => (last[k] as number) - (first[k] as number) + 1) as [
      number,
      number,
    ];
    const isFull = sorted.every(({ index: [row = 0, column = 0] }, i) => {
      const pixel = Math.floor(i / channels);
      return (
        row - (first[0] as number) === Math.floor(pixel / width) &&
        column - (first[1] as number) === pixel % width
      );
    });
    return isFull && nPixels === height * width && isSide(height) && isSide(width)
      ? { names, height, width, channels, channelsUnknown: false }
      : null;
  }
  const isRun = sorted.every(
    ({ index }, i) => (index[0] as number) === (first[0] as number) + Math.floor(i / channels),
  );
  const side = Math.sqrt(nPixels);
  if (isRun && Number.isInteger(side) && isSide(side)) {
    return { names, height: side, width: side, channels, channelsUnknown: false };
  }
  const colourSide = Math.sqrt(nPixels / 3);
  return isRun && channels === 1 && Number.isInteger(colourSide) && isSide(colourSide)
    ? { names, height: colourSide, width: colourSide, channels: 3, channelsUnknown: true }
    : null;
}

function isSide(length: number): boolean {
  return length >= MIN_SIDE && length <= MAX_SIDE;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, k) => value !== b[k]);
  return at < 0 ? 0 : (a[at] as number) - (b[at] as number);
}

function brightness(columns: readonly Float64Array[]): { low: number; high: number } | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of columns) {
    for (const value of values) {
      if (Number.isNaN(value)) return null;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low === high || low < -1 || high > 255) return null;
  if (low < 0) return high <= 1 ? { low: -1, high: 1 } : null;
  // Black is 0 even where no picture is black; white is the usual one where there is a usual one.
  const usual = [1, 255].find((white) => high <= white && high > white / 2);
  return { low: 0, high: usual ?? high };
}

/** Whether neighbours differ less when the numbers are taken as one whole picture per colour. */
function planarIsSmoother(columns: readonly Float64Array[], nPixels: number): boolean {
  const nRows = columns[0]?.length ?? 0;
  const stride = Math.max(1, Math.floor(nRows / COMPARED_ROWS));
  let planar = 0;
  let sideBySide = 0;
  for (let row = 0; row < nRows; row += stride) {
    const value = (k: number) => columns[k]?.[row] as number;
    for (let pixel = 1; pixel < nPixels; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        planar += Math.abs(value(channel * nPixels + pixel) - value(channel * nPixels + pixel - 1));
        sideBySide += Math.abs(value(3 * pixel + channel) - value(3 * pixel - 3 + channel));
      }
    }
  }
  return planar < sideBySide;
}

function interleaved(names: readonly string[], nPixels: number): string[] {
  return names.map((_, i) => names[(i % 3) * nPixels + Math.floor(i / 3)] as string);
}
