/** Exponential smoothing as it would have forecast at many moments of a series: at each of them it knows what came
 *  before and nothing else. */
import { Smoother } from './exponential-smoothing.ts';
import { chooseSmoothing } from './fit-smoothing.ts';

/** Known values that a first fit needs, beside two seasons. */
const FEWEST_VALUES = 8;
/** Shape and parameters are chosen anew whenever the series has grown by this share. */
const GROWTH = 1.25;

/** Forecasts of the next `horizon` values after each origin.
 *  @param values  Float64Array, NaN where missing.
 *  @param origins places of last known values, rising.
 *  @param window  how many of the newest values a choice looks at.
 *  @returns Float64Array (origins × horizon), row-major; NaN where the past is too short for a fit. */
export function rollingSmoothing(
  values: Float64Array,
  season: number,
  origins: readonly number[],
  horizon: number,
  window: number,
): Float64Array {
  const out = new Float64Array(origins.length * horizon).fill(Number.NaN);
  const needed = Math.max(FEWEST_VALUES, 2 * season + 2);
  let smoother: Smoother | null = null;
  let next = 0; // the first value that the smoother has not seen
  let choiceAt = needed;
  for (const [i, origin] of origins.entries()) {
    const length = origin + 1;
    if (length >= choiceAt) {
      const from = Math.max(0, length - window);
      const past = values.slice(from, length);
      if (countKnown(past) >= needed) {
        const { shape, smoothing, start } = chooseSmoothing(past, season);
        smoother = new Smoother(shape, smoothing, start);
        next = from;
      }
      choiceAt = Math.ceil(length * GROWTH);
    }
    if (!smoother) continue;
    for (; next < length; next++) smoother.update(values[next]);
    smoother.forecast(out.subarray(i * horizon, (i + 1) * horizon));
  }
  return out;
}

function countKnown(values: Float64Array): number {
  return values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
}
