/** A value to come, and everything that a feature of it may be made of. */
import type { Past } from './past.ts';
import type { TimeGrid } from './time-grid.ts';

export interface Moment {
  readonly past: Past;
  /** The place that is forecast. */
  readonly to: number;
  readonly grid: TimeGrid;
  readonly season: number;
  /** Level and scale of the origin: features tell values as scales from the level. */
  readonly level: number;
  readonly scale: number;
}

export interface FeatureOfMoment {
  readonly name: string;
  /** NaN where nothing is known; with `categories` the index into them. */
  readonly of: (moment: Moment) => number;
  /** Sorted by code unit. */
  readonly categories?: readonly string[];
}
