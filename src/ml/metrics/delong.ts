import { normalQuantile } from '../quantiles.ts';
import type { JudgedRows } from './judged-rows.ts';
import { rankRows } from './ranking.ts';
import { wilsonInterval } from './wilson.ts';

/** The AUC of a binary task with DeLong's variance (DeLong, DeLong and Clarke-Pearson 1988).
 *
 *  Every positive row has a placement (the share of negatives below it, ties counting half), every negative one
 *  the share of positives above it; the variance of the AUC is the sum of the two kinds' variances of the mean.
 *  One sort gives all placements: O(n log n), as Sun and Xu 2014 do by midranks.
 *  @returns variance NaN when a kind has fewer than two rows, auc NaN when it has none. */
export function delongVariance(rows: JudgedRows): {
  auc: number;
  variance: number;
  positives: number;
  negatives: number;
} {
  const { order, isPositive, endsTie } = rankRows(rows, 1);
  const positives = isPositive.reduce((sum, value) => sum + value, 0);
  const negatives = order.length - positives;
  let positivesBelow = 0;
  let negativesBelow = 0;
  let wins = 0;
  let positiveSquares = 0; // of placements, summed over positive rows
  let negativeSquares = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tiedPositives = isPositive[end];
    while (endsTie[end] === 0) tiedPositives += isPositive[++end];
    const tiedNegatives = end + 1 - start - tiedPositives;
    const shareBelow = (negativesBelow + tiedNegatives / 2) / negatives;
    const shareAbove = (positives - positivesBelow - tiedPositives / 2) / positives;
    if (tiedPositives > 0) {
      wins += tiedPositives * (negativesBelow + tiedNegatives / 2);
      positiveSquares += tiedPositives * shareBelow * shareBelow;
    }
    if (tiedNegatives > 0) negativeSquares += tiedNegatives * shareAbove * shareAbove;
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end + 1;
  }
  const auc = wins / (positives * negatives); // the very sum of `rocAuc`, so that both give the same last bit
  // Both kinds' placements have the AUC as their mean.
  const meanVariance = (squares: number, n: number) => Math.max(0, squares / n - auc * auc) / (n - 1);
  const variance = meanVariance(positiveSquares, positives) + meanVariance(negativeSquares, negatives);
  return { auc, variance, positives, negatives };
}

/** The AUC of a binary task with its interval, on the logit scale, so that it stays within 0..1.
 *
 *  Where DeLong's variance says nothing (perfect separation, or a kind with a single row), Wilson's interval for
 *  the rarer kind's rows stands in: no AUC has a variance above auc (1 - auc) / min(positives, negatives)
 *  (Birnbaum and Klose 1957), so it is on the safe side. When all predictions are equal the AUC is 0.5 by
 *  definition, and so are the ends. */
export function aucInterval(
  rows: JudgedRows,
  confidence: number,
): { value: number; low: number; high: number; method: 'DeLong' | 'Wilson' } {
  const { auc, variance, positives, negatives } = delongVariance(rows);
  if (Number.isNaN(auc)) return { value: auc, low: auc, high: auc, method: 'DeLong' };
  if (Number.isNaN(variance) || auc === 0 || auc === 1) {
    const rarer = Math.min(positives, negatives);
    return { value: auc, ...wilsonInterval(auc, rarer, confidence), method: 'Wilson' };
  }
  const logit = Math.log(auc / (1 - auc));
  const half = (normalQuantile((1 + confidence) / 2) * Math.sqrt(variance)) / (auc * (1 - auc));
  const back = (x: number) => 1 / (1 + Math.exp(-x));
  return { value: auc, low: back(logit - half), high: back(logit + half), method: 'DeLong' };
}
