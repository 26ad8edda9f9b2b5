/** Splits on a categorical feature: which set of categories goes left.
 *
 *  For a convex loss the best set is a run at one end of the categories ordered by gradient / hessian (Fisher 1958),
 *  so only those runs are tried. Missing values are one more category. Categories that a node has not seen, or
 *  has seen too rarely to judge, go right. */
import { CELL } from './histogram.ts';
import { leafScore, type NodeSums, type Split, type SplitLimits, TINY } from './split.ts';

/** A category with fewer rows at the node is not judged on them (scikit-learn's MIN_CAT_SUPPORT). */
const MIN_CATEGORY_ROWS = 10;

/** Up to this many categories cannot be overfitted by choosing among them: all are judged, without smoothing. */
const FEW_CATEGORIES = 4;

/** Longest run that may go left (LightGBM's max_cat_threshold). */
const MAX_LEFT_CATEGORIES = 32;

// Scratch of one search. A search is synchronous and a thread runs one at a time, so it can live here.
const order = new Int32Array(256);
const ratios = new Float64Array(256);

/** Improves `split` if this feature offers a better one.
 *  @param offset index in `histogram` of the feature's first bin. O(nBins²) at worst, with nBins <= 255. */
export function findCategoricalSplit(
  histogram: Float64Array,
  offset: number,
  nBins: number,
  feature: number,
  sums: NodeSums,
  limits: SplitLimits,
  split: Split,
): void {
  const nPresent = countPresent(histogram, offset, nBins);
  const few = nPresent <= FEW_CATEGORIES;
  const nOrdered = orderCategories(
    histogram,
    offset,
    nBins,
    few ? 1 : MIN_CATEGORY_ROWS,
    few ? TINY : limits.categoricalSmoothing,
  );
  if (nOrdered < 2) return;
  const gainBefore = split.gain;
  const lowLimit = Math.min(MAX_LEFT_CATEGORIES, (nOrdered + 1) >> 1);
  // The complement of a low run is no new split, and rounding must not decide which of the two is taken. Where
  // rare categories stay right it is one.
  const highLimit = Math.min(lowLimit, nOrdered === nPresent ? nOrdered - lowLimit - 1 : nOrdered - 1);
  const lowRun = scanRuns(histogram, offset, 0, 1, lowLimit, sums, limits, split);
  const highRun = scanRuns(histogram, offset, nOrdered - 1, -1, highLimit, sums, limits, split);
  if (split.gain === gainBefore) return;
  split.feature = feature;
  split.isCategorical = true;
  split.leftBins.fill(0);
  if (highRun > 0) for (let k = 0; k < highRun; k++) split.leftBins[order[nOrdered - 1 - k]] = 1;
  else for (let k = 0; k < lowRun; k++) split.leftBins[order[k]] = 1;
  const hasMissing = histogram[offset + CELL * nBins + 2] > 0;
  split.missingLeft = hasMissing ? split.leftBins[nBins] === 1 : 2 * split.left.count > sums.count;
}

/** How many categories, the missing one included, have rows at the node. */
function countPresent(histogram: Float64Array, offset: number, nBins: number): number {
  let nPresent = 0;
  for (let bin = 0; bin <= nBins; bin++) if (histogram[offset + CELL * bin + 2] > 0) nPresent++;
  return nPresent;
}

/** Fills `order` with the categories of at least `minRows` rows, by gradient / (hessian + smoothing); returns how
 *  many there are. */
function orderCategories(
  histogram: Float64Array,
  offset: number,
  nBins: number,
  minRows: number,
  smoothing: number,
): number {
  let nOrdered = 0;
  for (let bin = 0; bin <= nBins; bin++) {
    const cell = offset + CELL * bin;
    if (histogram[cell + 2] < minRows) continue;
    const ratio = histogram[cell] / (histogram[cell + 1] + smoothing);
    let k = nOrdered++;
    for (; k > 0 && ratios[k - 1] > ratio; k--) {
      ratios[k] = ratios[k - 1];
      order[k] = order[k - 1];
    }
    ratios[k] = ratio;
    order[k] = bin;
  }
  return nOrdered;
}

/** Tries the runs order[first], order[first + step], ... of up to `limit` categories as the left side.
 *  @returns the length of the best run, 0 if none was better than `split`. */
function scanRuns(
  histogram: Float64Array,
  offset: number,
  first: number,
  step: 1 | -1,
  limit: number,
  sums: NodeSums,
  limits: SplitLimits,
  split: Split,
): number {
  const { minSamplesLeaf, minHessian, minGain, l2 } = limits;
  const nodeScore = leafScore(sums.gradient, sums.hessian, l2);
  let bestRun = 0;
  let gradient = 0;
  let hessian = 0;
  let count = 0;
  for (let k = 0; k < limit; k++) {
    const cell = offset + CELL * order[first + k * step];
    gradient += histogram[cell];
    hessian += histogram[cell + 1];
    count += histogram[cell + 2];
    if (count < minSamplesLeaf || hessian < minHessian) continue;
    if (sums.count - count < minSamplesLeaf || sums.hessian - hessian < minHessian) break;
    const gain =
      leafScore(gradient, hessian, l2) +
      leafScore(sums.gradient - gradient, sums.hessian - hessian, l2) -
      nodeScore;
    if (gain > split.gain && gain > minGain) {
      bestRun = k + 1;
      split.gain = gain;
      split.left.gradient = gradient;
      split.left.hessian = hessian;
      split.left.count = count;
    }
  }
  return bestRun;
}
