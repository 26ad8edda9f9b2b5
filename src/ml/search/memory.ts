/** What a fit will hold, known before it takes it: a thread that runs out of memory takes its process along. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { Family } from '../tuning/trial.ts';

const MEGABYTE = 2 ** 20;

/** MB that a thread holds at its peak: an isolate with its code, the features of training, set-aside and judged rows
 *  twice over (as columns and in the estimator's own layout), what it predicts, and the tensor library where there is
 *  one.
 *  @param nRows    rows that are trained on. @param nColumns features. @param nOutputs numbers per predicted row. */
export function fitMegabytes(family: Family, nRows: number, nColumns: number, nOutputs: number): number {
  const isolateMb = 60 + (NETWORK_MB[family] ?? 0);
  return Math.round(isolateMb + (nRows * (2.5 * nColumns + 3 * nOutputs) * 8) / MEGABYTE);
}

/** What computing takes beside the rows: activations and gradients of a batch, which for images are the larger part. */
const NETWORK_MB: Partial<Record<Family, number>> = {
  mlp: 60,
  realmlp: 60,
  tabm: 60,
  tcn: 120,
  cnn: 400,
  resnet: 400,
  backbone: 60,
  // A pass of its trainer, forwards and back.
  backbone_tuned: 700,
};

/** @throws MEMORY_TOO_SMALL */
export function checkMemory(neededMb: number, availableMb: number): void {
  if (neededMb <= availableMb) return;
  throw new ModelwrightError('MEMORY_TOO_SMALL', { needed: neededMb, available: Math.floor(availableMb) });
}
