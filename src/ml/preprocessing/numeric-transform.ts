/** How the dense view spreads numbers: four ways behind one name. */
import { z } from 'zod';
import type { PreprocessingParameters } from './parameters.ts';
import { fitPowerTransform, PowerTransform, powerTransform } from './power-transform.ts';
import { fitQuantileTransform, QuantileTransform, quantileTransform } from './quantile-transform.ts';
import { fitRobustScaler, RobustScaler, scaleValues } from './scale.ts';
import { fitSmoothClip, SmoothClip, smoothClip } from './smooth-clip.ts';

export const NumericTransform = z.discriminatedUnion('kind', [
  RobustScaler,
  QuantileTransform,
  PowerTransform,
  SmoothClip,
]);
export type NumericTransform = z.infer<typeof NumericTransform>;

/** @param sorted       the training values, ascending, without NaN.
 *  @param maxQuantiles how many numbers a quantile transform may keep. */
export function fitNumericTransform(
  kind: Exclude<PreprocessingParameters['numericTransform'], 'common'>,
  sorted: Float64Array,
  maxQuantiles: number,
): NumericTransform {
  switch (kind) {
    case 'robust':
      return fitRobustScaler(sorted);
    case 'quantile':
      // Two values have no shape to straighten; their ranks would be the two far ends.
      return isTwoValued(sorted) ? fitRobustScaler(sorted) : fitQuantileTransform(sorted, maxQuantiles);
    case 'power':
      return fitPowerTransform(sorted);
    case 'smoothClip':
      return fitSmoothClip(sorted);
  }
}

/** @param values without NaN. @returns a new Float64Array, finite and within [-6, 6]. */
export function transformNumbers(transform: NumericTransform, values: Float64Array): Float64Array {
  switch (transform.kind) {
    case 'robust':
      return scaleValues(transform, values);
    case 'quantile':
      return quantileTransform(transform, values);
    case 'power':
      return powerTransform(transform, values);
    case 'smoothClip':
      return smoothClip(transform, values);
  }
}

function isTwoValued(sorted: Float64Array): boolean {
  const last = sorted[sorted.length - 1];
  for (const value of sorted) if (value !== sorted[0] && value !== last) return false;
  return true;
}
