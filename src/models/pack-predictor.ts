/** A predictor of several members as one JSON value with typed arrays beside it, as a file of weights holds them. */
import type { SerialisedPredictor } from '../ml/search/predictor.ts';
import type { Weights } from './weights.ts';

/** Where the arrays of a forecast's history are, beside those of the members. */
const HISTORY = 'history';

/** Arrays are named `<member>/<name>`: every member names its own alike. */
export function packPredictor({ members, forecast, ...rest }: SerialisedPredictor): Weights {
  const arrays = members.flatMap(({ estimator }, i) =>
    Object.entries(estimator.arrays).map(([name, array]) => [`${i}/${name}`, array] as const),
  );
  const kept = Object.entries(forecast?.history.arrays ?? {}).map(
    ([name, array]) => [`${HISTORY}/${name}`, array] as const,
  );
  return {
    json: {
      ...rest,
      ...(forecast && { forecast: { ...forecast, history: forecast.history.json } }),
      members: members.map(({ estimator, ...member }) => ({ ...member, estimator: estimator.json })),
    },
    arrays: Object.fromEntries([...arrays, ...kept]),
  };
}

/** The inverse, in the form that `restorePredictor` checks: nothing of the JSON is believed yet. */
export function unpackPredictor({ json, arrays }: Weights): unknown {
  const { members, forecast, ...rest } = { ...(json as object) } as { members?: unknown; forecast?: unknown };
  if (!Array.isArray(members)) return rest;
  const arraysOf = (folder: string | number) => {
    const prefix = `${folder}/`;
    const mine = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(mine.map(([name, array]) => [name.slice(prefix.length), array]));
  };
  const { history, ...known } = { ...(forecast as object | undefined) } as { history?: unknown };
  return {
    ...rest,
    ...(forecast !== undefined && {
      forecast: { ...known, history: { json: history, arrays: arraysOf(HISTORY) } },
    }),
    members: members.map((member: unknown, i) => {
      const { estimator, ...own } = { ...(member as object) } as { estimator?: unknown };
      return { ...own, estimator: { json: estimator, arrays: arraysOf(i) } };
    }),
  };
}
