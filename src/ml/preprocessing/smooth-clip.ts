/** The network's own scaling: robust, with far values bent towards a bound instead of cut off at it. */
import { z } from 'zod';
import { quantile } from './quantile.ts';

export const SmoothClip = z.object({
  kind: z.literal('smoothClip'),
  centre: z.number(),
  /** What centred values are multiplied with; 0 makes every value 0. */
  factor: z.number().min(0),
});
export type SmoothClip = z.infer<typeof SmoothClip>;

/** Centre: the median. Factor: 1 over the interquartile range; where that is 0, 2 over the whole range; 0 for a
 *  constant or empty column. Holzmüller et al. 2024 (RealMLP). @param sorted ascending, without NaN. */
export function fitSmoothClip(sorted: Float64Array): SmoothClip {
  if (sorted.length === 0) return { kind: 'smoothClip', centre: 0, factor: 0 };
  const iqr = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const spread = iqr > 0 ? iqr : (sorted[sorted.length - 1] - sorted[0]) / 2;
  const factor = spread > 0 && Number.isFinite(1 / spread) ? 1 / spread : 0;
  return { kind: 'smoothClip', centre: quantile(sorted, 0.5), factor };
}

/** x / √(1 + (x/3)²) of the scaled x. @returns a new Float64Array with values in [-3, 3]. */
export function smoothClip({ centre, factor }: SmoothClip, values: Float64Array): Float64Array {
  const bent = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const x = factor * (values[i] - centre);
    const third = x / 3;
    // The square overflows far out, where the bend has long reached its bound.
    bent[i] = Math.abs(third) > 1e8 ? 3 * Math.sign(x) : x / Math.sqrt(1 + third * third);
  }
  return bent;
}
