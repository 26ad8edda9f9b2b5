import type { CountedMetric } from './judged-rows.ts';

/** A metric that is a mean of per-row losses. @param losses Float64Array (nRows), kept, not copied. */
export function rowMean(losses: Float64Array): CountedMetric {
  return (counts) => {
    let sum = 0;
    let rows = 0;
    for (let row = 0; row < losses.length; row++) {
      sum += counts[row] * losses[row];
      rows += counts[row];
    }
    return sum / rows;
  };
}
