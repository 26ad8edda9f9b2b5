/** What only the files themselves tell of a set of pictures. */
import type { Size } from './choose-shape.ts';

export interface ImageFacts {
  /** The most frequent first. */
  readonly sizes: readonly (Size & { readonly count: number })[];
  readonly formats: readonly { readonly name: string; readonly count: number }[];
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

/** Equal things counted, the most frequent first. */
export function tally<T>(things: readonly T[], keyOf: (thing: T) => string): { example: T; count: number }[] {
  const counts = new Map<string, { example: T; count: number }>();
  for (const thing of things) {
    const key = keyOf(thing);
    const known = counts.get(key) ?? { example: thing, count: 0 };
    known.count++;
    counts.set(key, known);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
