/** Cutout (DeVries and Taylor 2017): a square of the picture is hidden, so that no single spot decides. */
import type { Random } from '../random.ts';
import type { Picture } from './picture.ts';

/** The square's middle is drawn anywhere in the picture, so part of it may lie outside. It is filled with the picture's
 *  mean colour. @param size of its side in pixels; 0 hides nothing. */
export function cutout(picture: Picture, size: number, random: Random): Picture {
  const { height, width, channels, pixels } = picture;
  const [row, column] = [random.integer(height), random.integer(width)];
  const top = row - Math.floor(size / 2);
  const left = column - Math.floor(size / 2);
  const means = Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let i = channel; i < pixels.length; i += channels) sum += pixels[i] as number;
    return sum / (height * width);
  });
  const out = pixels.slice();
  for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, left + size); x++) {
      out.set(means, (y * width + x) * channels);
    }
  }
  return { ...picture, pixels: out };
}
