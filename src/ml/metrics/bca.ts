/** The bias-corrected and accelerated bootstrap interval (Efron 1987): percentiles that make up for a score whose resamples
 *  lie to one side of it, and whose spread grows with it. */
import { normalProbability, normalQuantile } from '../quantiles.ts';
import type { Urn } from './urn.ts';

/** Blocks that rows are left out in: below, each row is one. So many cost a tenth of the resamples. */
const MOST_BLOCKS = 200;

/** The metrics without some of the rows, or groups of rows: for each a value per block that was left out, Float64Array (blocks).
 *  With many rows whole blocks of them are left out, evenly picked: the skewness of sums that the acceleration is made of is
 *  the same. O(MOST_BLOCKS × nRows × metrics).
 *  @param scores the metrics of any counts, as `prepareScores` gives them. */
export function jackknife(
  urn: Urn,
  nRows: number,
  nMetrics: number,
  scores: (counts: Uint32Array) => Float64Array,
): Float64Array[] {
  const units = urn.kind === 'groups' ? urn.groups : Array.from({ length: nRows }, (_, row) => [row]);
  const nBlocks = Math.min(units.length, MOST_BLOCKS);
  const counts = new Uint32Array(nRows).fill(1);
  const values = Array.from({ length: nMetrics }, () => new Float64Array(nBlocks));
  const mark = (block: number, count: number) => {
    for (let unit = block; unit < units.length; unit += nBlocks) {
      for (const row of units[unit]) counts[row] = count;
    }
  };
  for (let block = 0; block < nBlocks; block++) {
    mark(block, 0);
    const without = scores(counts);
    values.forEach((ofMetric, m) => {
      ofMetric[block] = without[m];
    });
    mark(block, 1);
  }
  return values;
}

/** How fast the spread of the score grows with it: a sixth of the skewness of what single rows add to it. 0 where that
 *  cannot be told. @param values of the jackknife. */
export function acceleration(values: Float64Array): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let cubes = 0;
  let squares = 0;
  for (const value of values) {
    cubes += (mean - value) ** 3;
    squares += (mean - value) ** 2;
  }
  const skewness = cubes / squares ** 1.5 / 6;
  return Number.isFinite(skewness) ? skewness : 0;
}

/** Which percentiles of the replicates are the interval's ends, as shares; null where all replicates lie to one side of
 *  the score, so that none are.
 *  @param replicates Float64Array, none NaN. */
export function correctedLevels(
  score: number,
  replicates: Float64Array,
  accelerated: number,
  confidence: number,
): { low: number; high: number } | null {
  const below = replicates.reduce((sum, value) => sum + (value < score ? 1 : value === score ? 0.5 : 0), 0);
  const bias = normalQuantile(below / replicates.length);
  if (!Number.isFinite(bias)) return null;
  const level = (share: number) => {
    const z = bias + normalQuantile(share);
    return normalProbability(bias + z / (1 - accelerated * z));
  };
  return { low: level((1 - confidence) / 2), high: level((1 + confidence) / 2) };
}
