/** A predictor of several members as one JSON value with typed arrays beside it, as a file of weights holds them. */
import type { SerialisedPredictor } from '../ml/search/predictor.ts';
import type { Weights } from './weights.ts';

/** Arrays are named `<member>/<name>`: every member names its own alike. */
export function packPredictor({ members, ...rest }: SerialisedPredictor): Weights {
  const arrays = members.flatMap(({ estimator }, i) =>
    Object.entries(estimator.arrays).map(([name, array]) => [`${i}/${name}`, array] as const),
  );
  return {
    json: {
      ...rest,
      members: members.map(({ estimator, ...member }) => ({ ...member, estimator: estimator.json })),
    },
    arrays: Object.fromEntries(arrays),
  };
}

/** The inverse, in the form that `restorePredictor` checks: nothing of the JSON is believed yet. */
export function unpackPredictor({ json, arrays }: Weights): unknown {
  const { members, ...rest } = { ...(json as object) } as { members?: unknown };
  if (!Array.isArray(members)) return rest;
  return {
    ...rest,
    members: members.map((member: unknown, i) => {
      const { estimator, ...own } = { ...(member as object) } as { estimator?: unknown };
      const prefix = `${i}/`;
      const mine = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
      const named = mine.map(([name, array]) => [name.slice(prefix.length), array] as const);
      return { ...own, estimator: { json: estimator, arrays: Object.fromEntries(named) } };
    }),
  };
}
