/** Metrics of how rows are ordered by a probability. Equal probabilities are one step of the curve, so the order
 *  of tied rows never matters. Multiclass: the plain mean over classes of "this class against the rest" (macro
 *  one-versus-rest), over the classes for which that is defined. */
import { risingOrder } from '../data/rising-order.ts';
import type { JudgedRows } from './judged-rows.ts';

/** Rows sorted by rising score.
 *  @property order      Uint32Array (nRows): row numbers.
 *  @property isPositive Uint8Array (nRows), in the sorted order.
 *  @property endsTie    Uint8Array (nRows), in the sorted order: 1 at the last row of each run of equal scores. */
export interface RankedRows {
  readonly order: Uint32Array;
  readonly isPositive: Uint8Array;
  readonly endsTie: Uint8Array;
}

/** Several metrics of the same rows look at the same order. */
const ranked = new WeakMap<JudgedRows, Map<number, RankedRows>>();

/** The rows sorted by their probability of `positiveClass`: once, however often it is asked for. O(n). */
export function rankRows(rows: JudgedRows, positiveClass: number): RankedRows {
  const known = ranked.get(rows) ?? new Map<number, RankedRows>();
  ranked.set(rows, known);
  const found = known.get(positiveClass) ?? sortRows(rows, positiveClass);
  known.set(positiveClass, found);
  return found;
}

function sortRows({ nRows, nClasses, target, prediction }: JudgedRows, positiveClass: number): RankedRows {
  const scores = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) scores[row] = prediction[row * nClasses + positiveClass];
  const order = risingOrder(scores);
  const isPositive = new Uint8Array(nRows);
  const endsTie = new Uint8Array(nRows);
  for (let i = 0; i < nRows; i++) {
    isPositive[i] = target[order[i]] === positiveClass ? 1 : 0;
    endsTie[i] = i + 1 === nRows || scores[order[i + 1]] !== scores[order[i]] ? 1 : 0;
  }
  return { order, isPositive, endsTie };
}

/** A resample of ranked rows.
 *  @property all       Uint32Array (nRows), in the sorted order: how often each row counts.
 *  @property positives Uint32Array (nRows), in the sorted order: the same, 0 for rows that are not positive.
 *  @property endsTie   see `RankedRows`. */
export interface RankedCounts {
  readonly all: Uint32Array;
  readonly positives: Uint32Array;
  readonly endsTie: Uint8Array;
}

/** @param classes the resample ranked by each class, in binary tasks by class 1 alone. */
export type RankingMetric = (classes: readonly RankedCounts[]) => number;

/** Any resample of the rows, ranked. Looking rows up in the order of their ranks takes most of the time of these metrics, so
 *  they share it. The returned function hands out the same buffers and overwrites them on each call. */
export function prepareRanking(rows: JudgedRows): (counts: Uint32Array) => readonly RankedCounts[] {
  const { nRows, nClasses } = rows;
  const positiveClasses = nClasses === 2 ? [1] : Array.from({ length: nClasses }, (_, k) => k);
  const classes = positiveClasses.map((k) => {
    const { order, isPositive, endsTie } = rankRows(rows, k);
    const counted = { all: new Uint32Array(nRows), positives: new Uint32Array(nRows), endsTie };
    return { order, isPositive, counted };
  });
  return (counts) =>
    classes.map(({ order, isPositive, counted }) => {
      const { all, positives } = counted;
      for (let i = 0; i < nRows; i++) {
        const count = counts[order[i]];
        all[i] = count;
        // Which of the two a row is looks random to a processor, so that it is no branch.
        positives[i] = count * isPositive[i];
      }
      return counted;
    });
}

/** The chance that a random positive row is ranked above a random negative one, ties counting half. NaN when one
 *  of the two kinds is absent. */
export const rocAuc = meanOverClasses(({ all, positives, endsTie }) => {
  let negativesBelow = 0;
  let positivesBelow = 0;
  let wins = 0;
  let tiedPositives = 0;
  let tied = 0;
  for (let i = 0; i < all.length; i++) {
    tiedPositives += positives[i];
    tied += all[i];
    if (endsTie[i] === 1) {
      const tiedNegatives = tied - tiedPositives;
      wins += tiedPositives * (negativesBelow + tiedNegatives / 2);
      positivesBelow += tiedPositives;
      negativesBelow += tiedNegatives;
      tiedPositives = 0;
      tied = 0;
    }
  }
  return wins / (positivesBelow * negativesBelow); // 0 / 0 = NaN
});

/** Σ (recall gained) × precision over the thresholds from the top down: the area under the precision-recall curve
 *  without interpolation. NaN without positive rows. */
export const averagePrecision = meanOverClasses(({ all, positives, endsTie }) => {
  let positivesAbove = 0;
  let taken = 0;
  let tiedPositives = 0;
  let sum = 0;
  for (let i = all.length - 1; i >= 0; i--) {
    taken += all[i];
    tiedPositives += positives[i];
    const lastOfTie = i === 0 || endsTie[i - 1] === 1;
    if (lastOfTie && tiedPositives > 0) {
      positivesAbove += tiedPositives;
      sum += tiedPositives * (positivesAbove / taken);
      tiedPositives = 0;
    }
  }
  return sum / positivesAbove;
});

/** Of the rows with the highest probabilities, that share of all rows (rounded up), which part is positive and which part
 *  of all positive rows is among them. Of rows that are tied at the cut the mean over every way to pick them counts, so
 *  their order does not matter. Binary tasks. NaN for precision without rows, for recall without positive ones. */
function atTop(
  share: number,
  of: (found: number, taken: number, positives: number) => number,
): RankingMetric {
  return ([ranked]) => {
    const { all, positives, endsTie } = ranked as RankedCounts;
    // Rounding noise must not turn 10% of 30 rows into 4.
    const taken = Math.ceil(share * sumOf(all) - 1e-9);
    let left = taken;
    let found = 0;
    for (let i = all.length - 1; i >= 0 && left > 0; ) {
      let tied = 0;
      let tiedPositives = 0;
      do {
        tied += all[i];
        tiedPositives += positives[i];
        i--;
      } while (i >= 0 && endsTie[i] === 0);
      if (tied === 0) continue;
      const picked = Math.min(left, tied);
      found += (tiedPositives * picked) / tied;
      left -= picked;
    }
    return of(found, taken, sumOf(positives));
  };
}

export const precisionAtTop = (share: number) => atTop(share, (found, taken) => found / taken);
export const recallAtTop = (share: number) => atTop(share, (found, _, positives) => found / positives);

/** The best precision of any cut-off that finds at least that share of the positive rows. Binary tasks; NaN without
 *  positive rows. */
export function precisionAtRecall(share: number): RankingMetric {
  return ([ranked]) => {
    const { all, positives, endsTie } = ranked as RankedCounts;
    const nPositive = sumOf(positives);
    if (nPositive === 0) return Number.NaN;
    const enough = share * nPositive - 1e-9;
    let taken = 0;
    let found = 0;
    let best = 0;
    for (let i = all.length - 1; i >= 0; i--) {
      taken += all[i];
      found += positives[i];
      const isCut = i === 0 || endsTie[i - 1] === 1;
      if (isCut && taken > 0 && found >= enough) best = Math.max(best, found / taken);
    }
    return best;
  };
}

function sumOf(counts: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i];
  return sum;
}

function meanOverClasses(metric: (ranked: RankedCounts) => number): RankingMetric {
  return (classes) => {
    let sum = 0;
    let defined = 0;
    for (const ranked of classes) {
      const value = metric(ranked);
      if (Number.isNaN(value)) continue;
      sum += value;
      defined++;
    }
    return sum / defined;
  };
}
