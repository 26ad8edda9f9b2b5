/** How far forecasts are off, by step: what prediction intervals are made of. The errors are those of forecasts of
 *  values that no model had seen, so the intervals hold for any kind of model. */
import { z } from 'zod';

/** Shares of values that lie below each quantile. */
export const LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975] as const;

/** `quantiles[step - 1][i]`: errors (value minus forecast, in scales) of which a share of `LEVELS[i]` is smaller. */
export const Spread = z.object({ quantiles: z.array(z.array(z.number()).length(LEVELS.length)) });
export type Spread = z.infer<typeof Spread>;

/** Errors that a quantile is taken from at least; steps with fewer take those of their neighbours too. */
const FEWEST_ERRORS = 200;

/** @param steps  1..horizon of each error. @param errors Float64Array, in scales. Throws RangeError without any. */
export function learnSpread(steps: ArrayLike<number>, errors: Float64Array, horizon: number): Spread {
  if (errors.length === 0) throw new RangeError('intervals need errors to be made of');
  const byStep: number[][] = Array.from({ length: horizon }, () => []);
  for (let i = 0; i < errors.length; i++) byStep[steps[i] - 1].push(errors[i]);
  const quantiles = byStep.map((_, at) => {
    let reach = 0;
    let near = byStep[at];
    while (near.length < FEWEST_ERRORS && near.length < errors.length) {
      reach++;
      near = byStep.slice(Math.max(0, at - reach), at + reach + 1).flat();
    }
    const sorted = Float64Array.from(near).sort();
    return LEVELS.map((level) => conformalQuantile(sorted, level));
  });
  return { quantiles };
}

/** The quantile of a new value among n known ones: position level × (n + 1), so that few errors give wide intervals
 *  (Vovk et al. 2005, conformal prediction), between the smallest and the largest. */
function conformalQuantile(sorted: Float64Array, level: number): number {
  const position = Math.min(sorted.length - 1, Math.max(0, level * (sorted.length + 1) - 1));
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** The value below which a share of `LEVELS[level]` is expected. */
export function quantileOf(
  { quantiles }: Spread,
  level: number,
  step: number,
  forecast: number,
  scale: number,
): number {
  return forecast + scale * quantiles[step - 1][level];
}

/** What a quantile forecast costs: the error, weighted by the share on whose side it lies (Koenker and Bassett 1978). */
export function pinball(value: number, quantile: number, level: number): number {
  const error = value - quantile;
  return error >= 0 ? level * error : (level - 1) * error;
}
