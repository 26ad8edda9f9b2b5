/** Columns that are the target again under another name, or a recoding of it. */
import { risingOrder } from '../ml/data/rising-order.ts';
import type { Column } from '../ml/data/table.ts';
import { featureOf, type Halves } from './one-feature-score.ts';
import type { Outcome } from './outcome.ts';
import { percent } from './words.ts';

/** A copy may be wrong in this share of the rows: typing errors, late corrections. */
const MAX_DISAGREEMENT = 0.005;
/** Squared correlation of values (a linear recoding) or of ranks (any rising or falling one). */
const MIN_R_SQUARED = 0.9995;
/** Rows in which the copy must be filled. */
const MIN_PRESENT = 0.5;

/** @returns one sentence of evidence, or null when the column is no copy. */
export function findCopy(column: Column, outcome: Outcome, [a, b]: Halves): string | null {
  const feature = featureOf(column);
  if (!feature) return null;
  const all = Uint32Array.from([...a, ...b]);
  const rows = all.filter((row) => !Number.isNaN(feature.values[row]));
  if (rows.length < MIN_PRESENT * all.length) return null;
  const x = Float64Array.from(rows, (row) => feature.values[row]);
  const y = Float64Array.from(rows, (row) => outcome.values[row]);
  return outcome.task === 'regression'
    ? feature.ordered
      ? numericCopy(column.name, x, outcome.name, y)
      : null
    : classCopy(column.name, x, outcome, y);
}

/** A column with few values, each of which means one class, and every class having its value. */
function classCopy(
  name: string,
  x: Float64Array,
  { name: target, classes }: Outcome,
  y: Float64Array,
): string | null {
  const counts = new Map<number, Float64Array>();
  const maxValues = 2 * classes.length + 2;
  for (let i = 0; i < x.length; i++) {
    let count = counts.get(x[i]);
    if (!count) {
      if (counts.size === maxValues) return null;
      count = new Float64Array(classes.length);
      counts.set(x[i], count);
    }
    count[y[i]]++;
  }
  const meant = new Set<number>();
  let agreeing = 0;
  for (const count of counts.values()) {
    const most = Math.max(...count);
    meant.add(count.indexOf(most));
    agreeing += most;
  }
  if (meant.size < classes.length || agreeing < (1 - MAX_DISAGREEMENT) * x.length) return null;
  return `Each value of \`${name}\` stands for one class of ${target} in ${percent(agreeing / x.length)} of the rows: it is the answer written differently.`;
}

function numericCopy(name: string, x: Float64Array, target: string, y: Float64Array): string | null {
  if (x.length < 20) return null;
  const linear = squaredCorrelation(x, y);
  if (linear >= MIN_R_SQUARED) {
    return `\`${name}\` is ${target} in another unit or rounding: their squared correlation is ${cut(linear)}.`;
  }
  const monotone = squaredCorrelation(ranks(x), ranks(y));
  if (monotone >= MIN_R_SQUARED) {
    return `\`${name}\` orders the rows as ${target} does (squared rank correlation ${cut(monotone)}): it is a transformation of the answer.`;
  }
  return null;
}

function squaredCorrelation(x: Float64Array, y: Float64Array): number {
  const meanX = mean(x);
  const meanY = mean(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i] - meanX;
    const dy = y[i] - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? (xy / xx) * (xy / yy) : 0;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Ranks from 0; equal values share the mean of their ranks. */
function ranks(values: Float64Array): Float64Array {
  const order = risingOrder(values);
  const out = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) out[order[i]] = (start + end - 1) / 2;
    start = end;
  }
  return out;
}

/** Never rounded up to 1. */
function cut(share: number): string {
  return (Math.floor(share * 10_000) / 10_000).toFixed(4);
}
