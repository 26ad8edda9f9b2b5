/** Finds a node's best split from its histogram. */
import type { FeatureBins } from './binning.ts';
import { findCategoricalSplit } from './category-splitting.ts';
import { CELL, type HistogramLayout } from './histogram.ts';
import { leafScore, type NodeSums, type Split, type SplitLimits } from './split.ts';

/** Searches all the asked features and leaves the best split in `split` (gain 0 when there is none). Of equal gains
 *  the first feature and the lowest bin win, so the result does not depend on anything but the sums.
 *  @param histogram Float64Array in the given layout, read only.
 *  @param features  Uint32Array: the features this tree may use, ascending. O(bins of those features). */
export function findSplit(
  histogram: Float64Array,
  layout: HistogramLayout,
  bins: readonly FeatureBins[],
  features: Uint32Array,
  sums: NodeSums,
  limits: SplitLimits,
  split: Split,
): void {
  split.gain = 0;
  split.feature = -1;
  for (let k = 0; k < features.length; k++) {
    const feature = features[k];
    const { kind, nBins } = bins[feature];
    const offset = layout.offsets[feature];
    if (kind === 'categorical') {
      findCategoricalSplit(histogram, offset, nBins, feature, sums, limits, split);
      continue;
    }
    const hasMissing = histogram[offset + CELL * nBins + 2] > 0;
    scanBins(histogram, offset, 0, hasMissing ? nBins : nBins - 1, 1, feature, sums, limits, split);
    if (hasMissing) {
      scanBins(histogram, offset, nBins - 1, 0, -1, feature, sums, limits, split);
    } else if (split.feature === feature) {
      split.missingLeft = 2 * split.left.count > sums.count;
    }
  }
}

/** Moves bin after bin from the far side to the near side and judges each state. Upwards (step 1) the near side is
 *  the left child and missing rows stay right; downwards (step -1) the near side is the right child and missing
 *  rows stay left. Visits the bins from `first` up or down to, not including, `end`. */
function scanBins(
  histogram: Float64Array,
  offset: number,
  first: number,
  end: number,
  step: 1 | -1,
  feature: number,
  sums: NodeSums,
  limits: SplitLimits,
  split: Split,
): void {
  const { minSamplesLeaf, minHessian, minGain, l2 } = limits;
  const nodeScore = leafScore(sums.gradient, sums.hessian, l2);
  let nearGradient = 0;
  let nearHessian = 0;
  let nearCount = 0;
  for (let bin = first; bin !== end; bin += step) {
    const cell = offset + CELL * bin;
    nearGradient += histogram[cell];
    nearHessian += histogram[cell + 1];
    nearCount += histogram[cell + 2];
    const farCount = sums.count - nearCount;
    const farHessian = sums.hessian - nearHessian;
    if (nearCount < minSamplesLeaf || nearHessian < minHessian) continue;
    if (farCount < minSamplesLeaf || farHessian < minHessian) return;
    const farGradient = sums.gradient - nearGradient;
    const gain =
      leafScore(nearGradient, nearHessian, l2) + leafScore(farGradient, farHessian, l2) - nodeScore;
    if (gain > split.gain && gain > minGain) {
      const upwards = step === 1;
      split.gain = gain;
      split.feature = feature;
      split.isCategorical = false;
      split.bin = upwards ? bin : bin - 1;
      split.missingLeft = !upwards;
      split.left.gradient = upwards ? nearGradient : farGradient;
      split.left.hessian = upwards ? nearHessian : farHessian;
      split.left.count = upwards ? nearCount : farCount;
    }
  }
}
