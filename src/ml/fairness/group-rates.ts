/** How a model with a cut-off treats groups of rows: counts, rates, and the gaps between the groups. */
/** Of the rows of one group. */
export interface GroupCounts {
  readonly foundPositive: number;
  readonly missedPositive: number;
  readonly falsePositive: number;
  readonly trueNegative: number;
  /** Sum of the probabilities of the positive class. */
  readonly probability: number;
}

/** @param of Int32Array (nRows): group of each row.
 *  @param truth Float64Array (nRows): 1 for the positive class.
 *  @param probability Float64Array (nRows). @param selected Uint8Array (nRows): 1 where it is taken for positive. */
export function countGroups(
  of: Int32Array,
  nGroups: number,
  truth: Float64Array,
  probability: Float64Array,
  selected: Uint8Array,
): GroupCounts[] {
  const counts = Array.from({ length: nGroups }, () => new Float64Array(5));
  for (let row = 0; row < of.length; row++) {
    const group = counts[of[row] as number] as Float64Array;
    const cell = truth[row] === 1 ? (selected[row] ? 0 : 1) : selected[row] ? 2 : 3;
    group[cell] = (group[cell] as number) + 1;
    group[4] = (group[4] as number) + (probability[row] as number);
  }
  return counts.map((group) => {
    const [foundPositive = 0, missedPositive = 0, falsePositive = 0, trueNegative = 0, sum = 0] = group;
    return { foundPositive, missedPositive, falsePositive, trueNegative, probability: sum };
  });
}

export type GroupCells = Omit<GroupCounts, 'probability'>;

export const rowsOf = (g: GroupCells) =>
  g.foundPositive + g.missedPositive + g.falsePositive + g.trueNegative;
export const positivesOf = (g: GroupCells) => g.foundPositive + g.missedPositive;
export const negativesOf = (g: GroupCells) => g.falsePositive + g.trueNegative;
export const selectedOf = (g: GroupCells) => g.foundPositive + g.falsePositive;

export interface Gaps {
  /** Largest minus smallest selection rate (demographic parity). */
  readonly parityDifference: number;
  /** Smallest over largest selection rate; 1 where nobody is selected. */
  readonly parityRatio: number;
  /** The larger of the gaps in the true and in the false positive rate (equalised odds, Hardt et al. 2016). A group without
   *  positives says nothing of the one, a group without negatives nothing of the other. */
  readonly oddsDifference: number;
}

/** As in fairlearn's `demographic_parity_difference`, `demographic_parity_ratio` and `equalized_odds_difference`. */
export function gapsOf(groups: readonly GroupCells[]): Gaps {
  const selection = groups.map((g) => selectedOf(g) / rowsOf(g));
  const found = groups.filter((g) => positivesOf(g) > 0).map((g) => g.foundPositive / positivesOf(g));
  const wrongly = groups.filter((g) => negativesOf(g) > 0).map((g) => g.falsePositive / negativesOf(g));
  const most = Math.max(...selection);
  return {
    parityDifference: rangeOf(selection),
    parityRatio: most === 0 ? 1 : Math.min(...selection) / most,
    oddsDifference: Math.max(rangeOf(found), rangeOf(wrongly)),
  };
}

function rangeOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
}
