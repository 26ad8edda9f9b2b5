/** Where more rows would lead: an inverse power law through the scores at several sizes (Cortes et al. 1994), with the
 *  uncertainty that few folds leave. */
import { Random } from '../random.ts';

/** @property rows   trained on. @property scores one for each fold, the same folds at every size. */
export interface CurveSize {
  readonly rows: number;
  readonly scores: readonly number[];
}

/** score(rows) = limit + change × (rows / largest)^-exponent. */
export interface PowerLaw {
  readonly limit: number;
  readonly change: number;
  readonly exponent: number;
}

/** Exponents that are compared: from "hardly bends" to "flat soon". */
const EXPONENTS = Array.from({ length: 150 }, (_, i) => 0.05 * 40 ** (i / 149));

/** Least squares, the other two by formula for each exponent. With a slope that goes the wrong way, a mean.
 *  @param greaterIsBetter the sign of the change: scores do not get worse with more rows. */
export function fitPowerLaw(
  points: readonly { readonly rows: number; readonly score: number }[],
  greaterIsBetter: boolean,
): PowerLaw {
  const largest = Math.max(...points.map(({ rows }) => rows));
  const mean = average(points.map(({ score }) => score));
  let best: PowerLaw = { limit: mean, change: 0, exponent: 1 };
  let least = squares(points, (rows) => scoreAt(best, rows, largest));
  for (const exponent of EXPONENTS) {
    const x = points.map(({ rows }) => (rows / largest) ** -exponent);
    const centre = average(x);
    const spread = x.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    const change =
      points.reduce((sum, { score }, i) => sum + ((x[i] as number) - centre) * (score - mean), 0) / spread;
    if (!Number.isFinite(change) || (greaterIsBetter ? change >= 0 : change <= 0)) continue;
    const law = { limit: mean - change * centre, change, exponent };
    const loss = squares(points, (rows) => scoreAt(law, rows, largest));
    if (loss < least) [best, least] = [law, loss];
  }
  return best;
}

export function scoreAt({ limit, change, exponent }: PowerLaw, rows: number, largest: number): number {
  return limit + change * (rows / largest) ** -exponent;
}

const RESAMPLES = 400;

/** The score at `times` as many rows as the largest size, with a 95% interval: folds are drawn again, each with its whole
 *  curve, and the law is fitted to each draw. The interval only speaks of the chance in the folds, not of whether the law
 *  goes on to hold.
 *  @param range of the metric, which no end exceeds. */
export function extrapolate(
  sizes: readonly CurveSize[],
  times: number,
  greaterIsBetter: boolean,
  [least, greatest]: readonly [number, number],
  seed: number,
): { value: number; low: number; high: number } {
  const largest = Math.max(...sizes.map(({ rows }) => rows));
  const nFolds = Math.min(...sizes.map(({ scores }) => scores.length));
  const clip = (value: number) => Math.min(greatest, Math.max(least, value));
  const at = (folds: readonly number[]) => {
    const points = sizes.map(({ rows, scores }) => ({
      rows,
      score: average(folds.map((fold) => scores[fold] as number)),
    }));
    return clip(scoreAt(fitPowerLaw(points, greaterIsBetter), times * largest, largest));
  };
  const random = new Random(seed).derive('learning-curve');
  const draws = Array.from({ length: RESAMPLES }, () =>
    at(Array.from({ length: nFolds }, () => random.integer(nFolds))),
  ).sort((a, b) => a - b);
  const value = at(Array.from({ length: nFolds }, (_, fold) => fold));
  const low = draws[Math.floor(0.025 * RESAMPLES)] as number;
  const high = draws[Math.ceil(0.975 * RESAMPLES) - 1] as number;
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

function squares(
  points: readonly { readonly rows: number; readonly score: number }[],
  predict: (rows: number) => number,
): number {
  return points.reduce((sum, { rows, score }) => sum + (score - predict(rows)) ** 2, 0);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
