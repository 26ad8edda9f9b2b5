/** Pictures lighter, darker, paler, harder. A `factor` of 1 leaves a picture as it is; the definitions are those of Pillow's
 *  ImageEnhance and ImageOps, without their rounding. */
import { lumaOf, mapPixels, type Picture } from './picture.ts';

/** 0 is black. */
export function brightness(picture: Picture, factor: number): Picture {
  return mapPixels(picture, (value) => value * factor);
}

/** 0 is grey all over, of the picture's mean luma. */
export function contrast(picture: Picture, factor: number): Picture {
  const luma = lumaOf(picture);
  let sum = 0;
  for (const value of luma) sum += value;
  const grey = sum / luma.length;
  return mapPixels(picture, (value) => grey + (value - grey) * factor);
}

/** 0 is without colour. A grey picture stays as it is. */
export function saturation(picture: Picture, factor: number): Picture {
  if (picture.channels === 1) return picture;
  const luma = lumaOf(picture);
  return mapPixels(picture, (value, i) => {
    const grey = luma[Math.floor(i / 3)] as number;
    return grey + (value - grey) * factor;
  });
}

/** 0 is smoothed by a kernel of 3 × 3 whose middle weighs 5 of 13; pixels at the edge stay as they are. */
export function sharpness(picture: Picture, factor: number): Picture {
  const { height, width, channels, pixels } = picture;
  const smooth = pixels.slice();
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      for (let channel = 0; channel < channels; channel++) {
        const at = (row * width + column) * channels + channel;
        let sum = 4 * (pixels[at] as number);
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) sum += pixels[at + (dy * width + dx) * channels] as number;
        }
        smooth[at] = sum / 13;
      }
    }
  }
  return mapPixels(picture, (value, i) => (smooth[i] as number) + (value - (smooth[i] as number)) * factor);
}

/** Each channel stretched from its darkest to its lightest. */
export function autocontrast(picture: Picture): Picture {
  const { channels, pixels } = picture;
  const low = new Array<number>(channels).fill(255);
  const high = new Array<number>(channels).fill(0);
  pixels.forEach((value, i) => {
    low[i % channels] = Math.min(low[i % channels] as number, value);
    high[i % channels] = Math.max(high[i % channels] as number, value);
  });
  return mapPixels(picture, (value, i) => {
    const [from, to] = [low[i % channels] as number, high[i % channels] as number];
    return to > from ? ((value - from) * 255) / (to - from) : value;
  });
}

/** Each channel spread so that all brightnesses are about equally frequent. */
export function equalize(picture: Picture): Picture {
  const tables = Array.from({ length: picture.channels }, (_, channel) => spreadOf(picture, channel));
  return mapPixels(picture, (value, i) => {
    const table = tables[i % picture.channels] as Float64Array | null;
    return table ? (table[Math.round(value)] as number) : value;
  });
}

/** Null where nothing is to be spread. */
function spreadOf({ channels, pixels }: Picture, channel: number): Float64Array | null {
  const counts = new Float64Array(256);
  for (let i = channel; i < pixels.length; i += channels) counts[Math.round(pixels[i] as number)]++;
  const used = counts.filter((count) => count > 0);
  const step = Math.floor((pixels.length / channels - (used.at(-1) ?? 0)) / 255);
  if (used.length <= 1 || step === 0) return null;
  let below = Math.floor(step / 2);
  return counts.map((count) => {
    const level = Math.floor(below / step);
    below += count;
    return Math.min(255, level);
  });
}

/** Only the upper `bits` of each number (8 keep it as it is, rounded). */
export function posterize(picture: Picture, bits: number): Picture {
  const step = 2 ** (8 - bits);
  return mapPixels(picture, (value) => Math.floor(Math.round(value) / step) * step);
}

/** Turned to its negative from `threshold` on; 256 keeps everything. */
export function solarize(picture: Picture, threshold: number): Picture {
  return mapPixels(picture, (value) => (value < threshold ? value : 255 - value));
}
