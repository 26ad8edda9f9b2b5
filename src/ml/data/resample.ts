/** Pictures in another size. */

/** Averages by area: every new pixel is the mean of what it covers, parts of a pixel counting as parts. Nothing is lost
 *  between samples, so fine stripes become grey instead of false patterns; where the new picture is larger, pixels
 *  become blocks.
 *  @param source row by row, `channels` numbers per pixel, and of a size (height, width).
 *  @returns Float32Array (toHeight × toWidth × channels). O(pixels of the source × overlap). */
export function averageByArea(
  source: ArrayLike<number>,
  [height, width]: readonly [number, number],
  [toHeight, toWidth]: readonly [number, number],
  channels: number,
): Float32Array {
  const across = cover(width, toWidth);
  const down = cover(height, toHeight);
  // First across, one row of the source at a time, then down: each row is narrowed once.
  const narrow = new Float64Array(toWidth * channels);
  const out = new Float32Array(toHeight * toWidth * channels);
  const sums = new Float64Array(toWidth * channels);
  let ready = -1;
  for (let y = 0; y < toHeight; y++) {
    sums.fill(0);
    const { from, weights } = down[y] as Cover;
    for (let i = 0; i < weights.length; i++) {
      if (ready !== from + i) narrowRow(source, (from + i) * width, across, channels, narrow);
      ready = from + i;
      const weight = weights[i] as number;
      for (let k = 0; k < sums.length; k++) sums[k] += weight * (narrow[k] as number);
    }
    out.set(sums, y * sums.length);
  }
  return out;
}

/** What a new pixel covers on one axis: old pixels from `from`, with shares that sum to 1. */
interface Cover {
  readonly from: number;
  readonly weights: Float64Array;
}

function cover(length: number, toLength: number): Cover[] {
  const step = length / toLength;
  return Array.from({ length: toLength }, (_, i) => {
    const start = i * step;
    const end = Math.min(length, (i + 1) * step);
    const from = Math.floor(start);
    // A remainder of rounding is no pixel of its own.
    const to = Math.max(from + 1, Math.ceil(end - 1e-9));
    const weights = Float64Array.from(
      { length: to - from },
      (_, k) => (Math.min(end, from + k + 1) - Math.max(start, from + k)) / (end - start),
    );
    return { from, weights };
  });
}

function narrowRow(
  source: ArrayLike<number>,
  firstPixel: number,
  across: readonly Cover[],
  channels: number,
  out: Float64Array,
): void {
  for (let x = 0; x < across.length; x++) {
    const { from, weights } = across[x] as Cover;
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      let at = (firstPixel + from) * channels + channel;
      for (let k = 0; k < weights.length; k++, at += channels) {
        sum += (weights[k] as number) * (source[at] as number);
      }
      out[x * channels + channel] = sum;
    }
  }
}
