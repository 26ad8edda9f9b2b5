/** Pictures of which a rectangle is another's (Yun et al. 2019). */
import type { Random } from '../random.ts';
import { beta } from './mixup.ts';
import type { Batch } from './trainer.ts';

/** Share of the batches that are mixed, as in the paper's own runs on small pictures. */
const PROBABILITY = 0.5;

/** In place, of half of the batches: a rectangle of every picture becomes a partner's, in one place for the batch; its share
 *  of the area, 1 - lambda with lambda from Beta(alpha, alpha), is the partner's share of the target. Where it would reach
 *  over the edge it is cut off, and the share is that of what is left. */
export function cutMix(
  { nRows, inputs, targets }: Batch,
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
  alpha: number,
  random: Random,
): void {
  if (random.uniform() >= PROBABILITY) return;
  const side = Math.sqrt(1 - beta(alpha, random));
  const partners = random.permutation(nRows);
  const [top, bottom] = span(random.integer(height), height * side, height);
  const [left, right] = span(random.integer(width), width * side, width);
  const size = height * width * channels;
  const pictures = inputs.slice();
  const before = targets.slice();
  const nTargets = targets.length / nRows;
  const taken = ((bottom - top) * (right - left)) / (height * width);
  for (let i = 0; i < nRows; i++) {
    const partner = partners[i] as number;
    for (let row = top; row < bottom; row++) {
      const [start, end] = [(row * width + left) * channels, (row * width + right) * channels];
      inputs.set(pictures.subarray(partner * size + start, partner * size + end), i * size + start);
    }
    for (let k = 0; k < nTargets; k++) {
      const [own, other] = [before[i * nTargets + k] as number, before[partner * nTargets + k] as number];
      targets[i * nTargets + k] = (1 - taken) * own + taken * other;
    }
  }
}

/** Of a side: about so many places around the middle. @returns first and last, not included. */
function span(middle: number, length: number, side: number): [from: number, to: number] {
  const from = Math.round(middle - length / 2);
  return [Math.max(0, from), Math.max(0, Math.min(side, from + Math.round(length)))];
}
