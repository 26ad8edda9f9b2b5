import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, TrainingSet } from '../../../src/ml/estimator.ts';
import type { ExplainableTree, TreeSum } from '../../../src/ml/explainable.ts';
import { gbdt } from '../../../src/ml/gbdt/boosting.ts';
import { predictRaw } from '../../../src/ml/gbdt/ensemble.ts';
import { ordered } from '../../../src/ml/gbdt/ordered.ts';
import { predictOrdered } from '../../../src/ml/gbdt/ordered-model.ts';
import { treeShap } from '../../../src/ml/inspection/tree-shap.ts';
import { Random } from '../../../src/ml/random.ts';

describe('exact effects of trees', () => {
  it("are XGBoost's contributions", () => {
    const oracle = JSON.parse(
      readFileSync(new URL('../../oracles/inspection/tree-shap.json', import.meta.url), 'utf8'),
    ) as {
      rows: (number | null)[][];
      trees: Record<'feature' | 'threshold' | 'missingLeft' | 'left' | 'value' | 'cover', number[]>[];
      contributions: number[][];
      margin: number[];
    };
    // A row's bin of a feature is its place among the rows, so that every split is asked of the value itself.
    const nFeatures = 4;
    const cellOf = (feature: number, row: number) => oracle.rows[row]?.[feature] ?? null;
    const trees = oracle.trees.map(
      (tree): ExplainableTree => ({
        feature: Int32Array.from(tree.feature),
        left: Int32Array.from(tree.left),
        value: Float64Array.from(tree.value),
        cover: Float64Array.from(tree.cover),
        goesLeft: (node, row) => {
          const value = cellOf(tree.feature[node] as number, row);
          return value === null ? tree.missingLeft[node] === 1 : value < (tree.threshold[node] as number);
        },
      }),
    );
    const nRows = oracle.rows.length;
    const bins = Uint8Array.from({ length: nRows * nFeatures }, (_, i) => Math.floor(i / nFeatures));
    const sources = ['a', 'b', 'c', 'd'];
    const { base, effects } = treeShap({ initial: Float64Array.of(0), trees, nRows, sources, bins });
    oracle.contributions.forEach((wanted, row) => {
      wanted.slice(0, nFeatures).forEach((value, f) => {
        expect(effects[0]?.[row * nFeatures + f]).toBeCloseTo(value, 6);
      });
      expect(base[0]).toBeCloseTo(wanted[nFeatures] as number, 6);
      const sum = (effects[0] as Float64Array).subarray(row * nFeatures, (row + 1) * nFeatures);
      expect(sum.reduce((a, b) => a + b, base[0])).toBeCloseTo(oracle.margin[row] as number, 5);
    });
  });

  it.each(['binary', 'multiclass', 'regression'] as const)(
    'of boosting are those of the definition, and add up to the raw prediction, in %s',
    async (task) => {
      const training = mixedData(task);
      const fitted = await gbdt.fit(
        training,
        { maxSteps: 4, maxLeaves: 7, minSamplesLeaf: 5, learningRate: 0.3 },
        { seed: 3 },
      );
      const sum = fitted.trees?.(training.features) as TreeSum;
      expectDefinition(sum, predictRaw(fitted.ensemble, training.features));
    },
  );

  it('of symmetric trees too, whose empty leaves nobody came by', async () => {
    const training = mixedData('binary');
    const fitted = await ordered.fit(training, { maxSteps: 4, depth: 4, learningRate: 0.3 }, { seed: 3 });
    const sum = fitted.trees?.(training.features) as TreeSum;
    expect(sum.trees.some(({ cover }) => cover.some((value) => value === 0))).toBe(true);
    expectDefinition(sum, predictOrdered(fitted.model, training.features));
  });
});

/** Numbers with gaps and a category; something to learn from each and from two together. */
function mixedData(task: TrainingSet['task']): TrainingSet {
  const random = new Random(4);
  const nRows = 160;
  const draw = (make: () => number) => Float64Array.from({ length: nRows }, make);
  const a = draw(() => (random.uniform() < 0.1 ? Number.NaN : random.normal()));
  const b = draw(() => random.normal());
  const c = draw(() => random.integer(5));
  const signal = a.map(
    (value, i) => (Number.isNaN(value) ? 0.5 : value) * (c[i] === 2 ? 2 : -1) + (b[i] as number),
  );
  const target =
    task === 'regression'
      ? signal
      : signal.map((value) =>
          task === 'binary' ? Number(value > 0) : value > 0.7 ? 2 : value > -0.7 ? 1 : 0,
        );
  const features: FeatureMatrix = {
    nRows,
    features: [
      { name: 'a', source: 'a', kind: 'numeric' },
      { name: 'b', source: 'b', kind: 'numeric' },
      { name: 'c', source: 'c', kind: 'categorical', nCategories: 5 },
    ],
    columns: [a, b, c],
  };
  return { task, nClasses: task === 'regression' ? 1 : task === 'binary' ? 2 : 3, features, target };
}

/** @param raw output by output. */
function expectDefinition(sum: TreeSum, raw: Float64Array): void {
  const { base, effects } = treeShap(sum);
  const nFeatures = sum.sources.length;
  const nOutputs = sum.initial.length;
  for (let k = 0; k < nOutputs; k++) {
    for (let row = 0; row < sum.nRows; row++) {
      const own = (effects[k] as Float64Array).subarray(row * nFeatures, (row + 1) * nFeatures);
      const total = own.reduce((a, b) => a + b, base[k] as number);
      expect(Math.abs(total - (raw[k * sum.nRows + row] as number))).toBeLessThan(1e-9);
      if (row % 20 !== 0) continue;
      const wanted = shapleyByDefinition(sum, k, row);
      wanted.forEach((value, f) => {
        expect(Math.abs((own[f] as number) - value)).toBeLessThan(1e-6);
      });
    }
  }
}

/** Over all subsets of features: what the trees say when only those are known, averaged over the training rows where a
 *  split asks for another one. */
function shapleyByDefinition({ initial, trees, sources, bins }: TreeSum, k: number, row: number): number[] {
  const n = sources.length;
  const mine = trees.filter((_, t) => t % initial.length === k);
  const factorial = (m: number): number => (m < 2 ? 1 : m * factorial(m - 1));
  const said = Array.from({ length: 1 << n }, (_, known) =>
    mine.reduce((sum, tree) => sum + expected(tree, 0, known), 0),
  );
  function expected(tree: ExplainableTree, node: number, known: number): number {
    const feature = tree.feature[node] as number;
    if (feature < 0) return tree.value[node] as number;
    const left = tree.left[node] as number;
    if (known & (1 << feature)) {
      const goes = tree.goesLeft(node, bins[row * n + feature] as number);
      return expected(tree, goes ? left : left + 1, known);
    }
    const all = tree.cover[node] as number;
    const share = all > 0 ? (tree.cover[left] as number) / all : 0.5;
    return share * expected(tree, left, known) + (1 - share) * expected(tree, left + 1, known);
  }
  return sources.map((_, f) => {
    let effect = 0;
    for (let known = 0; known < 1 << n; known++) {
      if (known & (1 << f)) continue;
      const size = known.toString(2).replaceAll('0', '').length;
      const weight = (factorial(size) * factorial(n - size - 1)) / factorial(n);
      effect += weight * ((said[known | (1 << f)] as number) - (said[known] as number));
    }
    return effect;
  });
}
