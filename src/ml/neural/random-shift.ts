/** Moves images a little, so that a network does not learn where exactly things stand. */
import type { Random } from '../random.ts';

/** In place: every image is moved by its own whole number of positions, up to `most` in both directions (less where the image
 *  is small); what is uncovered repeats the edge.
 *  @param images Float32Array (nImages × height × width × channels). */
export function shiftImages(
  images: Float32Array,
  nImages: number,
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
  most: number,
  random: Random,
): void {
  const size = height * width * channels;
  const before = new Float32Array(size);
  const [down, right] = [Math.min(most, height - 1), Math.min(most, width - 1)];
  for (let n = 0; n < nImages; n++) {
    const dy = random.integer(2 * down + 1) - down;
    const dx = random.integer(2 * right + 1) - right;
    if (dy === 0 && dx === 0) continue;
    const image = images.subarray(n * size, (n + 1) * size);
    before.set(image);
    for (let y = 0; y < height; y++) {
      const fromLine = within(y - dy, height) * width;
      for (let x = 0; x < width; x++) {
        const from = (fromLine + within(x - dx, width)) * channels;
        const to = (y * width + x) * channels;
        for (let k = 0; k < channels; k++) image[to + k] = before[from + k] as number;
      }
    }
  }
}

function within(place: number, length: number): number {
  return Math.max(0, Math.min(length - 1, place));
}
