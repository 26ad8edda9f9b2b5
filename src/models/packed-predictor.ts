/** A predictor as one JSON value with one set of arrays: how it lies in a weights file. */
import { z } from 'zod';
import type { SerialisedPredictor } from '../ml/search/predictor.ts';
import type { Weights } from './weights.ts';

/** Arrays are named after their member: `0.value` is the first member's `value`. */
export function packPredictor(predictor: SerialisedPredictor): Weights {
  const members = predictor.members.map(({ estimator, ...rest }) => ({ ...rest, estimator: estimator.json }));
  const arrays = predictor.members.flatMap(({ estimator }, i) =>
    Object.entries(estimator.arrays).map(([name, array]) => [`${i}.${name}`, array] as const),
  );
  return { json: { ...predictor, members }, arrays: Object.fromEntries(arrays) };
}

const Packed = z.looseObject({ members: z.array(z.looseObject({ estimator: z.unknown() })) });

/** The inverse. What it does not know it hands on as it is: whoever restores the predictor will refuse it. */
export function unpackPredictor({ json, arrays }: Weights): unknown {
  const packed = Packed.safeParse(json);
  if (!packed.success) return json;
  const members = packed.data.members.map(({ estimator, ...rest }, i) => {
    const prefix = `${i}.`;
    const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
    const named = own.map(([name, array]) => [name.slice(prefix.length), array] as const);
    return { ...rest, estimator: { json: estimator, arrays: Object.fromEntries(named) } };
  });
  return { ...packed.data, members };
}
