/** Metrics of how rows are ordered by a probability. Equal probabilities are one step of the curve, so the order
 *  of tied rows never matters. Multiclass: the plain mean over classes of "this class against the rest" (macro
 *  one-versus-rest), over the classes for which that is defined. */
import type { CountedMetric, JudgedRows } from './judged-rows.ts';

/** Rows sorted by rising score.
 *  @property order      Uint32Array (nRows): row numbers.
 *  @property isPositive Uint8Array (nRows), in the sorted order.
 *  @property endsTie    Uint8Array (nRows), in the sorted order: 1 at the last row of each run of equal scores. */
export interface RankedRows {
  readonly order: Uint32Array;
  readonly isPositive: Uint8Array;
  readonly endsTie: Uint8Array;
}

/** Sorts the rows by their probability of `positiveClass`. O(n log n). */
export function rankRows(
  { nRows, nClasses, target, prediction }: JudgedRows,
  positiveClass: number,
): RankedRows {
  const scores = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) scores[row] = prediction[row * nClasses + positiveClass];
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  const isPositive = Uint8Array.from(order, (row) => (target[row] === positiveClass ? 1 : 0));
  const endsTie = Uint8Array.from(order, (row, i) =>
    i + 1 === nRows || scores[order[i + 1]] !== scores[row] ? 1 : 0,
  );
  return { order, isPositive, endsTie };
}

/** The chance that a random positive row is ranked above a random negative one, ties counting half. NaN when one
 *  of the two kinds is absent. */
export function rocAuc(rows: JudgedRows): CountedMetric {
  return overClasses(rows, ({ order, isPositive, endsTie }, counts) => {
    let negativesBelow = 0;
    let positives = 0;
    let wins = 0;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    for (let i = 0; i < order.length; i++) {
      const count = counts[order[i]];
      if (isPositive[i] === 1) tiedPositives += count;
      else tiedNegatives += count;
      if (endsTie[i] === 1) {
        wins += tiedPositives * (negativesBelow + tiedNegatives / 2);
        positives += tiedPositives;
        negativesBelow += tiedNegatives;
        tiedPositives = 0;
        tiedNegatives = 0;
      }
    }
    return wins / (positives * negativesBelow); // 0 / 0 = NaN
  });
}

/** Σ (recall gained) × precision over the thresholds from the top down: the area under the precision-recall curve
 *  without interpolation. NaN without positive rows. */
export function averagePrecision(rows: JudgedRows): CountedMetric {
  return overClasses(rows, ({ order, isPositive, endsTie }, counts) => {
    let positives = 0;
    let taken = 0;
    let tiedPositives = 0;
    let sum = 0;
    for (let i = order.length - 1; i >= 0; i--) {
      const count = counts[order[i]];
      taken += count;
      if (isPositive[i] === 1) tiedPositives += count;
      const lastOfTie = i === 0 || endsTie[i - 1] === 1;
      if (lastOfTie && tiedPositives > 0) {
        positives += tiedPositives;
        sum += tiedPositives * (positives / taken);
        tiedPositives = 0;
      }
    }
    return sum / positives;
  });
}

/** Of the rows with the highest probabilities, that share of all rows (rounded up), which part is positive and which part
 *  of all positive rows is among them. Of rows that are tied at the cut the mean over every way to pick them counts, so
 *  their order does not matter. Binary tasks. NaN for precision without rows, for recall without positive ones. */
function atTop(
  share: number,
  of: (found: number, taken: number, positives: number) => number,
): (rows: JudgedRows) => CountedMetric {
  return (rows) => {
    const { order, isPositive, endsTie } = rankRows(rows, 1);
    return (counts) => {
      let all = 0;
      let positives = 0;
      for (let i = 0; i < order.length; i++) {
        all += counts[order[i]];
        if (isPositive[i] === 1) positives += counts[order[i]];
      }
      // Rounding noise must not turn 10% of 30 rows into 4.
      const taken = Math.ceil(share * all - 1e-9);
      let left = taken;
      let found = 0;
      for (let i = order.length - 1; i >= 0 && left > 0; ) {
        let tied = 0;
        let tiedPositives = 0;
        do {
          tied += counts[order[i]];
          if (isPositive[i] === 1) tiedPositives += counts[order[i]];
          i--;
        } while (i >= 0 && endsTie[i] === 0);
        if (tied === 0) continue;
        const picked = Math.min(left, tied);
        found += (tiedPositives * picked) / tied;
        left -= picked;
      }
      return of(found, taken, positives);
    };
  };
}

export const precisionAtTop = (share: number) => atTop(share, (found, taken) => found / taken);
export const recallAtTop = (share: number) => atTop(share, (found, _, positives) => found / positives);

/** The best precision of any cut-off that finds at least that share of the positive rows. Binary tasks; NaN without
 *  positive rows. */
export function precisionAtRecall(share: number): (rows: JudgedRows) => CountedMetric {
  return (rows) => {
    const { order, isPositive, endsTie } = rankRows(rows, 1);
    return (counts) => {
      let positives = 0;
      for (let i = 0; i < order.length; i++) if (isPositive[i] === 1) positives += counts[order[i]];
      if (positives === 0) return Number.NaN;
      const enough = share * positives - 1e-9;
      let taken = 0;
      let found = 0;
      let best = 0;
      for (let i = order.length - 1; i >= 0; i--) {
        taken += counts[order[i]];
        if (isPositive[i] === 1) found += counts[order[i]];
        const isCut = i === 0 || endsTie[i - 1] === 1;
        if (isCut && taken > 0 && found >= enough) best = Math.max(best, found / taken);
      }
      return best;
    };
  };
}

function overClasses(
  rows: JudgedRows,
  metric: (ranked: RankedRows, counts: Uint32Array) => number,
): CountedMetric {
  if (rows.nClasses === 2) {
    const ranked = rankRows(rows, 1);
    return (counts) => metric(ranked, counts);
  }
  const classes = Array.from({ length: rows.nClasses }, (_, k) => rankRows(rows, k));
  return (counts) => {
    let sum = 0;
    let defined = 0;
    for (const ranked of classes) {
      const value = metric(ranked, counts);
      if (Number.isNaN(value)) continue;
      sum += value;
      defined++;
    }
    return sum / defined;
  };
}
