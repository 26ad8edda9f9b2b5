import { normalQuantile } from '../quantiles.ts';

/** Wilson's score interval of a proportion (Wilson 1927): honest near 0 and 1, where the bootstrap is not.
 *  @param proportion observed share, 0..1. @param n observations behind it; 0 gives [0, 1]. */
export function wilsonInterval(
  proportion: number,
  n: number,
  confidence: number,
): { low: number; high: number } {
  if (n === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const shrink = 1 + (z * z) / n;
  const centre = (proportion + (z * z) / (2 * n)) / shrink;
  const half = (z * Math.sqrt((proportion * (1 - proportion)) / n + (z * z) / (4 * n * n))) / shrink;
  // At 0 and 1 the ends are exact in theory; rounding must not push them past the proportion.
  return {
    low: proportion === 0 ? 0 : Math.max(0, centre - half),
    high: proportion === 1 ? 1 : Math.min(1, centre + half),
  };
}
