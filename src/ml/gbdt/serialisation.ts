/** A boosted model to and from plain JSON and typed arrays. All trees' arrays lie one after the other. */
import { z } from 'zod';
import type { SerialisedEstimator } from '../estimator.ts';
import { Task } from '../experiment.ts';
import { concatenate, cut, get, type StoredArray } from '../trees/stored-arrays.ts';
import { restoreBins, StoredFeatures, storeBins } from '../trees/stored-bins.ts';
import type { Tree } from '../trees/tree.ts';
import { CurvePoint } from '../tuning/trial.ts';
import type { TreeEnsemble } from './ensemble.ts';
import { GbdtParameters } from './parameters.ts';

const Header = z.object({
  format: z.literal('modelwright-gbdt'),
  version: z.literal(2),
  task: Task,
  nClasses: z.number().int(),
  loss: GbdtParameters.shape.loss.unwrap(),
  features: StoredFeatures,
  curve: z.array(CurvePoint.extend({ validationLoss: z.number().exactOptional() })),
  bestStep: z.number().int(),
});

/** The arrays of a tree that have one entry per node, and their types. */
const NODE_ARRAYS = {
  feature: Int32Array,
  splitBin: Uint8Array,
  categorySet: Int32Array,
  missingLeft: Uint8Array,
  left: Int32Array,
  value: Float64Array,
  gain: Float64Array,
  count: Uint32Array,
  cover: Float64Array,
};
const NODE_ARRAY_NAMES = Object.keys(NODE_ARRAYS) as (keyof typeof NODE_ARRAYS)[];

export function serialise(ensemble: TreeEnsemble): SerialisedEstimator {
  const { task, nClasses, loss, features, bins, initial, trees, curve, bestStep } = ensemble;
  const stored = storeBins(features, bins);
  const header: z.input<typeof Header> = {
    format: 'modelwright-gbdt',
    version: 2,
    task,
    nClasses,
    loss,
    features: stored.features,
    curve: [...curve],
    bestStep,
  };
  const arrays: Record<string, StoredArray> = {
    ...stored.arrays,
    initial,
    nNodes: Uint32Array.from(trees, (tree) => tree.feature.length),
    categorySets: concatenate(
      Uint32Array,
      trees.map((tree) => tree.categorySets),
    ),
    categorySetLengths: Uint32Array.from(trees, (tree) => tree.categorySets.length),
  };
  for (const name of NODE_ARRAY_NAMES) {
    arrays[name] = concatenate<StoredArray>(
      NODE_ARRAYS[name],
      trees.map((tree) => tree[name]),
    );
  }
  return { json: header, arrays };
}

/** The inverse of `serialise`. @throws on a header of another kind or version, or when an array is not there. */
export function deserialise({ json, arrays }: SerialisedEstimator): TreeEnsemble {
  const { task, nClasses, loss, features, curve, bestStep } = Header.parse(json);
  const bins = restoreBins(features, arrays);
  const nNodes = get(arrays, 'nNodes', Uint32Array);
  const perNode = <T extends StoredArray>(name: keyof typeof NODE_ARRAYS, type: new (length: number) => T) =>
    cut(get(arrays, name, type), nNodes);
  const feature = perNode('feature', Int32Array);
  const splitBin = perNode('splitBin', Uint8Array);
  const categorySet = perNode('categorySet', Int32Array);
  const categorySets = cut(
    get(arrays, 'categorySets', Uint32Array),
    get(arrays, 'categorySetLengths', Uint32Array),
  );
  const missingLeft = perNode('missingLeft', Uint8Array);
  const left = perNode('left', Int32Array);
  const value = perNode('value', Float64Array);
  const gain = perNode('gain', Float64Array);
  const count = perNode('count', Uint32Array);
  const cover = perNode('cover', Float64Array);
  return {
    task,
    nClasses,
    loss,
    features: features.map(({ name }) => name),
    bins,
    initial: get(arrays, 'initial', Float64Array),
    trees: Array.from(
      nNodes,
      (_, t): Tree => ({
        feature: feature[t],
        splitBin: splitBin[t],
        categorySet: categorySet[t],
        categorySets: categorySets[t],
        missingLeft: missingLeft[t],
        left: left[t],
        value: value[t],
        gain: gain[t],
        count: count[t],
        cover: cover[t],
      }),
    ),
    curve,
    bestStep,
  };
}
