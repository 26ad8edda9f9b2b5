/** The kernels of forests against their naive twins: the same bytes in, the same bytes out. */
import { describe, expect, it } from 'vitest';
import { wholeBag } from '../../../src/ml/forest/bag.ts';
import { putMissingBins } from '../../../src/ml/forest/ensemble.ts';
import { ForestGrower } from '../../../src/ml/forest/grower.ts';
import type { ForestLimits } from '../../../src/ml/forest/growth-memory.ts';
import { addTree, leafShape } from '../../../src/ml/forest/tree.ts';
import { Random } from '../../../src/ml/random.ts';
import { naiveKernels } from '../trees/naive-kernels.ts';
import { indices, loadNode, randomNode } from '../trees/nodes.ts';

const limits: ForestLimits = {
  nCandidates: 2,
  minSamplesLeaf: 1,
  maxDepth: 0,
  maxLeaves: 0,
  randomThresholds: false,
};

const data = {
  'numeric and categorical features with gaps': { bins: [255, 30, -6, 4, -40], missing: 0.1 },
  'no gaps': { bins: [255, 200, 3, 1], missing: 0 },
  'nothing but gaps in places': { bins: [2, 3, -2], missing: 0.6 },
};

const outcomes = {
  values: { task: 'regression', nClasses: 1 },
  'two classes': { task: 'binary', nClasses: 2 },
  'five classes': { task: 'multiclass', nClasses: 5 },
} as const;

const changes: Record<string, Partial<ForestLimits>> = {
  'no limits': {},
  'large leaves': { minSamplesLeaf: 7, nCandidates: 5 },
  'limited depth': { maxDepth: 3 },
  'limited leaves': { maxLeaves: 9, nCandidates: 3 },
  'random thresholds': { randomThresholds: true, nCandidates: 3 },
  'random thresholds and large leaves': { randomThresholds: true, minSamplesLeaf: 4 },
};

describe.each(Object.keys(data) as (keyof typeof data)[])('a whole tree, %s', (which) => {
  describe.each(Object.keys(outcomes) as (keyof typeof outcomes)[])('on %s', (kind) => {
    it.each(Object.keys(changes))("is the twin's with %s, and says the same of every row", (changed) => {
      const { task, nClasses } = outcomes[kind];
      const node = randomNode(11, 400, data[which].bins, data[which].missing);
      const random = new Random(3);
      const signal = Array.from({ length: 400 }, (_, i) => node.cells[i * node.bins.length] % 3);
      const values = Float32Array.from(signal, (x) =>
        task === 'regression' ? x / 3 + random.uniform() : (x + random.integer(2)) % nClasses,
      );
      const weights = Float32Array.from(signal, () => (random.uniform() < 0.1 ? 0 : 2 * random.uniform()));

      const grow = (kernels?: typeof naiveKernels) => {
        const { arena, matrix } = loadNode(node, kernels);
        const shape = leafShape(task, nClasses);
        const missingBins = putMissingBins(arena, node.bins);
        const all = { ...limits, ...changes[changed] };
        const grower = new ForestGrower(arena, matrix, node.bins, missingBins, values, weights, all, shape);
        const bag = wholeBag(
          indices(400).filter((row) => weights[row] > 0),
          400,
        );
        const { tree, loaded } = grower.grow(bag, new Random(5));
        const rows = arena.allocate(4 * bag.inside.length);
        arena.uint32(rows, bag.inside.length).set(bag.inside);
        const sums = arena.allocate(400 * shape.nSums * 8);
        const said = arena.float64(sums, 400 * shape.nSums).fill(0);
        addTree(arena, loaded, missingBins, shape.nSums, matrix, rows, bag.inside.length, sums);
        addTree(arena, loaded, missingBins, shape.nSums, matrix, 0, 400, sums);
        return { tree, said: new Float64Array(said) };
      };
      const fast = grow();
      expect(fast.tree.nodes.length).toBeGreaterThan(10);
      expect(fast).toEqual(grow(naiveKernels));
    });
  });
});
