import { describe, expect, it } from 'vitest';
import { layOutHistogram, sumHistogram } from '../../../src/ml/gbdt/histogram.ts';
import {
  emptySplit,
  fillLeftBins,
  leafScore,
  type Split,
  type SplitLimits,
} from '../../../src/ml/gbdt/split.ts';
import { findSplit } from '../../../src/ml/gbdt/splitting.ts';
import { type BinnedNode, binOf, indices, naiveSums, randomNode } from './nodes.ts';

const limits: SplitLimits = {
  minSamplesLeaf: 5,
  minHessian: 0.5,
  minGain: 0,
  l2: 0.3,
  categoricalSmoothing: 10,
};

function bestSplit(
  node: BinnedNode,
  chosen: SplitLimits = limits,
  features = indices(node.bins.length),
): Split {
  const { matrix, bins, gradients, rows } = node;
  const layout = layOutHistogram(bins);
  const histogram = new Float64Array(layout.length);
  sumHistogram(
    matrix.bins,
    matrix.nFeatures,
    gradients,
    rows,
    0,
    rows.length,
    features,
    layout.offsets,
    histogram,
  );
  const split = emptySplit();
  findSplit(histogram, layout, bins, features, naiveSums(node), chosen, split);
  if (split.feature >= 0) fillLeftBins(split, bins[split.feature].nBins);
  return split;
}

/** The gain of sending these bins of the feature left, from the rows themselves; 0 if it is not legal. */
function naiveGain(
  node: BinnedNode,
  feature: number,
  goesLeft: (bin: number) => boolean,
  chosen = limits,
): number {
  const all = naiveSums(node);
  const left = naiveSums(node, (row) => goesLeft(binOf(node, row, feature)));
  const right = naiveSums(node, (row) => !goesLeft(binOf(node, row, feature)));
  const illegal = [left, right].some((s) => s.count < chosen.minSamplesLeaf || s.hessian < chosen.minHessian);
  if (illegal) return 0;
  const score = ({ gradient, hessian }: typeof all) => leafScore(gradient, hessian, chosen.l2);
  return score(left) + score(right) - score(all);
}

/** Every threshold of every numeric feature, with missing values left and right. */
function naiveNumericGain(node: BinnedNode): number {
  const gains = node.bins.flatMap(({ nBins }, feature) =>
    Array.from({ length: nBins }, (_, bin) => [
      naiveGain(node, feature, (b) => b <= bin),
      naiveGain(node, feature, (b) => b <= bin || b === nBins),
    ]).flat(),
  );
  return Math.max(...gains);
}

describe('the best split on numeric features', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('equals the naive search (case %i)', (seed) => {
    const node = randomNode(seed, 60 + 20 * seed, [5, 40, 2, 1], seed % 2 === 0 ? 0.2 : 0);
    const split = bestSplit(node);
    expect(split.gain).toBeCloseTo(naiveNumericGain(node), 9);
    const gain = naiveGain(node, split.feature, (bin) => split.leftBins[bin] === 1);
    expect(gain).toBeCloseTo(split.gain, 9);
    const left = naiveSums(node, (row) => split.leftBins[binOf(node, row, split.feature)] === 1);
    expect(split.left.count).toBe(left.count);
    expect(split.left.gradient).toBeCloseTo(left.gradient, 9);
    expect(split.left.hessian).toBeCloseTo(left.hessian, 9);
  });

  it('can send the missing values alone to one side', () => {
    const node = randomNode(1, 100, [3], 0.5);
    for (let row = 0; row < 100; row++) node.gradients[2 * row] = binOf(node, row, 0) === 3 ? 1 : -1;
    const split = bestSplit(node);
    expect([...split.leftBins.subarray(0, 4)]).toEqual([1, 1, 1, 0]);
  });

  it('sends missing values to the side with more rows where none was missing', () => {
    const node = randomNode(1, 100, [10], 0);
    for (let row = 0; row < 100; row++) node.gradients[2 * row] = binOf(node, row, 0) < 7 ? 1 : -1;
    expect(bestSplit(node).missingLeft).toBe(true);
    for (let row = 0; row < 100; row++) node.gradients[2 * row] = binOf(node, row, 0) < 3 ? 1 : -1;
    expect(bestSplit(node).missingLeft).toBe(false);
  });

  it('looks only at the features it may use', () => {
    const node = randomNode(2, 200, [5, 5, 5]);
    expect(bestSplit(node, limits, Uint32Array.of(2)).feature).toBe(2);
  });

  it('is none when no split is legal or gains enough', () => {
    const node = randomNode(2, 200, [5, -5]);
    expect(bestSplit(node, { ...limits, minSamplesLeaf: 101 }).feature).toBe(-1);
    expect(bestSplit(node, { ...limits, minHessian: 1e6 }).feature).toBe(-1);
    expect(bestSplit(node, { ...limits, minGain: 1e6 }).gain).toBe(0);
  });
});

describe('the best split on a categorical feature', () => {
  it.each([1, 2, 3, 4, 5, 6])('is the best of all sets when there are few categories (case %i)', (seed) => {
    const node = randomNode(seed, 80, [-3], 0.2);
    const exact = { ...limits, l2: 0 };
    const sets = Array.from({ length: 15 }, (_, set) => (bin: number) => (((set + 1) >> bin) & 1) === 1);
    const best = Math.max(...sets.map((set) => naiveGain(node, 0, set, exact)));
    expect(bestSplit(node, exact).gain).toBeCloseTo(best, 9);
  });

  it.each([1, 2, 3])('is the best run of the smoothed order when there are many (case %i)', (seed) => {
    const node = randomNode(seed, 2000, [-25], 0.05);
    const categories = Array.from({ length: 26 }, (_, bin) => {
      const { gradient, hessian } = naiveSums(node, (row) => binOf(node, row, 0) === bin);
      return { bin, ratio: gradient / (hessian + limits.categoricalSmoothing) };
    });
    const order = categories.toSorted((a, b) => a.ratio - b.ratio).map(({ bin }) => bin);
    const gains = order.map((_, k) => naiveGain(node, 0, (bin) => order.indexOf(bin) <= k));
    const split = bestSplit(node);
    expect(split.gain).toBeCloseTo(Math.max(...gains), 9);
    expect(naiveGain(node, 0, (bin) => split.leftBins[bin] === 1)).toBeCloseTo(split.gain, 9);
  });

  it('leaves categories with fewer than 10 rows at the node on the right', () => {
    const node = randomNode(4, 400, [-8], 0);
    node.matrix.bins.forEach((bin, row) => {
      if (bin === 7) node.matrix.bins[row] = row < 5 ? 7 : 0;
      node.gradients[2 * row] = bin === 7 || bin === 6 ? -50 : 1;
    });
    const split = bestSplit(node);
    expect(split.isCategorical).toBe(true);
    expect(split.leftBins[7]).toBe(0);
  });

  it('never sends more than 32 categories left', () => {
    const node = randomNode(4, 6000, [-120], 0);
    for (let row = 0; row < 6000; row++) node.gradients[2 * row] = binOf(node, row, 0) < 60 ? 1 : -1;
    const split = bestSplit(node);
    expect(split.leftBins.subarray(0, 120).reduce((sum, left) => sum + left, 0)).toBe(32);
  });

  it('does not disturb a better split found before', () => {
    const node = randomNode(5, 300, [10, -8], 0);
    for (let row = 0; row < 300; row++) node.gradients[2 * row] = binOf(node, row, 0) < 4 ? 10 : -10;
    const split = bestSplit(node);
    expect([split.feature, split.isCategorical, split.bin]).toEqual([0, false, 3]);
  });
});
