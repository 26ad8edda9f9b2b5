/** Pictures moved, mirrored and turned. */
import type { Picture } from './picture.ts';

/** What lies beyond the edge: one brightness, or the pixels of the edge themselves. */
export type Fill = number | 'edge';

export function flipHorizontal(picture: Picture): Picture {
  return rearranged(picture, (row, column) => [row, picture.width - 1 - column]);
}

export function flipVertical(picture: Picture): Picture {
  return rearranged(picture, (row, column) => [picture.height - 1 - row, column]);
}

/** The picture moved by whole pixels, right and down: what a crop of the padded picture shows. */
export function shift(picture: Picture, right: number, down: number, fill: Fill): Picture {
  return rearranged(picture, (row, column) => [row - down, column - right], fill);
}

/** Turned about its middle, anticlockwise. */
export function rotate(picture: Picture, degrees: number, fill: Fill): Picture {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x, y] = [picture.width / 2, picture.height / 2];
  return affine(picture, [cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y], fill);
}

/** Leaned over: each row moves left by `across` times its distance from the top, each column up by `down` times its
 *  distance from the left edge. */
export function shear(picture: Picture, across: number, down: number, fill: Fill): Picture {
  return affine(picture, [1, across, 0, down, 1, 0], fill);
}

/** Moved by parts of a pixel, left and up. */
export function translate(picture: Picture, left: number, up: number, fill: Fill): Picture {
  return affine(picture, [1, 0, left, 0, 1, up], fill);
}

type Coefficients = readonly [number, number, number, number, number, number];

/** Where the new picture has (x, y), the old one is read at (ax + by + c, dx + ey + f), between pixels by bilinear
 *  interpolation. The middle of the first pixel is at (0.5, 0.5); what is nearer to the edge than that is the edge's own
 *  pixel (the convention of Pillow's `Image.transform`). */
function affine(picture: Picture, [a, b, c, d, e, f]: Coefficients, fill: Fill): Picture {
  const { height, width, channels, pixels } = picture;
  const out = new Float32Array(pixels.length);
  // Plain numbers only: this is the innermost loop of a training on pictures.
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += channels) {
      const x = a * (column + 0.5) + b * (row + 0.5) + c;
      const y = d * (column + 0.5) + e * (row + 0.5) + f;
      if (fill !== 'edge' && (x < 0 || x >= width || y < 0 || y >= height)) {
        for (let channel = 0; channel < channels; channel++) out[at + channel] = fill;
        continue;
      }
      const left = Math.floor(x - 0.5);
      const top = Math.floor(y - 0.5);
      const right = within(left + 1, width);
      const upper = within(top, height) * width;
      const lower = within(top + 1, height) * width;
      const dx = x - 0.5 - left;
      const dy = y - 0.5 - top;
      const topLeft = (upper + within(left, width)) * channels;
      const topRight = (upper + right) * channels;
      const bottomLeft = (lower + within(left, width)) * channels;
      const bottomRight = (lower + right) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const above = pixels[topLeft + channel] * (1 - dx) + pixels[topRight + channel] * dx;
        const below = pixels[bottomLeft + channel] * (1 - dx) + pixels[bottomRight + channel] * dx;
        out[at + channel] = above * (1 - dy) + below * dy;
      }
    }
  }
  return { ...picture, pixels: out };
}

function within(place: number, length: number): number {
  return place < 0 ? 0 : place >= length ? length - 1 : place;
}

/** @param from the place in the old picture that is seen at a place of the new one. */
function rearranged(
  picture: Picture,
  from: (row: number, column: number) => readonly [row: number, column: number],
  fill: Fill = 'edge',
): Picture {
  const { height, width, channels, pixels } = picture;
  const out = new Float32Array(pixels.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [y, x] = from(row, column);
      const at = (row * width + column) * channels;
      const isInside = y >= 0 && y < height && x >= 0 && x < width;
      if (!isInside && typeof fill === 'number') {
        out.fill(fill, at, at + channels);
        continue;
      }
      const source = Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x));
      for (let channel = 0; channel < channels; channel++) {
        out[at + channel] = pixels[source * channels + channel] as number;
      }
    }
  }
  return { ...picture, pixels: out };
}
