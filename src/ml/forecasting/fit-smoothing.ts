/** Which shape of exponential smoothing follows a series, and how fast it should correct itself. */
import { logLikelihood, type Shape, type Smoothing, type State } from './exponential-smoothing.ts';
import { minimise } from './nelder-mead.ts';

export interface FittedSmoothing {
  readonly shape: Shape;
  readonly smoothing: Smoothing;
  /** Before the first value. */
  readonly start: State;
  readonly logLikelihood: number;
}

/** Every shape that a series of this length allows is fitted; the one with the least corrected Akaike criterion is
 *  returned.
 *  @param values NaN where missing; at least two are known.
 *  @param season steps after which a pattern returns; 1 for none. */
export function chooseSmoothing(values: Float64Array, season: number): FittedSmoothing {
  const filled = withoutGaps(values);
  const isPositive = filled.every((value) => value > 0);
  const hasSeason = season > 1 && filled.length >= 2 * season + 2;
  const known = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  const candidates: FittedSmoothing[] = [];
  for (const seasonal of hasSeason ? (['none', 'add', 'mul'] as const) : (['none'] as const)) {
    for (const trend of ['none', 'add', 'damped'] as const) {
      for (const error of ['add', 'mul'] as const) {
        if (!isPositive && (error === 'mul' || seasonal === 'mul')) continue;
        // An additive error on a multiplicative season has forecasts without a variance (Hyndman et al., 2008, ch. 15).
        if (error === 'add' && seasonal === 'mul') continue;
        candidates.push(fitSmoothing(values, { error, trend, seasonal }, season));
      }
    }
  }
  const criterion = (fitted: FittedSmoothing) => correctedAkaike(fitted, known);
  return candidates.reduce((best, fitted) => (criterion(fitted) < criterion(best) ? fitted : best));
}

function correctedAkaike({ shape, start, logLikelihood }: FittedSmoothing, n: number): number {
  const trend = { none: 0, add: 2, damped: 3 }[shape.trend];
  const k = 3 + trend + (shape.seasonal === 'none' ? 0 : 1 + start.seasons.length);
  if (n <= k + 1) return Number.POSITIVE_INFINITY;
  return -2 * logLikelihood + 2 * k + (2 * k * (k + 1)) / (n - k - 1);
}

/** Smoothing parameters of the greatest likelihood.
 *  @param start by default from a decomposition of the first seasons. */
export function fitSmoothing(
  values: Float64Array,
  shape: Shape,
  season: number,
  start = startOf(values, shape, season),
): FittedSmoothing {
  const { trend, seasonal } = shape;
  const smoothingAt = ([a, ...rest]: readonly number[]): Smoothing => {
    const alpha = between(SMALLEST, 1 - SMALLEST, a);
    const beta = trend === 'none' ? 0 : between(SMALLEST * alpha, alpha, rest.shift() as number);
    const gamma = seasonal === 'none' ? 0 : between(SMALLEST, 1 - alpha, rest.shift() as number);
    const phi = trend === 'damped' ? between(...DAMPING, rest.shift() as number) : 1;
    return { alpha, beta, gamma, phi };
  };
  const loss = (point: readonly number[]) => -logLikelihood(values, shape, smoothingAt(point), start);
  const dimensions = 1 + (trend === 'none' ? 0 : trend === 'damped' ? 2 : 1) + (seasonal === 'none' ? 0 : 1);
  const { point, loss: least } = START_POINTS.map((x) =>
    minimise(loss, [x, ...START_REST.slice(0, dimensions - 1)]),
  ).reduce((best, found) => (found.loss < best.loss ? found : best));
  return { shape, smoothing: smoothingAt(point), start, logLikelihood: -least };
}

const SMALLEST = 1e-4;
const DAMPING = [0.8, 0.98] as const;
/** On the scale of the optimiser, where 0 is the middle of a range: a slow and a fast level. */
const START_POINTS = [-2, 1];
const START_REST = [-3, -3, 1];

/** The whole line onto (low, high). */
function between(low: number, high: number, x: number): number {
  return low + (high - low) / (1 + Math.exp(-x));
}

const SEASONS_DECOMPOSED = 4;
const VALUES_FOR_LINE = 10;

/** Level, trend and seasons before the first value: the means of each season's place after a moving average over
 *  whole seasons is taken out of the first few, then a line through what remains (Hyndman et al. 2008, section 2.6.1). */
function startOf(values: Float64Array, { trend, seasonal }: Shape, season: number): State {
  const wanted = Math.max(VALUES_FOR_LINE, seasonal === 'none' ? 0 : SEASONS_DECOMPOSED * season);
  const first = withoutGaps(values).subarray(0, wanted);
  const seasons = seasonal === 'none' ? new Float64Array() : seasonsOf(first, seasonal, season);
  const n = Math.min(first.length, Math.max(VALUES_FOR_LINE, seasonal === 'none' ? 0 : season));
  const plain = Array.from({ length: n }, (_, i) => {
    if (seasonal === 'none') return first[i];
    return seasonal === 'add' ? first[i] - seasons[i % season] : first[i] / seasons[i % season];
  });
  const { level, slope } = lineThrough(plain);
  if (trend === 'none') return { level: plain.reduce((sum, value) => sum + value, 0) / n, trend: 0, seasons };
  return { level, trend: slope, seasons };
}

function seasonsOf(first: Float64Array, seasonal: 'add' | 'mul', season: number): Float64Array {
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  const half = season >> 1;
  for (let i = half; i < first.length - half; i++) {
    // For an even season the two ends count half, so that the window is centred on its value.
    let sum = 0;
    for (let j = i - half; j <= i + half; j++) {
      sum += first[j] * (season % 2 === 0 && (j === i - half || j === i + half) ? 0.5 : 1);
    }
    const average = sum / season;
    sums[i % season] += seasonal === 'add' ? first[i] - average : first[i] / average;
    counts[i % season]++;
  }
  const neutral = seasonal === 'add' ? 0 : 1;
  const raw = sums.map((sum, i) => (counts[i] > 0 ? sum / counts[i] : neutral));
  const mean = raw.reduce((sum, value) => sum + value, 0) / season;
  return raw.map((value) => (seasonal === 'add' ? value - mean : value / mean));
}

/** By least squares; `level` is one step before the first value. */
function lineThrough(values: readonly number[]): { level: number; slope: number } {
  const n = values.length;
  const middle = (n + 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let covariance = 0;
  let variance = 0;
  values.forEach((value, i) => {
    covariance += (i + 1 - middle) * (value - mean);
    variance += (i + 1 - middle) ** 2;
  });
  const slope = variance > 0 ? covariance / variance : 0;
  return { level: mean - slope * middle, slope };
}

/** Missing values by a line between their known neighbours, and by the nearest one at the ends. */
function withoutGaps(values: Float64Array): Float64Array {
  const filled = values.slice();
  let before = -1;
  for (let i = 0; i <= filled.length; i++) {
    if (i < filled.length && Number.isNaN(filled[i])) continue;
    for (let j = before + 1; j < i; j++) {
      if (before < 0) filled[j] = values[i] ?? 0;
      else if (i === filled.length) filled[j] = filled[before];
      else filled[j] = filled[before] + ((filled[i] - filled[before]) * (j - before)) / (i - before);
    }
    before = i;
  }
  return filled;
}
