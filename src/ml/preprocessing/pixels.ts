/** Pictures as plain numbers, for estimators that know nothing of neighbourhood: the brightness of a coarse grid. */
import { z } from 'zod';
import { gridFor, NETWORK_CELLS } from '../data/image-features.ts';
import { averageByArea } from '../data/resample.ts';
import { type ImageColumn, imageOf } from '../data/table.ts';
import type { View } from './view.ts';

/** Numbers per picture at most: a network or a linear model reads more of them in the time than trees do. */
const MAX_NUMBERS: Readonly<Record<View, number>> = { dense: NETWORK_CELLS, tree: 256 };

export const PixelEncoder = z.object({
  kind: z.literal('pixels'),
  /** Size of the grid; a cell is the mean of the pixels that it covers. */
  height: z.number().int().min(1),
  width: z.number().int().min(1),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** Per channel, over all cells of the training pictures. */
  means: z.array(z.number()),
  deviations: z.array(z.number().positive()),
});
export type PixelEncoder = z.infer<typeof PixelEncoder>;

/** @param rows the training rows. */
export function fitPixels(column: ImageColumn, rows: Uint32Array, view: View): PixelEncoder {
  const { channels } = column;
  const { height, width } = gridFor(column, rows.length, MAX_NUMBERS[view]);
  const plain = { kind: 'pixels', height, width, channels } as const;
  const unscaled = { ...plain, means: Array(channels).fill(0), deviations: Array(channels).fill(1) };
  const cells = encodePixels(unscaled, column, rows);
  const means = Array.from({ length: channels }, (_, channel) => meanOf(cells, channel, channels, (v) => v));
  const deviations = means.map((mean, channel) => {
    const variance = meanOf(cells, channel, channels, (value) => (value - mean) ** 2);
    return Math.sqrt(variance) || 1;
  });
  return { ...plain, means, deviations };
}

/** Every pixel as it is. */
export function wholePixels({ height, width, channels }: ImageColumn): PixelEncoder {
  const each = (value: number): number[] => Array(channels).fill(value);
  return { kind: 'pixels', height, width, channels, means: each(0), deviations: each(1) };
}

/** Every cell as a feature, in standard deviations from the mean of its channel; NaN where the picture is missing.
 *  @returns each Float64Array (rows.length), in the order of `pixelLabels`. */
export function encodePixels(
  { height, width, channels, means, deviations }: PixelEncoder,
  column: ImageColumn,
  rows: Uint32Array,
): Float64Array[] {
  const numbers = Array.from({ length: height * width * channels }, () => new Float64Array(rows.length));
  const isWhole = height === column.height && width === column.width;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const picture = imageOf(column, row);
    const cells = isWhole
      ? picture
      : averageByArea(picture, [column.height, column.width], [height, width], channels);
    const gap = column.valid[row] ? 0 : Number.NaN;
    for (let k = 0; k < numbers.length; k++) {
      const channel = k % channels;
      numbers[k][i] = (cells[k] - means[channel]) / deviations[channel] + gap;
    }
  }
  return numbers;
}

const CHANNEL_NAMES = { 1: [''], 3: [', red', ', green', ', blue'] } as const;

/** "row 3, column 5, red", counted from 1. */
export function pixelLabels({ height, width, channels }: PixelEncoder): string[] {
  return Array.from({ length: height * width * channels }, (_, k) => {
    const cell = Math.floor(k / channels);
    const place = `row ${Math.floor(cell / width) + 1}, column ${(cell % width) + 1}`;
    return place + CHANNEL_NAMES[channels][k % channels];
  });
}

function meanOf(
  numbers: readonly Float64Array[],
  channel: number,
  channels: number,
  of: (value: number) => number,
): number {
  let sum = 0;
  let n = 0;
  for (let k = channel; k < numbers.length; k += channels) {
    for (const value of numbers[k]) {
      if (Number.isNaN(value)) continue;
      sum += of(value);
      n++;
    }
  }
  return n === 0 ? 0 : sum / n;
}
