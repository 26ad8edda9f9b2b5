/** How much one column tells of another, whatever the shape of their relation: for choosing features cheaply. */

import { gather } from '../data/rows.ts';
import { quantile, sortedSample } from './quantile.ts';
import type { EncodedTarget } from './target.ts';

/** A column cut into few bins. @property codes Int32Array (rows), each 0..nBins-1. */
export interface Binned {
  readonly codes: Int32Array;
  readonly nBins: number;
}

const MAX_OUTCOME_BINS = 8;

/** Rows that columns are scored on, and their binned outcomes. */
export interface ScoringSample {
  readonly rows: Uint32Array;
  readonly outcome: Binned;
}

/** At most `maxRows` of those with a known outcome, spread evenly; numbers in 8 bins, classes as they are. */
export function scoringSample(rows: Uint32Array, target: EncodedTarget, maxRows: number): ScoringSample {
  const known = rows.filter((row) => !Number.isNaN(target.values[row]));
  const sample = thinned(known, maxRows);
  const values = gather(target.values, sample, new Float64Array(sample.length));
  const outcome =
    target.nClasses === 1
      ? binNumbers(values, MAX_OUTCOME_BINS)
      : { codes: Int32Array.from(values), nBins: target.nClasses };
  return { rows: sample, outcome };
}

/** At most `n` of `rows`, spread evenly, in their order. */
function thinned(rows: Uint32Array, n: number): Uint32Array {
  if (rows.length <= n) return rows;
  const kept = new Uint32Array(n);
  for (let i = 0; i < n; i++) kept[i] = rows[Math.floor((i * rows.length) / n)];
  return kept;
}

/** Bins of about equal size between quantiles; equal values share one. Missing (NaN) has a bin of its own, the last. */
export function binNumbers(values: Float64Array, maxBins: number): Binned {
  const sorted = sortedSample(values);
  const edges: number[] = [];
  for (let i = 1; i < maxBins && sorted.length > 0; i++) {
    const edge = quantile(sorted, i / maxBins);
    if (edges.length === 0 || edge > edges[edges.length - 1]) edges.push(edge);
  }
  const missing = edges.length + 1;
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    let bin = Number.isNaN(value) ? missing : 0;
    if (bin === 0) while (bin < edges.length && value > edges[bin]) bin++;
    codes[i] = bin;
  }
  return { codes, nBins: missing + 1 };
}

/** In nats, from counts, less what chance alone would show (Miller and Madow 1955): about 0, or a little below it, for
 *  columns that have nothing to do with each other. O(rows + bins of a × bins of b). */
export function mutualInformation(a: Binned, b: Binned): number {
  const n = a.codes.length;
  if (n === 0) return 0;
  const both = new Float64Array(a.nBins * b.nBins);
  const ofA = new Float64Array(a.nBins);
  const ofB = new Float64Array(b.nBins);
  for (let i = 0; i < n; i++) {
    both[a.codes[i] * b.nBins + b.codes[i]]++;
    ofA[a.codes[i]]++;
    ofB[b.codes[i]]++;
  }
  const information = entropySum(ofA) + entropySum(ofB) - entropySum(both);
  const excess = occupied(both) - occupied(ofA) - occupied(ofB) + 1;
  return Math.log(n) - information / n - excess / (2 * n);
}

/** Both columns as one, in `a.nBins × b.nBins` bins. */
export function jointBins(a: Binned, b: Binned): Binned {
  const codes = new Int32Array(a.codes.length);
  for (let i = 0; i < codes.length; i++) codes[i] = a.codes[i] * b.nBins + b.codes[i];
  return { codes, nBins: a.nBins * b.nBins };
}

/** Σ n log n. */
function entropySum(counts: Float64Array): number {
  let sum = 0;
  for (const count of counts) if (count > 0) sum += count * Math.log(count);
  return sum;
}

function occupied(counts: Float64Array): number {
  let n = 0;
  for (const count of counts) if (count > 0) n++;
  return n;
}
