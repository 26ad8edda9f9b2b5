/** Many short arrays as one long one, as models are stored. */
import type { SerialisedEstimator } from '../estimator.ts';

export type StoredArrays = SerialisedEstimator['arrays'];
export type StoredArray = StoredArrays[string];
type StoredArrayConstructor<T extends StoredArray> = new (length: number) => T;

export function concatenate<T extends StoredArray>(
  type: StoredArrayConstructor<T>,
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

/** Consecutive views of the given lengths. @throws when the array is too short for them. */
export function cut<T extends StoredArray>(array: T, lengths: ArrayLike<number>): T[] {
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

/** @throws when there is no array of that name and type. */
export function get<T extends StoredArray>(
  arrays: StoredArrays,
  name: string,
  type: StoredArrayConstructor<T>,
): T {
  const array = arrays[name];
  if (!(array instanceof type)) throw new Error(`the stored model has no ${type.name} named "${name}"`);
  return array;
}
