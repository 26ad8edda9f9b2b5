/** What it would cost to give every group a cut-off of its own, such that all groups are selected at one rate. */
import type { Random } from '../random.ts';

/** Uint8Array (nRows): 1 where a row is taken for positive. Cut-offs of one half of the rows, drawn at random, decide on the
 *  other half, and the reverse: a cut-off that is judged on the rows that chose it looks better than it is.
 *  @param isJudged groups that get a cut-off of their own; rows of others keep what `selected` says.
 *  @param rate the share to be selected in each. */
export function selectAtOneRate(
  of: Int32Array,
  isJudged: readonly boolean[],
  probability: Float64Array,
  selected: Uint8Array,
  rate: number,
  random: Random,
): Uint8Array {
  const out = Uint8Array.from(selected);
  isJudged.forEach((judged, group) => {
    if (!judged) return;
    const rows = random
      .derive('halves', group)
      .shuffle(Uint32Array.from({ length: of.length }, (_, row) => row).filter((row) => of[row] === group));
    const half = Math.floor(rows.length / 2);
    const parts = [rows.subarray(0, half), rows.subarray(half)] as const;
    for (const [chooses, decides] of [parts, [parts[1], parts[0]]] as const) {
      const cutOff = cutOffFor(chooses, probability, rate);
      for (const row of decides) out[row] = (probability[row] as number) >= cutOff ? 1 : 0;
    }
  });
  return out;
}

/** The largest cut-off from which on at least that share of the rows is selected. */
function cutOffFor(rows: Uint32Array, probability: Float64Array, rate: number): number {
  const falling = Float64Array.from(rows, (row) => probability[row] as number)
    .sort()
    .reverse();
  const wanted = Math.round(rate * falling.length);
  return wanted === 0 ? Number.POSITIVE_INFINITY : (falling[wanted - 1] as number);
}
