import type { Random } from '../random.ts';

/** A box of the unit cube with one prediction. */
export interface Leaf {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly value: number;
}

interface Cut {
  readonly coordinate: number;
  readonly at: number;
  /** Squared error that is left. */
  readonly error: number;
}

/** A regression tree over few points, grown until every leaf holds equal points or equal values, each cut in the middle
 *  between two neighbours. Of cuts that are equally good, one is drawn.
 *  @param rows which points, repeats allowed. O(depth * nCoordinates * n log n). */
export function growTree(
  points: readonly Float64Array[],
  values: Float64Array,
  rows: readonly number[],
  random: Random,
): Leaf[] {
  const nCoordinates = points[0]?.length ?? 0;
  const leaves: Leaf[] = [];

  function grow(own: readonly number[], low: readonly number[], high: readonly number[]): void {
    const cut = bestCut(points, values, own, random);
    if (!cut) {
      leaves.push({
        low,
        high,
        value: own.reduce((sum, row) => sum + values[row], 0) / Math.max(1, own.length),
      });
      return;
    }
    const { coordinate: j, at } = cut;
    const isLeft = (row: number) => (points[row] as Float64Array)[j] < at;
    grow(own.filter(isLeft), low, high.with(j, at));
    grow(
      own.filter((row) => !isLeft(row)),
      low.with(j, at),
      high,
    );
  }

  grow(rows, new Array<number>(nCoordinates).fill(0), new Array<number>(nCoordinates).fill(1));
  return leaves;
}

function bestCut(
  points: readonly Float64Array[],
  values: Float64Array,
  rows: readonly number[],
  random: Random,
): Cut | null {
  const first = values[rows[0] as number];
  if (rows.every((row) => values[row] === first)) return null;
  const nCoordinates = (points[0] as Float64Array).length;
  let best: Cut | null = null;
  // In a random order, so that of equally good cuts not always the first coordinate's is taken.
  for (const j of random.permutation(nCoordinates)) {
    const place = (row: number) => (points[row] as Float64Array)[j];
    const order = [...rows].sort((a, b) => place(a) - place(b) || a - b);
    const total = order.reduce((sum, row) => sum + values[row], 0);
    let left = 0;
    for (let i = 1; i < order.length; i++) {
      const [before, after] = [place(order[i - 1] as number), place(order[i] as number)];
      left += values[order[i - 1] as number];
      if (before === after) continue;
      const right = total - left;
      // The sum of squares less this is the squared error: only this differs between cuts.
      const error = -(left * left) / i - (right * right) / (order.length - i);
      if (!best || error < best.error) best = { coordinate: j, at: (before + after) / 2, error };
    }
  }
  return best;
}
