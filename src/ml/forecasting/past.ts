/** A series as it was known at some moment. Whatever features are made of passes through here, so none can hold a value
 *  from after its origin. */
import type { Series } from './read-series.ts';

/** Values up to and including the place `origin`; what came later is NaN, as is what came before the series. */
export class Past {
  readonly origin: number;
  readonly #first: number;
  readonly #values: Float64Array;

  constructor({ first, values }: Pick<Series, 'first' | 'values'>, origin: number) {
    this.origin = origin;
    this.#first = first;
    this.#values = values;
  }

  at(place: number): number {
    if (place > this.origin || place < this.#first) return Number.NaN;
    return this.#values[place - this.#first] ?? Number.NaN;
  }

  /** The newest known value; NaN without any. O(gap). */
  last(): number {
    for (let place = this.origin; place >= this.#first; place--) {
      const value = this.at(place);
      if (!Number.isNaN(value)) return value;
    }
    return Number.NaN;
  }

  /** Mean of the known values of `count` places, `stride` apart, that end at `end`; NaN where none is known. */
  mean(end: number, count: number, stride = 1): number {
    let sum = 0;
    let n = 0;
    for (let i = 0; i < count; i++) {
      const value = this.at(end - i * stride);
      if (Number.isNaN(value)) continue;
      sum += value;
      n++;
    }
    return n > 0 ? sum / n : Number.NaN;
  }

  /** Standard deviation of the known values of the last `count` places; NaN with fewer than two. */
  spread(count: number): number {
    const mean = this.mean(this.origin, count);
    let squares = 0;
    let n = 0;
    for (let i = 0; i < count; i++) {
      const value = this.at(this.origin - i);
      if (Number.isNaN(value)) continue;
      squares += (value - mean) ** 2;
      n++;
    }
    return n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN;
  }

  /** The newest known value that lies whole seasons before `place`, looking back at most `seasons` of those that are
   *  over; else the newest value. */
  seasonalNaive(place: number, season: number, seasons = 4): number {
    const back = Math.ceil((place - this.origin) / season) * season;
    for (let i = 0; i < seasons; i++) {
      const value = this.at(place - back - i * season);
      if (!Number.isNaN(value)) return value;
    }
    return this.last();
  }
}
