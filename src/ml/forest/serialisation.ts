/** A forest to and from plain JSON and typed arrays. All trees' arrays lie one after the other. */
import { z } from 'zod';
import type { SerialisedEstimator } from '../estimator.ts';
import { Task } from '../experiment.ts';
import { concatenate, cut, get } from '../trees/stored-arrays.ts';
import { restoreBins, StoredFeatures, storeBins } from '../trees/stored-bins.ts';
import { CurvePoint } from '../tuning/trial.ts';
import type { ForestModel } from './ensemble.ts';

const Header = z.object({
  format: z.literal('modelwright-forest'),
  version: z.literal(1),
  task: Task,
  nClasses: z.number().int(),
  scale: z.number(),
  smoothing: z.number(),
  features: StoredFeatures,
  curve: z.array(CurvePoint.extend({ validationLoss: z.number().exactOptional() })),
});

export function serialise({ outcomes, features, bins, trees, curve }: ForestModel): SerialisedEstimator {
  const { prior, ...rest } = outcomes;
  const stored = storeBins(features, bins);
  const header: z.input<typeof Header> = {
    format: 'modelwright-forest',
    version: 1,
    ...rest,
    features: stored.features,
    curve: [...curve],
  };
  const nodes = trees.map((tree) => tree.nodes);
  const leaves = trees.map((tree) => tree.leaves);
  const arrays = {
    ...stored.arrays,
    prior,
    nodes: concatenate(Uint32Array, nodes),
    nodeLengths: Uint32Array.from(nodes, ({ length }) => length),
    leaves: concatenate(Float32Array, leaves),
    leafLengths: Uint32Array.from(leaves, ({ length }) => length),
    maps: concatenate(
      Uint8Array,
      trees.map((tree) => tree.maps),
    ),
  };
  return { json: header, arrays };
}

/** The inverse of `serialise`. @throws on a header of another kind or version, or when an array is not there. */
export function deserialise({ json, arrays }: SerialisedEstimator): ForestModel {
  const { task, nClasses, scale, smoothing, features, curve } = Header.parse(json);
  const nodes = cut(get(arrays, 'nodes', Uint32Array), get(arrays, 'nodeLengths', Uint32Array));
  const leaves = cut(get(arrays, 'leaves', Float32Array), get(arrays, 'leafLengths', Uint32Array));
  const mapBytes = features.reduce(
    (sum, { kind, nBins }) => sum + (kind === 'categorical' ? nBins + 1 : 0),
    0,
  );
  const maps = cut(
    get(arrays, 'maps', Uint8Array),
    nodes.map(() => mapBytes),
  );
  return {
    outcomes: { task, nClasses, scale, smoothing, prior: get(arrays, 'prior', Float64Array) },
    features: features.map(({ name }) => name),
    bins: restoreBins(features, arrays),
    trees: nodes.map((_, t) => ({ nodes: nodes[t], leaves: leaves[t], maps: maps[t] })),
    curve,
  };
}
