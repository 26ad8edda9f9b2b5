/** Keeps the features that tell most of the outcome and least of each other, and says how sure that choice is. */
import { gather } from '../data/rows.ts';
import type { FeatureMatrix } from '../estimator.ts';
import { Random } from '../random.ts';
import type { Binned } from './mutual-information.ts';
import { binNumbers, mutualInformation } from './mutual-information.ts';
import { type Stability, selectionFrequencies, selectionStability } from './selection-stability.ts';

const N_SUBSAMPLES = 20;
const BINS = 10;
/** So many of the most telling features are picked one by one, each lowering the score of what resembles it. */
const MAX_PICKS = 24;

export interface FeatureSelection {
  /** Indices of the kept ones among all features, ascending. */
  readonly kept: number[];
  /** Per feature, kept or not: the share of the subsamples that chose it. */
  readonly frequencies: number[];
  readonly stability: Stability;
}

/** Ranks all features on 20 random halves of the rows, takes the top share of each ranking, and keeps those that were
 *  taken most often (ties: by mean score). At least one is kept.
 *
 *  The score within one half is the mutual information of the binned feature and the outcome, times 1 - r² of its
 *  correlation with whichever better feature resembles it most: a greedy choice in the manner of mRMR (Peng et al.
 *  2005) for the first 24, after which the penalties stand. O(20 × features × 24 × rows / 2).
 *  @param matrix  features of some training rows; no row's features may hold its own outcome.
 *  @param outcome binned, of the same rows. */
export function selectFeatures(
  matrix: FeatureMatrix,
  outcome: Binned,
  share: number,
  seed: number,
): FeatureSelection {
  const p = matrix.columns.length;
  const nKept = Math.max(1, Math.min(p, Math.ceil(share * p)));
  const binned = matrix.columns.map((values, j) => {
    const { kind, nCategories = 1 } = matrix.features[j];
    return kind === 'categorical' ? binCodes(values, nCategories) : binNumbers(values, BINS);
  });
  const random = new Random(seed).derive('feature-selection');
  const total = new Float64Array(p);
  const choices = Array.from({ length: N_SUBSAMPLES }, () => {
    const half = random.permutation(matrix.nRows).subarray(0, Math.ceil(matrix.nRows / 2));
    const scores = scoreFeatures(binned, outcome, half);
    for (let j = 0; j < p; j++) total[j] += scores[j] / N_SUBSAMPLES;
    const chosen = new Uint8Array(p);
    for (const j of descending(scores).slice(0, nKept)) chosen[j] = 1;
    return chosen;
  });
  const frequencies = selectionFrequencies(choices);
  const order = Array.from({ length: p }, (_, j) => j).sort(
    (a, b) => frequencies[b] - frequencies[a] || total[b] - total[a] || a - b,
  );
  return {
    kept: order.slice(0, nKept).sort((a, b) => a - b),
    frequencies,
    stability: selectionStability(choices),
  };
}

function scoreFeatures(binned: readonly Binned[], outcome: Binned, rows: Uint32Array): Float64Array {
  const features = binned.map((feature) => take(feature, rows));
  const outcomeHere = take(outcome, rows);
  const relevance = Float64Array.from(features, (feature) =>
    Math.max(0, mutualInformation(feature, outcomeHere)),
  );
  const standardised = features.map(standardise);
  const scores = Float64Array.from(relevance);
  const picked = new Uint8Array(features.length);
  for (let pick = 0; pick < Math.min(MAX_PICKS, features.length); pick++) {
    const best = argmax(scores, picked);
    picked[best] = 1;
    for (let j = 0; j < features.length; j++) {
      if (picked[j]) continue;
      const r = dot(standardised[best], standardised[j]);
      scores[j] = Math.min(scores[j], relevance[j] * (1 - r * r));
    }
  }
  return scores;
}

function take({ codes, nBins }: Binned, rows: Uint32Array): Binned {
  return { codes: gather(codes, rows, new Int32Array(rows.length)), nBins };
}

/** Codes of a categorical feature as they are, missing (NaN) in a last bin. */
function binCodes(values: Float64Array, nCategories: number): Binned {
  const codes = new Int32Array(values.length);
  for (let i = 0; i < codes.length; i++) codes[i] = Number.isNaN(values[i]) ? nCategories : values[i];
  return { codes, nBins: nCategories + 1 };
}

/** Mean 0 and length 1, so that a dot product is a correlation of ranks; a constant becomes 0. */
function standardise({ codes }: Binned): Float32Array {
  let mean = 0;
  for (const code of codes) mean += code / codes.length;
  let squares = 0;
  for (const code of codes) squares += (code - mean) ** 2;
  const length = Math.sqrt(squares);
  const out = new Float32Array(codes.length);
  if (length > 0) for (let i = 0; i < out.length; i++) out[i] = (codes[i] - mean) / length;
  return out;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function argmax(scores: Float64Array, taken: Uint8Array): number {
  let best = -1;
  for (let j = 0; j < scores.length; j++) {
    if (!taken[j] && (best < 0 || scores[j] > scores[best])) best = j;
  }
  return best;
}

/** Indices by falling score; ties by index. */
function descending(scores: Float64Array): number[] {
  return Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
}
