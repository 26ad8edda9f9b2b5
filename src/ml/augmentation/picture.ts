/** A picture while it is varied: numbers from 0 (dark) to 255, with fractions, row by row, channels side by side. Every
 *  function here returns a new picture of the same shape and leaves the one that it was given alone. */
import type { ImageShape } from '../data/table.ts';

export interface Picture extends ImageShape {
  readonly pixels: Float32Array;
}

/** @param pixels as in an image column. */
export function pictureOf(pixels: Uint8Array, { height, width, channels }: ImageShape): Picture {
  return { height, width, channels, pixels: Float32Array.from(pixels) };
}

/** As in an image column: rounded, 0 to 255. */
export function bytesOf({ pixels }: Picture): Uint8Array {
  return Uint8Array.from(pixels, (value) => Math.min(255, Math.max(0, Math.round(value))));
}

/** Every number changed by itself and kept between 0 and 255. */
export function mapPixels(picture: Picture, change: (value: number, index: number) => number): Picture {
  const pixels = new Float32Array(picture.pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const value = change(picture.pixels[i], i);
    pixels[i] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
  return { ...picture, pixels };
}

/** Luma of ITU-R BT.601 of each pixel; a grey picture's own numbers. @returns Float32Array (height × width) */
export function lumaOf({ pixels, channels }: Picture): Float32Array {
  if (channels === 1) return pixels;
  const luma = new Float32Array(pixels.length / 3);
  for (let i = 0; i < luma.length; i++) {
    luma[i] = 0.299 * pixels[3 * i] + 0.587 * pixels[3 * i + 1] + 0.114 * pixels[3 * i + 2];
  }
  return luma;
}
