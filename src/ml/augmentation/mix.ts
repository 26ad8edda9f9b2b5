/** Batches in which pictures are mixed in pairs, and their labels with them. */
import { type ImageShape, pixelsOf } from '../data/table.ts';
import type { Random } from '../random.ts';
import { drawBeta } from './beta.ts';

/** @property pixels Float32Array (n × height × width × channels). @property shares Float32Array (n × nClasses): how much
 *  of each class a picture shows; every row sums to 1. */
export interface Batch {
  readonly pixels: Float32Array;
  readonly shares: Float32Array;
}

/** Mixup (Zhang et al. 2018): every picture is the weighted mean of itself and a partner, with one weight for the batch from
 *  Beta(alpha, alpha). @param alpha 0 mixes nothing. */
export function mixup(batch: Batch, n: number, alpha: number, random: Random): Batch {
  const weight = alpha > 0 ? drawBeta(alpha, random) : 1;
  const partners = random.permutation(n);
  const mixed = (values: Float32Array) => {
    const size = values.length / n;
    return values.map((value, i) => {
      const partner = values[(partners[Math.floor(i / size)] as number) * size + (i % size)] as number;
      return weight * value + (1 - weight) * partner;
    });
  };
  return { pixels: mixed(batch.pixels), shares: mixed(batch.shares) };
}

/** CutMix (Yun et al. 2019): a rectangle of every picture is a partner's, in one place for the batch; its share of the area,
 *  1 - lambda with lambda from Beta(alpha, alpha), is the partner's share of the label. Where the rectangle would reach
 *  over the edge it is cut off, and the share is that of what is left. @param alpha 0 mixes nothing. */
export function cutmix(batch: Batch, shape: ImageShape, alpha: number, random: Random): Batch {
  const size = pixelsOf(shape);
  const n = batch.pixels.length / size;
  const lambda = alpha > 0 ? drawBeta(alpha, random) : 1;
  const partners = random.permutation(n);
  const { height, width, channels } = shape;
  const [boxHeight, boxWidth] = [height, width].map((side) => side * Math.sqrt(1 - lambda)) as [
    number,
    number,
  ];
  const [top, bottom] = span(random.integer(height), boxHeight, height);
  const [left, right] = span(random.integer(width), boxWidth, width);
  const pixels = batch.pixels.slice();
  for (let i = 0; i < n; i++) {
    const from = (partners[i] as number) * size;
    for (let row = top; row < bottom; row++) {
      const [start, end] = [(row * width + left) * channels, (row * width + right) * channels];
      pixels.set(batch.pixels.subarray(from + start, from + end), i * size + start);
    }
  }
  const taken = ((bottom - top) * (right - left)) / (height * width);
  const nClasses = batch.shares.length / n;
  const shares = batch.shares.map((share, i) => {
    const partner = batch.shares[
      (partners[Math.floor(i / nClasses)] as number) * nClasses + (i % nClasses)
    ] as number;
    return (1 - taken) * share + taken * partner;
  });
  return { pixels, shares };
}

function span(middle: number, length: number, side: number): [from: number, to: number] {
  const from = Math.round(middle - length / 2);
  return [Math.max(0, from), Math.max(0, Math.min(side, from + Math.round(length)))];
}
