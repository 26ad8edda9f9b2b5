/** Equality with scikit-learn's KNeighborsClassifier and KNeighborsRegressor (values in test/oracles/neighbours). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/ml/experiment.ts';
import { neighbours } from '../../../src/ml/neighbours/neighbours.ts';
import { growTree, searcher } from '../../../src/ml/neighbours/tree.ts';
import { numericMatrix, problem } from '../small-problem.ts';

interface Oracle {
  task: Task;
  parameters: { k: number; weights: string; smoothing: number };
  columns: number[][];
  target: number[];
  queries: number[][];
  neighbours: number[][];
  predictions: number[];
}

const names = ['binary', 'multiclass', 'regression'].flatMap((task) => [
  `${task}-uniform`,
  `${task}-distance`,
]);

describe.each(names)('%s, against scikit-learn', (name) => {
  const url = new URL(`../../oracles/neighbours/${name}.json`, import.meta.url);
  const oracle = JSON.parse(readFileSync(url, 'utf8')) as Oracle;

  it('finds the same neighbours', () => {
    const stride = 8;
    const pack = (columns: number[][], row: number) =>
      Float32Array.from({ length: stride }, (_, j) => columns[j]?.[row] ?? 0);
    const nRows = oracle.target.length;
    const cells = new Float32Array(nRows * stride);
    for (let i = 0; i < nRows; i++) cells.set(pack(oracle.columns, i), i * stride);
    const tree = growTree(cells, nRows, stride);
    const search = searcher(tree, oracle.parameters.k);
    oracle.neighbours.forEach((expected, i) => {
      const found = search(pack(oracle.queries, i)).positions;
      expect([...found].map((position) => tree.order[position])).toEqual(expected);
    });
  });

  it('predicts the same', async () => {
    const fitted = await neighbours.fit(
      problem(
        oracle.task,
        oracle.columns,
        oracle.target,
        { binary: 2, multiclass: 3, regression: 1 }[oracle.task],
      ),
      oracle.parameters,
      { seed: 1 },
    );
    const predicted = fitted.predict(numericMatrix(oracle.queries));
    expect(predicted).toHaveLength(oracle.predictions.length);
    oracle.predictions.forEach((p, i) => {
      expect(predicted[i]).toBeCloseTo(p, 9);
    });
  });
});
