/** Exponential smoothing as a state space model (Hyndman, Koehler, Ord and Snyder 2008, "Forecasting with exponential
 *  smoothing", table 2.1): a level, a trend and a season that every new value corrects by a share of its surprise.
 *
 *  In terms of y - ŷ the corrections of additive and of multiplicative errors are the same, so the kind of error only
 *  enters the likelihood. */

export interface Shape {
  readonly error: 'add' | 'mul';
  readonly trend: 'none' | 'add' | 'damped';
  readonly seasonal: 'none' | 'add' | 'mul';
}

/** How much of a surprise goes into level (alpha), trend (beta <= alpha) and season (gamma <= 1 - alpha); the share of
 *  the trend that is left after a step (phi, 1 unless damped). */
export interface Smoothing {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
}

/** What is known after some value.
 *  @property seasons Float64Array (m): the seasonal part of the next value first; empty without a season. */
export interface State {
  readonly level: number;
  readonly trend: number;
  readonly seasons: Float64Array;
}

/** A state that is corrected in place, value by value. */
export class Smoother {
  readonly #shape: Shape;
  readonly #smoothing: Smoothing;
  readonly #seasons: Float64Array;
  #level: number;
  #trend: number;
  /** Place of the next value's seasonal part. */
  #at = 0;

  constructor(shape: Shape, smoothing: Smoothing, { level, trend, seasons }: State) {
    this.#shape = shape;
    this.#smoothing = smoothing;
    this.#level = level;
    this.#trend = trend;
    this.#seasons = seasons.slice();
  }

  /** What the next value is expected to be. */
  expected(): number {
    return this.#withSeason(this.#level + this.#smoothing.phi * this.#trend, this.#at);
  }

  /** Takes the next value in; NaN where it is missing: then what was expected is believed. */
  update(value: number): void {
    const { alpha, beta, gamma, phi } = this.#smoothing;
    const { trend, seasonal } = this.#shape;
    const base = this.#level + phi * this.#trend;
    const season = seasonal === 'none' ? 0 : this.#seasons[this.#at];
    const surprise = Number.isNaN(value) ? 0 : value - this.#withSeason(base, this.#at);
    const forLevel = seasonal === 'mul' ? surprise / season : surprise;
    this.#level = base + alpha * forLevel;
    if (trend !== 'none') this.#trend = phi * this.#trend + beta * forLevel;
    if (seasonal === 'none') return;
    if (seasonal === 'add') this.#seasons[this.#at] = season + gamma * surprise;
    // Measured against the new level, as in Winters' recursion and in statsmodels; Hyndman's table takes the expected one.
    else if (surprise !== 0) {
      this.#seasons[this.#at] = season + (gamma / (1 - alpha)) * (value / this.#level - season);
    }
    this.#at = (this.#at + 1) % this.#seasons.length;
  }

  /** The next `out.length` values, overwritten. */
  forecast(out: Float64Array): void {
    const { phi } = this.#smoothing;
    let base = this.#level;
    let slope = this.#trend;
    for (let step = 0; step < out.length; step++) {
      slope *= phi;
      base += slope;
      out[step] = this.#withSeason(base, this.#at + step);
    }
  }

  #withSeason(base: number, at: number): number {
    const { seasonal } = this.#shape;
    if (seasonal === 'none') return base;
    const season = this.#seasons[at % this.#seasons.length];
    return seasonal === 'add' ? base + season : base * season;
  }
}

/** The logarithm of the likelihood of the values, with the variance that makes it largest; -Infinity where the model
 *  breaks down. Missing values tell nothing. O(values). */
export function logLikelihood(
  values: Float64Array,
  shape: Shape,
  smoothing: Smoothing,
  start: State,
): number {
  const smoother = new Smoother(shape, smoothing, start);
  const isRelative = shape.error === 'mul';
  let n = 0;
  let squares = 0;
  let logs = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isNaN(value)) {
      const expected = smoother.expected();
      const surprise = isRelative ? (value - expected) / expected : value - expected;
      if (isRelative) logs += Math.log(Math.abs(expected));
      squares += surprise * surprise;
      n++;
    }
    smoother.update(value);
  }
  // A series that is followed exactly would be infinitely likely under every shape that can.
  const variance = Math.max(squares / n, Number.MIN_VALUE);
  const likelihood = -0.5 * n * (Math.log(2 * Math.PI * variance) + 1) - logs;
  return Number.isFinite(likelihood) ? likelihood : Number.NEGATIVE_INFINITY;
}
