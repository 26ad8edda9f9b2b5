/** Small made-up data for the network's tests. */
import type { TrainingSet } from '../../../src/ml/estimator.ts';
import { Random } from '../../../src/ml/random.ts';

/** Two features in [-1, 1]; the class is whether their signs differ, which no linear model can tell. */
export function exclusiveOr(nRows: number, seed: number): TrainingSet {
  const random = new Random(seed);
  const columns = [0, 1].map(() => Float64Array.from({ length: nRows }, () => random.uniform() * 2 - 1));
  return {
    task: 'binary',
    nClasses: 2,
    features: { nRows, columns, features: named(2) },
    target: Float64Array.from({ length: nRows }, (_, i) => (columns[0][i] * columns[1][i] < 0 ? 1 : 0)),
  };
}

/** Three classes around three centres. */
export function threeBlobs(nRows: number, seed: number): TrainingSet {
  const random = new Random(seed);
  const target = Float64Array.from({ length: nRows }, (_, i) => i % 3);
  const columns = [0, 1].map((j) =>
    Float64Array.from(target, (k) => 2 * Math.cos(2 * k + j * 1.6) + random.normal() * 0.5),
  );
  return { task: 'multiclass', nClasses: 3, features: { nRows, columns, features: named(2) }, target };
}

/** y = 1000 + 100 (x0² - x1) with a little noise. */
export function curvedSurface(nRows: number, seed: number): TrainingSet {
  const random = new Random(seed);
  const columns = [0, 1].map(() => Float64Array.from({ length: nRows }, () => random.normal()));
  const target = Float64Array.from(
    { length: nRows },
    (_, i) => 1000 + 100 * (columns[0][i] ** 2 - columns[1][i]) + random.normal(),
  );
  return { task: 'regression', nClasses: 1, features: { nRows, columns, features: named(2) }, target };
}

function named(n: number) {
  return Array.from({ length: n }, (_, j) => ({ name: `x${j}`, source: `x${j}`, kind: 'numeric' as const }));
}
