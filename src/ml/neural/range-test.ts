/** A learning rate from the data: rates rise from step to step on a copy of the network, and the loss tells how far they may
 *  (Smith 2017). */
import type { Random } from '../random.ts';
import type { Trainer } from './trainer.ts';

/** Steps from the lowest to the highest rate. */
const STEPS = 100;
const LOWEST = 1e-5;
const HIGHEST = 1;
/** The share of the past in the running loss. */
const SMOOTHING = 0.9;
/** A loss so many times the least one so far has left for good. */
const LEFT_TIMES = 4;
/** The rate taken, as a share of the one at which the loss was least: where it still fell. */
const SHARE = 0.1;

/** @param open makes a trainer that is used for this test alone.
 *  @param batchSize rows of a step. @returns the rate, between 1e-6 and 0.1. */
export function rangeTest(open: () => Trainer, nRows: number, batchSize: number, random: Random): number {
  const trainer = open();
  let running = 0;
  let least = { rate: LOWEST, loss: Number.POSITIVE_INFINITY };
  let [order, used] = [random.permutation(nRows), 0];
  for (let step = 0; step < STEPS; step++) {
    if (used + batchSize > nRows) [order, used] = [random.permutation(nRows), 0];
    const rate = LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1));
    const { loss, norm } = trainer.step(order.subarray(used, used + batchSize), rate);
    used += batchSize;
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) break;
    running = SMOOTHING * running + (1 - SMOOTHING) * loss;
    const smooth = running / (1 - SMOOTHING ** (step + 1));
    if (smooth < least.loss) least = { rate, loss: smooth };
    else if (smooth > LEFT_TIMES * least.loss) break;
  }
  return least.rate * SHARE;
}
