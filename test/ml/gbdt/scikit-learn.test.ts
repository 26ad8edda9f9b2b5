/** Equality with scikit-learn's HistGradientBoosting on data without ties (values in test/oracles/gbdt). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TrainingSet } from '../../../src/ml/estimator.ts';
import type { Task } from '../../../src/ml/experiment.ts';
import { gbdt } from '../../../src/ml/gbdt/boosting.ts';
import { predictRaw } from '../../../src/ml/gbdt/ensemble.ts';
import type { FeatureBins } from '../../../src/ml/trees/binning.ts';
import type { Tree } from '../../../src/ml/trees/tree.ts';

interface OracleNode {
  count: number;
  value?: number;
  gain?: number;
  feature?: number;
  /** null: all present values go left, the missing ones right. */
  threshold?: number | null;
  leftBins?: number[];
  left?: OracleNode;
  right?: OracleNode;
}

interface Oracle {
  task: Task;
  categorical: number[];
  parameters: Record<string, number>;
  columns: (number | null)[][];
  target: number[];
  thresholds: (number[] | null)[];
  initial: number[];
  firstTrees: OracleNode[];
  raw: number[][];
}

function read(name: string): { oracle: Oracle; training: TrainingSet } {
  const url = new URL(`../../oracles/gbdt/${name}.json`, import.meta.url);
  const oracle = JSON.parse(readFileSync(url, 'utf8')) as Oracle;
  const columns = oracle.columns.map((column) => Float64Array.from(column, (x) => x ?? Number.NaN));
  return {
    oracle,
    training: {
      task: oracle.task,
      nClasses: oracle.task === 'regression' ? 1 : oracle.initial.length === 1 ? 2 : oracle.initial.length,
      target: Float64Array.from(oracle.target),
      features: {
        nRows: oracle.target.length,
        columns,
        features: columns.map((_, j) => ({
          name: `x${j}`,
          source: `x${j}`,
          kind: oracle.categorical.includes(j) ? 'categorical' : 'numeric',
        })),
      },
    },
  };
}

const SKLEARN_MISSING_BIN = 255;

/** Our tree in the oracle's form. */
function nested(tree: Tree, bins: readonly FeatureBins[], i = 0): OracleNode {
  const count = tree.count[i];
  const feature = tree.feature[i];
  if (feature < 0) return { count, value: tree.value[i] };
  const featureBins = bins[feature];
  const set = tree.categorySets.subarray(tree.categorySet[i] * 8);
  return {
    count,
    feature,
    gain: tree.gain[i],
    ...(featureBins.kind === 'numeric'
      ? { threshold: featureBins.thresholds[tree.splitBin[i]] ?? null }
      : {
          leftBins: Array.from({ length: featureBins.nBins }, (_, bin) => bin).filter(
            (bin) => (set[bin >> 5] >>> (bin & 31)) & 1,
          ),
        }),
    left: nested(tree, bins, tree.left[i]),
    right: nested(tree, bins, tree.left[i] + 1),
  };
}

function expectSameTree(ours: OracleNode, theirs: OracleNode, path = 'root'): void {
  expect(ours.count, `${path} count`).toBe(theirs.count);
  expect(ours.feature, `${path} feature`).toBe(theirs.feature);
  if (theirs.value !== undefined) expect(ours.value, `${path} value`).toBeCloseTo(theirs.value, 6);
  if (theirs.threshold !== undefined) expect(ours.threshold, `${path} threshold`).toBe(theirs.threshold);
  if (theirs.leftBins) {
    expect(ours.leftBins, `${path} categories`).toEqual(
      theirs.leftBins.filter((bin) => bin !== SKLEARN_MISSING_BIN),
    );
  }
  if (theirs.gain !== undefined) {
    expect(Math.abs((ours.gain ?? 0) / theirs.gain - 1), `${path} gain`).toBeLessThan(1e-4);
  }
  if (ours.left && theirs.left) expectSameTree(ours.left, theirs.left, `${path} left`);
  if (ours.right && theirs.right) expectSameTree(ours.right, theirs.right, `${path} right`);
}

describe.each(['binary', 'regression', 'multiclass', 'categorical'])('%s, against scikit-learn', (name) => {
  const { oracle, training } = read(name);
  const fitting = gbdt.fit(training, oracle.parameters, { seed: 1 });

  it('has the same bin thresholds', async () => {
    const { bins } = (await fitting).ensemble;
    bins.forEach((featureBins, j) => {
      if (featureBins.kind === 'numeric') expect([...featureBins.thresholds]).toEqual(oracle.thresholds[j]);
    });
  });

  it('starts from the same constant', async () => {
    const { initial } = (await fitting).ensemble;
    oracle.initial.forEach((value, k) => {
      expect(initial[k]).toBeCloseTo(value, 9);
    });
  });

  it('grows the same first tree', async () => {
    const { trees, bins } = (await fitting).ensemble;
    oracle.firstTrees.forEach((theirs, k) => {
      expectSameTree(nested(trees[k], bins), theirs);
    });
  });

  it('has the same raw predictions after all iterations', async () => {
    const raw = predictRaw((await fitting).ensemble, training.features);
    const nRows = training.target.length;
    let worst = 0;
    oracle.raw.forEach((output, k) => {
      output.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(raw[k * nRows + i] - value));
      });
    });
    expect(worst).toBeLessThan(2e-6);
  });
});
