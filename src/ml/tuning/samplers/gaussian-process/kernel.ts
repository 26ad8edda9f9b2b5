/** Settings as points, and how alike two of them are. */
import type { Distribution, Parameters, SearchSpace } from '../../distributions.ts';
import { toUnit } from '../../unit-interval.ts';

/** A setting as numbers: place in the unit interval of a range, number of a choice. */
export type Point = Float64Array;

export interface Coordinates {
  /** Whether each coordinate is a choice, of which two are either equal or not. */
  readonly isChoice: readonly boolean[];
  toPoint(parameters: Parameters): Point;
}

/** A conditional parameter that a setting lacks is in the middle of its range, or one more choice: what tells such
 *  settings apart is the parameter it depends on. */
export function coordinatesOf(space: SearchSpace): Coordinates {
  const entries = Object.entries(space);
  const coordinate = (name: string, distribution: Distribution, parameters: Parameters) => {
    const value = parameters[name];
    if (distribution.kind === 'categorical')
      return value === undefined ? -1 : distribution.choices.indexOf(value);
    return value === undefined ? 0.5 : toUnit(distribution, value);
  };
  return {
    isChoice: entries.map(([, { kind }]) => kind === 'categorical'),
    toPoint: (parameters) =>
      Float64Array.from(entries, ([name, distribution]) => coordinate(name, distribution, parameters)),
  };
}

/** Squared distance in one coordinate. */
export function squaredGap(isChoice: boolean, a: number, b: number): number {
  if (isChoice) return a === b ? 0 : 1;
  return (a - b) * (a - b);
}

/** Matern 5/2 with a length per coordinate (automatic relevance determination; Rasmussen and Williams 2006, eq. 4.17).
 *  @param lengths Float64Array (nCoordinates). @returns in (0, 1]. */
export function matern52(isChoice: readonly boolean[], lengths: Float64Array, a: Point, b: Point): number {
  let squared = 0;
  for (let j = 0; j < lengths.length; j++) {
    squared += squaredGap(isChoice[j] as boolean, a[j], b[j]) / (lengths[j] * lengths[j]);
  }
  const r = Math.sqrt(5 * squared);
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}
