/** The values before a moment that is forecast, one after the other, for networks that read them in their order. */
import { IS_KNOWN, type SequenceShape } from '../data/table.ts';
import type { Forecast } from '../forecast.ts';
import type { Moment } from './moment.ts';

export const RECENT_VALUES = 'recent values';

/** Moments that are shown: whole seasons up to the first number, fewer than the second; without a season the third. */
const LENGTHS = { seasons: 8, most: 64, plain: 32 } as const;

/** What is told of each moment: its value, in scales from the level, and whether that is known at the origin. */
const SIGNALS = ['value', IS_KNOWN] as const;

export function recentValuesShape({ season }: Pick<Forecast, 'season'>): SequenceShape {
  const seasons = Math.min(LENGTHS.seasons, Math.max(1, Math.floor(LENGTHS.most / season)));
  const length = season === 1 ? LENGTHS.plain : Math.min(LENGTHS.most, seasons * season);
  return { length, signals: SIGNALS };
}

/** The moments that end just before the forecast one, so that a place in the sequence is always as many steps from it and, in
 *  whole seasons, at the same part of one. After the origin stands what the last season had there.
 *  @param out Float32Array (length × signals), written: NaN where nothing is known. O(length). */
export function recentValues({ past, to, season, level, scale }: Moment, out: Float32Array): void {
  const length = out.length / SIGNALS.length;
  for (let i = 0; i < length; i++) {
    const place = to - length + i;
    const isPast = place <= past.origin;
    const value = isPast ? past.at(place) : past.seasonalNaive(place, season);
    out[2 * i] = (value - level) / scale;
    out[2 * i + 1] = isPast && !Number.isNaN(value) ? 1 : 0;
  }
}
