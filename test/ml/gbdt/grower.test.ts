import { describe, expect, it } from 'vitest';
import { missingBinsOf } from '../../../src/ml/gbdt/ensemble.ts';
import { type GrowthLimits, TreeGrower } from '../../../src/ml/gbdt/grower.ts';
import { addTreePredictions, type Tree } from '../../../src/ml/gbdt/predictor.ts';
import { indices, naiveSums, randomNode } from './nodes.ts';

const limits: GrowthLimits = {
  maxLeaves: 31,
  maxDepth: 0,
  minSamplesLeaf: 5,
  minHessian: 1e-3,
  minGain: 0,
  l2: 1,
  categoricalSmoothing: 10,
  learningRate: 0.1,
};
const node = randomNode(11, 2000, [255, 30, -6, 4, -40]);
const { matrix, bins, gradients, rows } = node;

const growerOf = (changed: Partial<GrowthLimits> = {}, maxHistogramBytes?: number) =>
  new TreeGrower(matrix, bins, { ...limits, ...changed }, maxHistogramBytes);
const grow = (changed: Partial<GrowthLimits> = {}) => growerOf(changed).grow(gradients, rows, indices(5));
const leavesOf = ({ feature }: Tree) => indices(feature.length).filter((i) => feature[i] < 0);
const depthOf = (tree: Tree, i = 0): number =>
  tree.feature[i] < 0 ? 0 : 1 + Math.max(depthOf(tree, tree.left[i]), depthOf(tree, tree.right[i]));

describe('a grown tree', () => {
  it('has the leaves it may have, and no more', () => {
    expect(leavesOf(grow())).toHaveLength(31);
    expect(leavesOf(grow({ maxLeaves: 2 }))).toHaveLength(2);
  });

  it('is no deeper than it may be', () => {
    expect(depthOf(grow({ maxDepth: 3 }))).toBe(3);
    expect(leavesOf(grow({ maxDepth: 3 }))).toHaveLength(8);
  });

  it('has no leaf with fewer rows than it must have', () => {
    const tree = grow({ minSamplesLeaf: 90, maxLeaves: 100 });
    expect(Math.min(...leavesOf(tree).map((i) => tree.count[i]))).toBeGreaterThanOrEqual(90);
  });

  it('has counts, covers and values that are those of the rows which reach each node', () => {
    const tree = grow();
    const inNode = (target: number, row: number): boolean => {
      let i = 0;
      for (;;) {
        if (i === target) return true;
        if (tree.feature[i] < 0) return false;
        const alone = { nRows: 1, nFeatures: 5, bins: matrix.bins.subarray(row * 5, row * 5 + 5) };
        i = goesLeft(tree, i, alone.bins) ? tree.left[i] : tree.right[i];
      }
    };
    for (let i = 0; i < tree.feature.length; i++) {
      const sums = naiveSums(node, (row) => inNode(i, row));
      expect(tree.count[i]).toBe(sums.count);
      expect(tree.cover[i]).toBeCloseTo(sums.hessian, 9);
      expect(tree.value[i]).toBeCloseTo((-0.1 * sums.gradient) / (sums.hessian + 1), 9);
    }
  });

  it('splits the leaf with the largest gain first', () => {
    const few = grow({ maxLeaves: 4 });
    const more = grow({ maxLeaves: 5 });
    const gains = (tree: Tree) => [...tree.gain].filter((gain) => gain > 0);
    expect(gains(more).slice(0, 3)).toEqual(gains(few));
    expect(Math.max(...gains(more).slice(3))).toBeLessThanOrEqual(Math.max(...gains(more)));
  });

  it('uses only the features and rows that it is given', () => {
    const some = rows.filter((row) => row % 2 === 0);
    const tree = growerOf().grow(gradients, some, Uint32Array.of(1, 4));
    expect(new Set(tree.feature)).toEqual(new Set([-1, 1, 4]));
    expect(tree.count[0]).toBe(1000);
  });

  it('is a single leaf, the Newton step of all rows, when nothing can be split', () => {
    const tree = grow({ minSamplesLeaf: 1001 });
    const { gradient, hessian } = naiveSums(node);
    expect([...tree.feature]).toEqual([-1]);
    expect(tree.value[0]).toBeCloseTo((-0.1 * gradient) / (hessian + 1), 12);
  });

  it('does not depend on how much memory its histograms may take', () => {
    const ample = grow();
    const scarce = growerOf({}, 1).grow(gradients, rows, indices(5));
    expect([...scarce.feature]).toEqual([...ample.feature]);
    expect([...scarce.count]).toEqual([...ample.count]);
    scarce.value.forEach((value, i) => {
      expect(value).toBeCloseTo(ample.value[i], 12);
    });
  });

  it('does not depend on the trees grown before it', () => {
    const grower = growerOf();
    grower.grow(
      gradients.map((x) => Math.abs(x) / 5),
      rows,
      indices(5),
    );
    expect(grower.grow(gradients, rows, indices(5))).toEqual(grow());
  });
});

describe('addLeafValues', () => {
  it('equals a walk of every row through the tree', () => {
    const grower = growerOf();
    const tree = grower.grow(gradients, rows, indices(5));
    const fromLeaves = new Float64Array(2000).fill(3);
    grower.addLeafValues(tree, fromLeaves);
    const walked = new Float64Array(2000).fill(3);
    addTreePredictions(tree, matrix, missingBinsOf(bins), walked);
    expect(fromLeaves).toEqual(walked);
  });
});

function goesLeft(tree: Tree, i: number, row: Uint8Array): boolean {
  const bin = row[tree.feature[i]];
  if (bin === bins[tree.feature[i]].nBins) return tree.missingLeft[i] === 1;
  if (tree.categorySet[i] < 0) return bin <= tree.splitBin[i];
  const set = tree.categorySets.subarray(tree.categorySet[i] * 8, tree.categorySet[i] * 8 + 8);
  return ((set[bin >> 5] >>> (bin & 31)) & 1) === 1;
}
