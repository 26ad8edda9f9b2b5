/** The bias-corrected and accelerated bootstrap interval (Efron 1987): percentiles that make up for a score whose resamples
 *  lie to one side of it, and whose spread grows with it. */
import { normalProbability, normalQuantile } from '../quantiles.ts';
import type { Urn } from './urn.ts';

/** Values of the score without some of the rows: of each part of the urn one list, a value per block that was left out. */
type Jackknife = readonly Float64Array[];

/** Blocks that rows are left out in: below, each row is one. So many cost a tenth of the resamples. */
const MOST_BLOCKS = 200;

/** @param scores the metrics of any counts, as `prepareScores` gives them.
 *  @returns for each metric its jackknife. With many rows whole blocks of them are left out, evenly picked: the skewness of
 *  sums that the acceleration is made of is the same. O(MOST_BLOCKS × nRows × metrics). */
export function jackknife(
  urn: Urn,
  nRows: number,
  nMetrics: number,
  scores: (counts: Uint32Array) => Float64Array,
): Jackknife[] {
  const units =
    urn.kind === 'groups' ? [urn.parts] : urn.parts.map((part) => Array.from(part, (row) => [row]));
  const total = units.reduce((sum, part) => sum + part.length, 0);
  const counts = new Uint32Array(nRows).fill(1);
  const found = Array.from({ length: nMetrics }, (): Float64Array[] => []);
  for (const part of units) {
    const nBlocks = Math.min(part.length, Math.max(2, Math.round((MOST_BLOCKS * part.length) / total)));
    const values = found.map(() => new Float64Array(nBlocks));
    for (let block = 0; block < nBlocks; block++) {
      for (let unit = block; unit < part.length; unit += nBlocks) {
        for (const row of part[unit]) counts[row] = 0;
      }
      const without = scores(counts);
      values.forEach((ofMetric, m) => {
        ofMetric[block] = without[m];
      });
      for (let unit = block; unit < part.length; unit += nBlocks) {
        for (const row of part[unit]) counts[row] = 1;
      }
    }
    for (const [m, ofMetric] of values.entries()) found[m]?.push(ofMetric);
  }
  return found;
}

/** How fast the spread of the score grows with it: a sixth of the skewness of what single rows add to it. 0 where that
 *  cannot be told. */
export function acceleration(values: Jackknife): number {
  let cubes = 0;
  let squares = 0;
  for (const part of values) {
    const n = part.length;
    const mean = part.reduce((sum, value) => sum + value, 0) / n;
    for (const value of part) {
      const influence = (n - 1) * (mean - value);
      cubes += influence ** 3 / n ** 3;
      squares += influence ** 2 / n ** 2;
    }
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
