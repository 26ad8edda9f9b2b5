/** An ordered model to and from plain JSON and typed arrays: its trees as those of `gbdt`, and the tables of statistics
 *  one after the other. */
import { z } from 'zod';
import type { SerialisedEstimator } from '../estimator.ts';
import { concatenate, cut, get } from '../trees/stored-arrays.ts';
import type { OrderedModel } from './ordered-model.ts';
import { deserialise, serialise } from './serialisation.ts';

const Header = z.object({
  format: z.literal('modelwright-ordered'),
  version: z.literal(1),
  learningRate: z.number(),
  features: z.array(
    z.object({ name: z.string(), kind: z.enum(['numeric', 'categorical']), nCodes: z.number().int() }),
  ),
  kept: z.array(z.number().int()),
  /** Inputs of each group. */
  groups: z.array(z.array(z.number().int())),
  /** What `gbdt` writes of the trees. */
  trees: z.unknown(),
});

export function serialiseOrdered({ encoding, ensemble, learningRate }: OrderedModel): SerialisedEstimator {
  const { features, kept, groups, priors } = encoding;
  const trees = serialise(ensemble);
  const header: z.input<typeof Header> = {
    format: 'modelwright-ordered',
    version: 1,
    learningRate,
    features: features.map(({ name, kind, nCodes }) => ({ name, kind, nCodes })),
    kept: [...kept],
    groups: groups.map(({ inputs }) => [...inputs]),
    trees: trees.json,
  };
  return {
    json: header,
    arrays: {
      ...trees.arrays,
      priors,
      statistics: concatenate(
        Float64Array,
        groups.flatMap(({ tables }) => tables),
      ),
      shares: concatenate(
        Float64Array,
        groups.map(({ shares }) => shares),
      ),
    },
  };
}

/** The inverse. @throws on a header of another kind or version, or when an array is missing or short. */
export function deserialiseOrdered({ json, arrays }: SerialisedEstimator): OrderedModel {
  const { learningRate, features, kept, groups, trees } = Header.parse(json);
  const priors = get(arrays, 'priors', Float64Array);
  const nCells = groups.map((inputs) => inputs.reduce((n, j) => n * (features[j].nCodes + 1), 1));
  const shares = cut(get(arrays, 'shares', Float64Array), nCells);
  const tables = cut(
    get(arrays, 'statistics', Float64Array),
    nCells.flatMap((n) => Array.from(priors, () => n)),
  );
  return {
    learningRate,
    ensemble: deserialise({ json: trees, arrays }),
    encoding: {
      features,
      kept,
      priors,
      groups: groups.map((inputs, g) => ({
        inputs,
        shares: shares[g],
        tables: tables.slice(g * priors.length, (g + 1) * priors.length),
      })),
    },
  };
}
