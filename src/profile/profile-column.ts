/** What one column holds. */
import { duplicateClusters } from '../ml/data/duplicates.ts';
import type { Column } from '../ml/data/table.ts';
import { sortNumbers } from '../ml/trees/sort-numbers.ts';
import type { ColumnProfile, Histogram } from './profile.ts';
import { isCounter } from './row-order.ts';

const TOP_VALUES = 12;
const HISTOGRAM_BINS = 20;
/** A column with a larger share of missing cells is flagged. */
const MOSTLY_MISSING = 0.8;

/** @param infinite cells that were infinite in the source. O(n log n) for numbers, O(n) otherwise. */
export function profileColumn(column: Column, infinite = 0): ColumnProfile {
  const nRows = column.valid.length;
  let present = 0;
  for (let row = 0; row < nRows; row++) present += column.valid[row];
  const seen = look(column, present);
  const flags: ColumnProfile['flags'] = [];
  if (present === 0) flags.push('all-missing');
  else if (seen.distinct === 1) flags.push('constant');
  if (present > 0 && nRows - present > MOSTLY_MISSING * nRows) flags.push('mostly-missing');
  if (namesRows(column, seen.distinct, present)) flags.push('id-like');
  if (column.type === 'categorical' && seen.distinct > 100) flags.push('high-cardinality');
  return { name: column.name, type: column.type, missing: nRows - present, infinite, flags, ...seen };
}

type Seen = Pick<ColumnProfile, 'distinct' | 'range' | 'top'>;

function look(column: Column, present: number): Seen {
  switch (column.type) {
    case 'numeric':
    case 'datetime':
      return lookAtNumbers(column.values, column.valid, present);
    case 'boolean': {
      const counts = [0, 0];
      for (let row = 0; row < column.valid.length; row++) {
        if (column.valid[row]) counts[column.values[row]]++;
      }
      return lookAtCounts(column.labels, counts);
    }
    case 'categorical':
    case 'id': {
      const counts = new Array<number>(column.categories.length).fill(0);
      for (const code of column.codes) if (code >= 0) counts[code]++;
      return lookAtCounts(column.categories, counts);
    }
    case 'text': {
      const distinct = new Set<string>();
      for (let row = 0; row < column.valid.length; row++) {
        if (column.valid[row]) distinct.add(column.values[row] as string);
      }
      return { distinct: distinct.size, range: null, top: [] };
    }
    case 'image':
    case 'sequence': {
      const clusters = duplicateClusters({ nRows: column.valid.length, columns: [column] }, [column.name]);
      const distinct = new Set(clusters.filter((_, row) => column.valid[row] === 1));
      return { distinct: distinct.size, range: null, top: [] };
    }
  }
}

function lookAtCounts(labels: readonly string[], counts: readonly number[]): Seen {
  const present = labels
    .map((value, i) => ({ value, count: counts[i] as number }))
    .filter(({ count }) => count > 0);
  const top = [...present].sort((a, b) => b.count - a.count).slice(0, TOP_VALUES);
  return { distinct: present.length, range: null, top };
}

function lookAtNumbers(values: Float64Array, valid: Uint8Array, present: number): Seen {
  if (present === 0) return { distinct: 0, range: null, top: [] };
  const sorted = new Float64Array(present);
  let n = 0;
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    if (!valid[row]) continue;
    sorted[n++] = values[row];
    sum += values[row];
  }
  sortNumbers(sorted);
  const mean = sum / present;
  let distinct = 1;
  let squares = 0;
  for (let i = 0; i < present; i++) {
    if (i > 0 && sorted[i] !== sorted[i - 1]) distinct++;
    squares += (sorted[i] - mean) ** 2;
  }
  const range = {
    min: sorted[0],
    q1: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    q3: quantile(sorted, 0.75),
    max: sorted[present - 1],
    mean,
    sd: present > 1 ? Math.sqrt(squares / (present - 1)) : 0,
    histogram: histogram(sorted, distinct),
  };
  return { distinct, range, top: [] };
}

/** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7; the default of R and NumPy). */
function quantile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Bins of equal width from minimum to maximum; the last one includes its upper edge. */
function histogram(sorted: Float64Array, distinct: number): Histogram {
  const min = sorted[0];
  const max = sorted[sorted.length - 1];
  const nBins = Math.min(HISTOGRAM_BINS, distinct);
  // Scaled before subtracting, so that a range wider than the largest double does not overflow.
  const edge = (i: number) => min * (1 - i / nBins) + max * (i / nBins);
  const edges = Array.from({ length: nBins + 1 }, (_, i) => (i === nBins ? max : edge(i)));
  const counts = new Array<number>(nBins).fill(0);
  let bin = 0;
  for (const value of sorted) {
    while (bin < nBins - 1 && value >= (edges[bin + 1] as number)) bin++;
    counts[bin]++;
  }
  if (min === max) edges[1] = max; // one bin of no width
  return { edges, counts };
}

/** Whether every row has a value of its own that describes nothing. */
function namesRows(column: Column, distinct: number, present: number): boolean {
  if (present < 20) return false;
  if (column.type === 'id') return distinct > 0.95 * present;
  return column.type === 'numeric' && distinct === present && isCounter(column);
}
