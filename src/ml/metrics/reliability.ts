/** Whether probabilities mean what they say: of the rows that got about 30%, do about 30% come true? */
import { risingOrder } from '../data/rising-order.ts';
import { Random } from '../random.ts';
import { wilsonInterval } from './wilson.ts';

export interface ReliabilityBin {
  readonly rows: number;
  /** Mean probability of its rows. */
  readonly said: number;
  /** Share of them that came true, with Wilson's 95% interval. */
  readonly came: { readonly value: number; readonly low: number; readonly high: number };
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error (Naeini et al. 2015) over bins of equal mass: the mean distance between what is said and
   *  what comes, weighted by rows; 0 is perfect. */
  readonly error: number;
  /** What that error would be, at the 95th percentile, if every probability were right: below it nothing is shown to be
   *  wrong. */
  readonly byChance: number;
}

const BINS = 15;
const DRAWS = 200;

/** @param said Float64Array (nRows): probabilities. @param came Float64Array (nRows): 1 where it came true, else 0.
 *  Bins of equal mass, fewer where there are fewer rows; rows of one probability may fall into two. */
export function reliability(said: Float64Array, came: Float64Array, seed: number): Reliability {
  const order = risingOrder(said);
  const nBins = Math.max(1, Math.min(BINS, Math.floor(said.length / 5)));
  const edges = Array.from({ length: nBins + 1 }, (_, bin) => Math.round((bin * order.length) / nBins));
  const sums = (of: (row: number) => number) =>
    Array.from({ length: nBins }, (_, bin) => {
      let sum = 0;
      for (let i = edges[bin] as number; i < (edges[bin + 1] as number); i++) sum += of(order[i]);
      return sum;
    });
  const saidSums = sums((row) => said[row]);
  const errorOf = (cameSums: readonly number[]) =>
    cameSums.reduce((sum, value, bin) => sum + Math.abs(value - (saidSums[bin] as number)), 0) / said.length;
  const cameSums = sums((row) => came[row]);
  const random = new Random(seed).derive('reliability');
  const chance = Array.from({ length: DRAWS }, () =>
    errorOf(sums((row) => (random.uniform() < said[row] ? 1 : 0))),
  ).sort((a, b) => a - b);
  return {
    bins: saidSums.map((sum, bin) => {
      const rows = (edges[bin + 1] as number) - (edges[bin] as number);
      const value = (cameSums[bin] as number) / rows;
      return { rows, said: sum / rows, came: { value, ...wilsonInterval(value, rows, 0.95) } };
    }),
    error: errorOf(cameSums),
    byChance: chance[Math.floor(0.95 * DRAWS)] as number,
  };
}
