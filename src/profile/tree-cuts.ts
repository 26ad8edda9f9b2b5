/** Where one feature is best cut to tell classes apart: a classification tree of a single feature. Intervals of
 *  equal size would straddle the class boundaries and hide a column that separates the classes perfectly. */
import { risingOrder } from '../ml/data/rising-order.ts';
import { gather } from '../ml/data/rows.ts';

const MAX_DEPTH = 6;
const MIN_LEAF_ROWS = 3;

/** @param values   Float64Array: the feature per row, NaN where missing (such rows are left out).
 *  @param classes  Float64Array: class index per row.
 *  @param rows     the rows to fit on.
 *  @returns ascending cuts; a value equal to a cut belongs to the interval below it.
 *  O(n log n + n × depth). Splits by Gini impurity (Breiman et al. 1984), leaves of at least 3 rows, 6 levels. */
export function treeCuts(
  values: Float64Array,
  classes: Float64Array,
  nClasses: number,
  rows: Uint32Array,
): Float64Array {
  const present = rows.filter((row) => !Number.isNaN(values[row]));
  const order = risingOrder(gather(values, present, new Float64Array(present.length)));
  const x = Float64Array.from(order, (i) => values[present[i]]);
  const y = Int32Array.from(order, (i) => classes[present[i]]);
  const cuts: number[] = [];
  const grow = (start: number, end: number, depth: number): void => {
    const cut = depth < MAX_DEPTH ? bestCut(x, y, nClasses, start, end) : null;
    if (cut === null) return;
    grow(start, cut, depth + 1);
    cuts.push(x[cut - 1] / 2 + x[cut] / 2); // halved first: the sum of two large doubles may overflow
    grow(cut, end, depth + 1);
  };
  grow(0, order.length, 0);
  return Float64Array.from(cuts);
}

/** The first index of the right part of the split that lowers the impurity most; null when none does. */
function bestCut(
  x: Float64Array,
  y: Int32Array,
  nClasses: number,
  start: number,
  end: number,
): number | null {
  const left = new Float64Array(nClasses);
  const right = new Float64Array(nClasses);
  for (let i = start; i < end; i++) right[y[i]]++;
  let leftSquares = 0;
  let rightSquares = 0;
  for (const count of right) rightSquares += count * count;
  // Σ over both parts of Σ count² / rows: larger means purer. The unsplit node is what must be beaten.
  let purest = rightSquares / (end - start) + 1e-9 * (end - start);
  let best: number | null = null;
  for (let i = start + 1; i < end; i++) {
    const k = y[i - 1];
    leftSquares += 2 * left[k]++ + 1;
    rightSquares -= 2 * right[k]-- - 1;
    if (x[i] === x[i - 1] || i - start < MIN_LEAF_ROWS || end - i < MIN_LEAF_ROWS) continue;
    const purity = leftSquares / (i - start) + rightSquares / (end - i);
    if (purity > purest) {
      purest = purity;
      best = i;
    }
  }
  return best;
}
