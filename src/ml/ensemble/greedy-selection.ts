/** Ensemble selection from a library of models (Caruana et al. 2004): an ensemble grows by whichever model lowers the
 *  loss of its mean most, the same one as often as it helps. */
import { type BlendLoss, lossWith } from './blend-loss.ts';

/** More steps were measured to gain nothing (Salinas and Erickson 2024, "TabRepo"). */
const STEPS = 25;
/** Losses closer than this share of the first step's are equal: a difference in the noise of rounding must not decide. */
const RESOLUTION = 1e-6;

export interface GreedyOptions {
  readonly loss: BlendLoss;
  /** Different models that the ensemble may hold; from then on it grows by those it has. */
  readonly mostMembers: number;
  /** Default 25. */
  readonly steps?: number;
}

/** @param candidates of each model a Float32Array (nValues): what the loss needs of it, for rows that it was not
 *                     trained on; the better ones first, because of equal ones the first is taken.
 *  @returns Float64Array (nCandidates): weights, multiples of one part of the ensemble's size, that sum to 1.
 *  Of equal choices a model that the ensemble holds is preferred. The ensemble is cut where its loss was first the
 *  lowest. O(steps × candidates × nValues). Throws RangeError without candidates. */
export function selectGreedily(
  candidates: readonly Float32Array[],
  { loss, mostMembers, steps = STEPS }: GreedyOptions,
): Float64Array {
  if (candidates.length === 0) throw new RangeError('an ensemble needs at least one candidate');
  const nValues = candidates[0].length;
  const sum = new Float64Array(nValues);
  const counts = new Uint32Array(candidates.length);
  const chosen: number[] = [];
  let unit = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let lowestSize = 1;
  for (let size = 1; size <= steps; size++) {
    const isFull = counts.filter((count) => count > 0).length >= mostMembers;
    let best = -1;
    let bestLoss = Number.POSITIVE_INFINITY;
    for (const [i, candidate] of candidates.entries()) {
      if (isFull && counts[i] === 0) continue;
      const exact = lossWith(loss, sum, candidate, size);
      const rounded = unit > 0 ? Math.round(exact / unit) : exact;
      const isHeld = (j: number) => j >= 0 && counts[j] > 0;
      if (best < 0 || rounded < bestLoss || (rounded === bestLoss && isHeld(i) && !isHeld(best))) {
        best = i;
        bestLoss = rounded;
      }
    }
    if (size === 1) {
      unit = bestLoss * RESOLUTION;
      bestLoss = unit > 0 ? Math.round(bestLoss / unit) : bestLoss;
    }
    counts[best]++;
    chosen.push(best);
    const winner = candidates[best];
    for (let i = 0; i < nValues; i++) sum[i] += winner[i];
    if (bestLoss < lowest) {
      lowest = bestLoss;
      lowestSize = size;
    }
  }
  const weights = new Float64Array(candidates.length);
  for (const i of chosen.slice(0, lowestSize)) weights[i] += 1 / lowestSize;
  return weights;
}

/** The candidates that have a weight, the heaviest first; of equal ones the first. */
export function heaviestFirst(weights: Float64Array): number[] {
  return [...weights.keys()].filter((i) => weights[i] > 0).sort((a, b) => weights[b] - weights[a] || a - b);
}
