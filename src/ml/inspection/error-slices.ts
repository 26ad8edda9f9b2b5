/** Where a model is worse than elsewhere: an exhaustive look at groups of rows, by one column and by two, with the number of
 *  looks paid for. */
import type { RowGroups } from '../data/row-groups.ts';
import { studentTQuantile, studentTTail } from '../quantiles.ts';

export interface SliceSearch {
  /** Groups of the judged rows, by one column each; the most promising columns first. */
  readonly columns: readonly RowGroups[];
  /** Float64Array (nRows): how wrong the model is on each row, larger is worse. */
  readonly losses: Float64Array;
  /** Fewer rows are no slice. */
  readonly minRows: number;
  /** Columns that are also looked at two by two, from the first on. */
  readonly paired: number;
  /** Slices that are returned at most. */
  readonly most: number;
}

export interface FoundSlice {
  readonly conditions: readonly { readonly column: string; readonly value: string }[];
  readonly rows: number;
  /** Mean loss in the slice and outside of it, with the standard error of each. */
  readonly inside: Mean;
  readonly outside: Mean;
  /** One-sided, Welch's test that the slice is no worse than the rest. */
  readonly pValue: number;
  /** After Holm's correction for every slice that was looked at. */
  readonly adjusted: number;
}

export interface Mean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface SlicesFound {
  /** How many were looked at. */
  readonly tested: number;
  /** Those that are worse even so come first, the worst of them first; then the likeliest others. A slice of two columns
   *  that is hardly worse than one of its halves is left out, and so is one that mostly holds the rows of a worse one. */
  readonly slices: readonly FoundSlice[];
}

/** A slice of two conditions has to be this much worse than each of them alone. */
const WORTH_A_CONDITION = 1.1;
/** Share of rows in common, of both together, from which on two slices say the same. */
const SAME_ROWS = 0.5;
const SIGNIFICANT = 0.05;

/** O(nRows × (columns + paired²)). Rows are taken as independent. */
export function findSlices(search: SliceSearch): SlicesFound {
  const { losses, minRows, most } = search;
  const nRows = losses.length;
  const total = momentsOf(losses);
  const seen = [...singles(search), ...pairs(search)].filter(
    ({ count, parts }) =>
      count >= minRows &&
      nRows - count >= minRows &&
      // Nobody can do anything about "other values".
      parts.every(({ groups, value }) => value !== groups.pooled),
  );
  const tested = seen.map((slice) => ({ slice, pValue: welch(slice, total) }));
  const adjusted = holm(tested.map(({ pValue }) => pValue));
  const ranked = tested
    .map((entry, i) => ({
      ...entry,
      adjusted: adjusted[i] as number,
      mean: entry.slice.sum / entry.slice.count,
    }))
    .filter(({ slice, mean }) => mean > total.sum / nRows && isWorthItsConditions(slice, mean))
    .sort((a, b) => {
      const clear = Number(b.adjusted < SIGNIFICANT) - Number(a.adjusted < SIGNIFICANT);
      if (clear !== 0) return clear;
      return (a.adjusted < SIGNIFICANT ? b.mean - a.mean : a.pValue - b.pValue) || order(a.slice, b.slice);
    });
  const chosen: typeof ranked = [];
  const masks: Uint8Array[] = [];
  for (const entry of ranked) {
    if (chosen.length === most) break;
    const mask = rowsOf(entry.slice, nRows);
    if (masks.some((other) => overlap(mask, other) > SAME_ROWS)) continue;
    chosen.push(entry);
    masks.push(mask);
  }
  return {
    tested: seen.length,
    slices: chosen.map(({ slice, pValue, adjusted: corrected }) => ({
      conditions: slice.parts.map(({ groups, value }) => ({
        column: groups.column,
        value: groups.labels[value] as string,
      })),
      rows: slice.count,
      inside: meanOf(slice),
      outside: meanOf(restOf(slice, total)),
      pValue,
      adjusted: corrected,
    })),
  };
}

/** @property sum, squares of the losses, and of their squares. */
interface Moments {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

interface Slice extends Moments {
  readonly parts: readonly { readonly groups: RowGroups; readonly value: number }[];
  /** Mean losses of its conditions alone. */
  readonly alone: readonly number[];
}

function singles({ columns, losses }: SliceSearch): Slice[] {
  return columns.flatMap((groups) =>
    sumBy(groups.of, groups.labels.length, losses).map((moments, value) => ({
      ...moments,
      parts: [{ groups, value }],
      alone: [],
    })),
  );
}

function pairs({ columns, losses, paired }: SliceSearch): Slice[] {
  const first = columns.slice(0, paired);
  const alone = first.map(({ of, labels }) =>
    sumBy(of, labels.length, losses).map(({ sum, count }) => sum / count),
  );
  const cells = new Int32Array(losses.length);
  return first.flatMap((a, i) =>
    first.slice(i + 1).flatMap((b, k) => {
      const width = b.labels.length;
      for (let row = 0; row < cells.length; row++)
        cells[row] = (a.of[row] as number) * width + (b.of[row] as number);
      return sumBy(cells, a.labels.length * width, losses).map((moments, cell): Slice => {
        const [valueA, valueB] = [Math.floor(cell / width), cell % width];
        return {
          ...moments,
          parts: [
            { groups: a, value: valueA },
            { groups: b, value: valueB },
          ],
          alone: [alone[i]?.[valueA] as number, alone[i + 1 + k]?.[valueB] as number],
        };
      });
    }),
  );
}

function sumBy(of: Int32Array, nGroups: number, losses: Float64Array): Moments[] {
  const sums = new Float64Array(3 * nGroups);
  for (let row = 0; row < of.length; row++) {
    const at = 3 * (of[row] as number);
    const loss = losses[row] as number;
    sums[at] = (sums[at] as number) + 1;
    sums[at + 1] = (sums[at + 1] as number) + loss;
    sums[at + 2] = (sums[at + 2] as number) + loss * loss;
  }
  return Array.from({ length: nGroups }, (_, group) => ({
    count: sums[3 * group] as number,
    sum: sums[3 * group + 1] as number,
    squares: sums[3 * group + 2] as number,
  }));
}

function momentsOf(losses: Float64Array): Moments {
  return sumBy(new Int32Array(losses.length), 1, losses)[0] as Moments;
}

function restOf(part: Moments, total: Moments): Moments {
  return {
    count: total.count - part.count,
    sum: total.sum - part.sum,
    squares: total.squares - part.squares,
  };
}

/** Sample variance of the mean; never below 0, whatever rounding does. */
function squaredError({ count, sum, squares }: Moments): number {
  return Math.max(0, squares - (sum * sum) / count) / (count - 1) / count;
}

function meanOf(moments: Moments): Mean {
  const mean = moments.sum / moments.count;
  const half = studentTQuantile(0.975, moments.count - 1) * Math.sqrt(squaredError(moments));
  return { mean, low: mean - half, high: mean + half };
}

/** Welch 1947. @returns 1 where neither part varies and none is worse. */
function welch(part: Moments, total: Moments): number {
  const rest = restOf(part, total);
  const [a, b] = [squaredError(part), squaredError(rest)];
  const difference = part.sum / part.count - rest.sum / rest.count;
  if (a + b === 0) return difference > 0 ? 0 : 1;
  const freedom = (a + b) ** 2 / (a ** 2 / (part.count - 1) + b ** 2 / (rest.count - 1));
  return studentTTail(difference / Math.sqrt(a + b), freedom);
}

/** Holm 1979: adjusted p-values in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p || a.i - b.i);
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  order.forEach(({ p, i }, rank) => {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * p));
    adjusted[i] = least;
  });
  return adjusted;
}

function isWorthItsConditions({ alone }: Slice, mean: number): boolean {
  return alone.every((one) => mean >= WORTH_A_CONDITION * one);
}

function rowsOf({ parts }: Slice, nRows: number): Uint8Array {
  const mask = new Uint8Array(nRows);
  for (let row = 0; row < nRows; row++) {
    mask[row] = parts.every(({ groups, value }) => groups.of[row] === value) ? 1 : 0;
  }
  return mask;
}

/** Of two sets of rows, the share that is in both of those that are in one (Jaccard). */
function overlap(a: Uint8Array, b: Uint8Array): number {
  let both = 0;
  let either = 0;
  for (let row = 0; row < a.length; row++) {
    both += (a[row] as number) & (b[row] as number);
    either += (a[row] as number) | (b[row] as number);
  }
  return either === 0 ? 0 : both / either;
}

/** The simpler slice first. */
function order(a: Slice, b: Slice): number {
  return a.parts.length - b.parts.length || b.count - a.count;
}
