import { normalQuantile } from '../quantiles.ts';
import { Random } from '../random.ts';
import { correctedLevels } from './bca.ts';
import type { Urn } from './urn.ts';

/** How rows are resampled: freely, so that resamples have other class shares than the data, as another test set would; by
 *  whole groups where rows of one group are not independent of each other.
 *  @param groups Int32Array (nRows): group of each row. */
export function bootstrapUrn(nRows: number, groups?: Int32Array): Urn {
  if (!groups) return { kind: 'rows', nRows };
  const members = new Map<number, number[]>();
  for (let row = 0; row < nRows; row++) {
    const group = members.get(groups[row]);
    if (group) group.push(row);
    else members.set(groups[row], [row]);
  }
  return { kind: 'groups', groups: Array.from(members.values(), (rows) => Uint32Array.from(rows)) };
}

/** The stream that the resamples are drawn from: two models judged with one seed see the same resamples. */
export function bootstrapRandom(seed: number): Random {
  return new Random(seed).derive('bootstrap');
}

/** Calls `visit` with each resample as counts per row.
 *  `visit` gets one Uint32Array (nRows) that is overwritten for the next resample. O(resamples × nRows). */
export function bootstrap(
  urn: Urn,
  nRows: number,
  resamples: number,
  random: Random,
  visit: (counts: Uint32Array, resample: number) => void,
): void {
  const counts = new Uint32Array(nRows);
  for (let resample = 0; resample < resamples; resample++) {
    counts.fill(0);
    if (urn.kind === 'rows') drawRows(nRows, random, counts);
    else drawGroups(urn.groups, random, counts);
    visit(counts, resample);
  }
}

/** Scales a 32-bit draw to 0..n-1. Its bias is below n / 2^32, and it costs half of `Random.integer`. */
const UNIT = 2 ** -32;

function drawRows(nRows: number, random: Random, counts: Uint32Array): void {
  const scale = nRows * UNIT;
  for (let i = 0; i < nRows; i++) counts[Math.floor(random.uint32() * scale)]++;
}

function drawGroups(groups: readonly Uint32Array[], random: Random, counts: Uint32Array): void {
  const scale = groups.length * UNIT;
  for (let i = 0; i < groups.length; i++) {
    for (const row of groups[Math.floor(random.uint32() * scale)]) counts[row]++;
  }
}

/** Resamples from which on their own percentiles are the interval; of fewer, the outermost ones are a matter of luck. */
export const ENOUGH_FOR_PERCENTILES = 1000;

/** The interval of a score: the central one that holds `confidence` of the replicates, with linear interpolation between
 *  them; with fewer than 1,000, which only many rows have, the normal one of their standard deviation around the score.
 *  Replicates that are NaN (a metric undefined on that resample) are left out; none left gives NaN.
 *  @param replicates Float64Array (resamples), not changed.
 *  @param accelerated corrects the percentiles by it and by the replicates' bias (see bca.ts); else they stay. */
export function resampledInterval(
  score: number,
  replicates: Float64Array,
  confidence: number,
  accelerated?: number,
): { low: number; high: number } {
  if (replicates.length < ENOUGH_FOR_PERCENTILES) {
    const half = normalQuantile((1 + confidence) / 2) * standardDeviation(replicates);
    return { low: score - half, high: score + half };
  }
  const sorted = replicates.filter((value) => !Number.isNaN(value)).sort();
  const corrected =
    accelerated === undefined ? null : correctedLevels(score, sorted, accelerated, confidence);
  const { low, high } = corrected ?? { low: (1 - confidence) / 2, high: (1 + confidence) / 2 };
  return { low: quantile(sorted, low), high: quantile(sorted, high) };
}

/** How many standard errors below and above the score resamples lie at most, the central `confidence` of them: their quantiles; of
 *  fewer than 1,000 those of the normal distribution. Values that are not finite are left out. */
export function studentisedLevels(ts: Float64Array, confidence: number): { low: number; high: number } {
  const sorted = ts.filter(Number.isFinite).sort();
  if (sorted.length < ENOUGH_FOR_PERCENTILES) {
    const high = normalQuantile((1 + confidence) / 2);
    return { low: -high, high };
  }
  return { low: quantile(sorted, (1 - confidence) / 2), high: quantile(sorted, (1 + confidence) / 2) };
}

/** Values that are NaN are left out, as in the interval. */
export function standardDeviation(values: Float64Array): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  return Math.sqrt(defined.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (defined.length - 1));
}

function quantile(sorted: Float64Array, p: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
