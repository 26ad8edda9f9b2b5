/** The curve of a network as it is stored. */
import { z } from 'zod';
import type { CurvePoint } from '../estimator.ts';
import type { TargetScaling } from './samples.ts';

export const NetworkCurve = z.array(
  z.object({
    step: z.number().int(),
    trainLoss: z.number(),
    validationLoss: z.number().exactOptional(),
    gradientNorm: z.number().exactOptional(),
    learningRate: z.number().exactOptional(),
  }),
);

/** Losses in the target's own units, squared. @param scaling of the target; null for classes, whose losses stay. */
export function curveInUnits(scaling: TargetScaling | null): (point: CurvePoint) => CurvePoint {
  const unit = scaling ? scaling.scale ** 2 : 1;
  return (point) => ({
    ...point,
    trainLoss: point.trainLoss * unit,
    ...(point.validationLoss === undefined ? {} : { validationLoss: point.validationLoss * unit }),
  });
}
