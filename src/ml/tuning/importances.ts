/** Which hyperparameters decided: functional ANOVA of a forest over the trials (Hutter et al. 2014). */
import { Random } from '../random.ts';
import type { SearchSpace } from './distributions.ts';
import type { Observation } from './samplers/sampler.ts';
import { growTree, type Leaf } from './trial-tree.ts';
import { toUnit } from './unit-interval.ts';

const N_TREES = 64;

export interface HyperparameterImportance {
  readonly name: string;
  /** Of the variance that single hyperparameters explain; all together 1. */
  readonly share: number;
}

/** The largest first. Each tree's prediction, as a function of the whole space, has a variance; the part of a hyperparameter
 *  is the variance of the prediction averaged over all others.
 *  @param trials of settings of the space; only complete ones count.
 *  @returns nothing where the values do not differ, or fewer than two trials are complete. */
export function hyperparameterImportances(
  space: SearchSpace,
  trials: readonly Observation[],
  seed = 0,
): HyperparameterImportance[] {
  const complete = trials.filter(({ state }) => state === 'complete');
  const names = Object.keys(space);
  // A conditional parameter that a setting lacks is in the middle of its range.
  const points = complete.map(({ parameters }) =>
    Float64Array.from(Object.entries(space), ([name, distribution]) => {
      const value = parameters[name];
      return value === undefined ? 0.5 : toUnit(distribution, value);
    }),
  );
  const values = Float64Array.from(complete, ({ value }) => value);
  const parts = new Float64Array(names.length);
  for (let tree = 0; tree < N_TREES; tree++) {
    const random = new Random(seed).derive('tree', tree);
    const rows = Array.from(points, () => random.integer(points.length));
    const leaves = growTree(points, values, rows, random);
    const total = varianceOf(leaves);
    if (!(total > 0)) continue;
    for (let j = 0; j < names.length; j++) parts[j] += marginalVariance(leaves, j) / total;
  }
  const sum = parts.reduce((a, b) => a + b, 0);
  if (!(sum > 0)) return [];
  return names
    .map((name, j) => ({ name, share: (parts[j] as number) / sum }))
    .sort((a, b) => b.share - a.share || names.indexOf(a.name) - names.indexOf(b.name));
}

function volumeOf({ low, high }: Leaf): number {
  return low.reduce((volume, from, j) => volume * ((high[j] as number) - from), 1);
}

function meanOf(leaves: readonly Leaf[]): number {
  return leaves.reduce((sum, leaf) => sum + volumeOf(leaf) * leaf.value, 0);
}

function varianceOf(leaves: readonly Leaf[]): number {
  const mean = meanOf(leaves);
  return leaves.reduce((sum, leaf) => sum + volumeOf(leaf) * (leaf.value - mean) ** 2, 0);
}

/** Of the prediction as a function of coordinate `j` alone, averaged over the others: constant between the edges of
 *  the leaves. O(leaves^2). */
function marginalVariance(leaves: readonly Leaf[], j: number): number {
  const edges = [...new Set(leaves.flatMap(({ low, high }) => [low[j] as number, high[j] as number]))].sort(
    (a, b) => a - b,
  );
  const mean = meanOf(leaves);
  let variance = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i] as number, edges[i + 1] as number];
    let height = 0;
    for (const leaf of leaves) {
      const [low, high] = [leaf.low[j] as number, leaf.high[j] as number];
      if (low <= from && high >= to) height += (volumeOf(leaf) / (high - low)) * leaf.value;
    }
    variance += (to - from) * (height - mean) ** 2;
  }
  return variance;
}
