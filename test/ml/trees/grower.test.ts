import { describe, expect, it } from 'vitest';
import { missingBinsOf } from '../../../src/ml/trees/binning.ts';
import { type GrowthLimits, TreeGrower } from '../../../src/ml/trees/grower.ts';
import type { Tree } from '../../../src/ml/trees/tree.ts';
import { addTreePredictions } from '../../../src/ml/trees/tree-adder.ts';
import { limits } from './limits.ts';
import { indices, loadNode, naiveSums, randomNode } from './nodes.ts';

const node = randomNode(11, 2000, [255, 30, -6, 4, -40]);
const { bins, cells, rows } = node;
const { arena, matrix, quantised } = loadNode(node);

const growerOf = (changed: Partial<GrowthLimits> = {}, maxHistogramBytes?: number) =>
  new TreeGrower(
    arena,
    matrix,
    bins,
    { ...limits, ...changed },
    maxHistogramBytes === undefined ? {} : { maxHistogramBytes },
  );
const grow = (changed: Partial<GrowthLimits> = {}) => growerOf(changed).grow(quantised, rows, indices(5), 0);
const leavesOf = ({ feature }: Tree) => indices(feature.length).filter((i) => feature[i] < 0);
const depthOf = (tree: Tree, i = 0): number =>
  tree.feature[i] < 0 ? 0 : 1 + Math.max(depthOf(tree, tree.left[i]), depthOf(tree, tree.left[i] + 1));

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
        i = tree.left[i] + (goesLeft(tree, i, cells.subarray(row * 5, row * 5 + 5)) ? 0 : 1);
      }
    };
    for (let i = 0; i < tree.feature.length; i++) {
      const sums = naiveSums(node, (row) => inNode(i, row));
      expect(tree.count[i]).toBe(sums.count);
      expect(tree.cover[i]).toBeCloseTo(sums.hessian, 6);
      expect(tree.value[i]).toBeCloseTo((-0.1 * sums.gradient) / (sums.hessian + 1), 7);
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
    const tree = growerOf().grow(quantised, some, Uint32Array.of(1, 4), 0);
    expect(new Set(tree.feature)).toEqual(new Set([-1, 1, 4]));
    expect(tree.count[0]).toBe(1000);
  });

  it('is a single leaf, the Newton step of all rows, when nothing can be split', () => {
    const tree = grow({ minSamplesLeaf: 1001 });
    const { gradient, hessian } = naiveSums(node);
    expect([...tree.feature]).toEqual([-1]);
    expect(tree.value[0]).toBeCloseTo((-0.1 * gradient) / (hessian + 1), 7);
  });

  it('does not depend on how much memory its histograms may take', () => {
    const ample = grow();
    const scarce = growerOf({}, 1).grow(quantised, rows, indices(5), 0);
    expect([...scarce.feature]).toEqual([...ample.feature]);
    expect([...scarce.count]).toEqual([...ample.count]);
    expect(scarce.value).toEqual(ample.value);
  });

  it('does not depend on the trees grown before it', () => {
    const grower = growerOf();
    grower.grow(quantised, rows.subarray(0, 900), Uint32Array.of(0, 2, 3), 5);
    expect(grower.grow(quantised, rows, indices(5), 0)).toEqual(grow());
  });
});

describe('a tree under monotonic directions', () => {
  it('never moves the other way, wherever the other features are', () => {
    const grower = new TreeGrower(
      arena,
      matrix,
      bins,
      { ...limits, minSamplesLeaf: 2 },
      { monotone: [1, -1, 0, 0, 0] },
    );
    const tree = grower.grow(quantised, rows, indices(5), 0);
    const predict = (row: Uint8Array) => {
      let i = 0;
      while (tree.feature[i] >= 0) i = tree.left[i] + (goesLeft(tree, i, row) ? 0 : 1);
      return tree.value[i];
    };
    expect(new Set(tree.feature).has(0)).toBe(true);
    for (let row = 0; row < 200; row++) {
      for (const [feature, direction] of [
        [0, 1],
        [1, -1],
      ] as const) {
        const cell = cells.slice(row * 5, row * 5 + 5);
        const along = Array.from({ length: bins[feature].nBins }, (_, bin) =>
          predict(cell.with(feature, bin)),
        );
        along.slice(1).forEach((value, i) => {
          expect((value - along[i]) * direction).toBeGreaterThanOrEqual(0);
        });
      }
    }
  });
});

describe('addLeafValues', () => {
  it('equals a walk of every row through the tree', () => {
    const grower = growerOf();
    const tree = grower.grow(quantised, rows, indices(5), 0);
    const raw = [0, 1].map(() => arena.allocate(2000 * 8));
    for (const pointer of raw) arena.float64(pointer, 2000).fill(3);
    grower.addLeafValues(tree, raw[0]);
    addTreePredictions(arena, tree, matrix, missingBinsOf(bins), raw[1]);
    expect(arena.float64(raw[0], 2000)).toEqual(arena.float64(raw[1], 2000));
  });
});

function goesLeft(tree: Tree, i: number, row: Uint8Array): boolean {
  const bin = row[tree.feature[i]];
  if (bin === bins[tree.feature[i]].nBins) return tree.missingLeft[i] === 1;
  if (tree.categorySet[i] < 0) return bin <= tree.splitBin[i];
  const set = tree.categorySets.subarray(tree.categorySet[i] * 8, tree.categorySet[i] * 8 + 8);
  return ((set[bin >> 5] >>> (bin & 31)) & 1) === 1;
}
