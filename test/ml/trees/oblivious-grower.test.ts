import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/ml/random.ts';
import { missingBinsOf } from '../../../src/ml/trees/binning.ts';
import { ObliviousGrower, type ObliviousLimits } from '../../../src/ml/trees/oblivious-grower.ts';
import type { Tree } from '../../../src/ml/trees/tree.ts';
import { addTreePredictions } from '../../../src/ml/trees/tree-adder.ts';
import { naiveKernels } from './naive-kernels.ts';
import { type BinnedNode, indices, type LoadedNode, loadNode, naiveSums, randomNode } from './nodes.ts';

const node = randomNode(11, 1500, [60, 30, -6, 4, -40]);
const loaded = loadNode(node);
const limits: ObliviousLimits = { depth: 4, l2: 1 };
const quiet = () => ({ unit: 1, l2: 1, noise: 0, random: new Random(1) });

function grown(
  { matrix, quantised, arena }: LoadedNode = loaded,
  of: BinnedNode = node,
  { search = quiet(), changed = {}, maxBytes = 2 ** 28 } = {},
): { tree: Tree; grower: ObliviousGrower } {
  const grower = new ObliviousGrower(arena, of.nRows, of.bins, { ...limits, ...changed }, maxBytes);
  grower.grow(matrix, quantised, of.rows, indices(of.bins.length), search);
  return { tree: grower.freeze(quantised, 0.1), grower };
}

/** Whether a bin goes left at a split, by the definition of trees. */
function goesLeft(tree: Tree, i: number, bin: number, missingBin: number): boolean {
  if (tree.categorySet[i] >= 0) {
    return ((tree.categorySets[tree.categorySet[i] * 8 + (bin >> 5)] >>> (bin & 31)) & 1) === 1;
  }
  return bin === missingBin ? tree.missingLeft[i] === 1 : bin <= tree.splitBin[i];
}

function nodesOf(tree: Tree, { cells, bins }: BinnedNode, row: number): number[] {
  const path = [0];
  for (let i = 0; tree.feature[i] >= 0; path.push(i)) {
    const feature = tree.feature[i];
    const bin = cells[row * bins.length + feature];
    i = tree.left[i] + (goesLeft(tree, i, bin, bins[feature].nBins) ? 0 : 1);
  }
  return path;
}

describe('a symmetric tree', () => {
  const { tree } = grown();

  it('has one split per level and all its leaves on the last', () => {
    expect(tree.feature).toHaveLength(31);
    expect([...tree.feature.subarray(15)]).toEqual(Array(16).fill(-1));
    for (let level = 0; level < 4; level++) {
      const [first, end] = [2 ** level - 1, 2 ** (level + 1) - 1];
      for (const part of [tree.feature, tree.splitBin, tree.missingLeft, tree.categorySet])
        expect(new Set(part.subarray(first, end)).size).toBe(1);
    }
    tree.left.subarray(0, 15).forEach((left, i) => {
      expect(left).toBe(2 * i + 1);
    });
  });

  it('has counts, covers and values that are those of the rows which reach each node', () => {
    const paths = Array.from(node.rows, (row) => new Set(nodesOf(tree, node, row)));
    tree.value.forEach((value, i) => {
      const sums = naiveSums(node, (row) => paths[row].has(i));
      expect(tree.count[i]).toBe(sums.count);
      expect(tree.cover[i]).toBeCloseTo(sums.hessian, 6);
      const step = (-0.1 * sums.gradient) / (Math.max(sums.hessian, 1e-3) + 1);
      expect(value).toBeCloseTo(sums.count === 0 ? 0 : step, 7);
    });
  });

  it('takes, level by level, the split of the largest score among all', () => {
    const bins = node.bins;
    const nodeOf = (row: number, level: number) => nodesOf(tree, node, row)[level];
    const scoreOf = ({ gradient, hessian }: { gradient: number; hessian: number }) =>
      gradient ** 2 / (Math.max(hessian, 1e-3) + 1);
    for (let level = 0; level < 4; level++) {
      const groups = new Map<number, number[]>();
      for (const row of node.rows) {
        const at = nodeOf(row, level);
        groups.set(at, [...(groups.get(at) ?? []), row]);
      }
      const total = (isLeft: (bin: number) => boolean, feature: number) => {
        let sum = 0;
        for (const rows of groups.values()) {
          const sides = [
            { gradient: 0, hessian: 0 },
            { gradient: 0, hessian: 0 },
          ];
          for (const row of rows) {
            const side = sides[isLeft(node.cells[row * bins.length + feature]) ? 0 : 1];
            side.gradient += node.gradients[2 * row];
            side.hessian += node.gradients[2 * row + 1];
          }
          sum += scoreOf(sides[0]) + scoreOf(sides[1]);
        }
        return sum;
      };
      let best = 0;
      bins.forEach(({ nBins, kind }, feature) => {
        for (let bin = 0; bin < nBins + (kind === 'categorical' ? 1 : 0); bin++) {
          if (kind === 'categorical')
            best = Math.max(
              best,
              total((b) => b === bin, feature),
            );
          else {
            best = Math.max(
              best,
              total((b) => b <= bin && b < nBins, feature),
            );
            best = Math.max(
              best,
              total((b) => b <= bin || b === nBins, feature),
            );
          }
        }
      });
      const first = 2 ** level - 1;
      const feature = tree.feature[first];
      const taken = total((bin) => goesLeft(tree, first, bin, bins[feature].nBins), feature);
      expect(taken).toBeCloseTo(best, 5);
    }
  });

  it('is the tree of the naive kernels', () => {
    const small = randomNode(5, 200, [12, -5, 3]);
    const fast = grown(loadNode(small), small).tree;
    const { gain, ...rest } = fast;
    const { gain: naiveGain, ...naiveRest } = grown(loadNode(small, naiveKernels), small).tree;
    expect(rest).toEqual(naiveRest);
    gain.forEach((value, i) => {
      expect(value).toBeCloseTo(naiveGain[i], 9);
    });
  });

  it('does not depend on how much memory its histograms may take', () => {
    expect(grown(loaded, node, { maxBytes: 1 }).tree).toEqual(tree);
  });

  it('does not depend on the trees grown before it', () => {
    const { grower } = grown();
    grower.grow(loaded.matrix, loaded.quantised, node.rows.subarray(0, 700), Uint32Array.of(0, 2), quiet());
    grower.grow(loaded.matrix, loaded.quantised, node.rows, indices(5), quiet());
    expect(grower.freeze(loaded.quantised, 0.1)).toEqual(tree);
  });

  it('is a single leaf where no split lowers the loss', () => {
    const constant = randomNode(3, 50, [1, 1], 0);
    expect([...grown(loadNode(constant), constant).tree.feature]).toEqual([-1]);
  });

  it('splits otherwise under another noise, and alike under the same', () => {
    const of = (seed: number) =>
      grown(loaded, node, { search: { ...quiet(), noise: 20, random: new Random(seed) } }).tree;
    expect(of(1)).toEqual(of(1));
    expect(of(1).feature).not.toEqual(of(2).feature);
  });

  it('adds to raw predictions what a walk of every row would', () => {
    const { arena, matrix } = loaded;
    const deep = grown(loaded, node, { changed: { depth: 6 } });
    const raw = [0, 1].map(() => arena.allocate(node.nRows * 8));
    for (const pointer of raw) arena.float64(pointer, node.nRows).fill(3);
    deep.grower.addLeafValues(deep.tree, raw[0]);
    addTreePredictions(arena, deep.tree, matrix, missingBinsOf(node.bins), raw[1]);
    expect(arena.float64(raw[0], node.nRows)).toEqual(arena.float64(raw[1], node.nRows));
  });

  it('takes leaf values from all rows though splits are chosen by some', () => {
    const { grower } = grown();
    const some = node.rows.filter((row) => row % 3 === 0);
    grower.grow(loaded.matrix, loaded.quantised, some, indices(5), quiet());
    grower.divide(loaded.matrix, node.rows);
    const divided = grower.freeze(loaded.quantised, 0.1);
    expect(divided.count[0]).toBe(1500);
    let nRows = 0;
    grower.forEachLeaf((leaf, rows) => {
      for (const row of rows) expect(nodesOf(divided, node, row).at(-1)).toBe(leaf);
      nRows += rows.length;
    });
    expect(nRows).toBe(1500);
  });
});
