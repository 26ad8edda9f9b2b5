/** A boosted model to and from plain JSON and typed arrays. All trees' arrays lie one after the other. */
import { z } from 'zod';
import type { SerialisedEstimator } from '../estimator.ts';
import { Task } from '../experiment.ts';
import type { FeatureBins } from '../trees/binning.ts';
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
  features: z.array(
    z.object({ name: z.string(), kind: z.enum(['numeric', 'categorical']), nBins: z.number().int() }),
  ),
  curve: z.array(CurvePoint.extend({ validationLoss: z.number().exactOptional() })),
  bestStep: z.number().int(),
});

type Arrays = SerialisedEstimator['arrays'];

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
  const header: z.input<typeof Header> = {
    format: 'modelwright-gbdt',
    version: 2,
    task,
    nClasses,
    loss,
    features: features.map((name, j) => ({ name, kind: bins[j].kind, nBins: bins[j].nBins })),
    curve: [...curve],
    bestStep,
  };
  const arrays: Record<string, Arrays[string]> = {
    initial,
    thresholds: concatenate(
      Float64Array,
      bins.map((b) => (b.kind === 'numeric' ? b.thresholds : [])),
    ),
    binOfCode: concatenate(
      Uint8Array,
      bins.map((b) => (b.kind === 'categorical' ? b.binOfCode : [])),
    ),
    nCodes: Uint32Array.from(bins, (b) => (b.kind === 'categorical' ? b.binOfCode.length : 0)),
    nNodes: Uint32Array.from(trees, (tree) => tree.feature.length),
    categorySets: concatenate(
      Uint32Array,
      trees.map((tree) => tree.categorySets),
    ),
    categorySetLengths: Uint32Array.from(trees, (tree) => tree.categorySets.length),
  };
  for (const name of NODE_ARRAY_NAMES) {
    arrays[name] = concatenate<TypedArray>(
      NODE_ARRAYS[name],
      trees.map((tree) => tree[name]),
    );
  }
  return { json: header, arrays };
}

/** The inverse of `serialise`. @throws on a header of another kind or version, or when an array is not there. */
export function deserialise({ json, arrays }: SerialisedEstimator): TreeEnsemble {
  const { task, nClasses, loss, features, curve, bestStep } = Header.parse(json);
  const nThresholds = features.map(({ kind, nBins }) => (kind === 'numeric' ? nBins - 1 : 0));
  const thresholds = cut(get(arrays, 'thresholds', Float64Array), nThresholds);
  const binOfCode = cut(get(arrays, 'binOfCode', Uint8Array), get(arrays, 'nCodes', Uint32Array));
  const nNodes = get(arrays, 'nNodes', Uint32Array);
  const perNode = <T extends TypedArray>(name: keyof typeof NODE_ARRAYS, type: TypedArrayConstructor<T>) =>
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
    bins: features.map(
      ({ kind, nBins }, j): FeatureBins =>
        kind === 'numeric'
          ? { kind, nBins, thresholds: thresholds[j] }
          : { kind, nBins, binOfCode: binOfCode[j] },
    ),
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

type TypedArray = Arrays[string];
type TypedArrayConstructor<T extends TypedArray> = new (length: number) => T;

export function concatenate<T extends TypedArray>(
  type: TypedArrayConstructor<T>,
  parts: readonly ArrayLike<number>[],
): T {
  const out = new type(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Consecutive views of the given lengths. */
export function cut<T extends TypedArray>(array: T, lengths: ArrayLike<number>): T[] {
  let at = 0;
  return Array.from(lengths, (length) => {
    const end = at + length;
    if (end > array.length)
      throw new Error(`a stored array ends at ${array.length}, expected ${end} or more`);
    const part = array.subarray(at, end) as T;
    at = end;
    return part;
  });
}

export function get<T extends TypedArray>(arrays: Arrays, name: string, type: TypedArrayConstructor<T>): T {
  const array = arrays[name];
  if (!(array instanceof type)) throw new Error(`the stored model has no ${type.name} named "${name}"`);
  return array;
}
