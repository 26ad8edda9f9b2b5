/** Curves as they are stored. */
import type { CurvePoint } from '../estimator.ts';

const MAX_POINTS = 200;

/** At most 200 points: evenly spaced ones, always with the first, the last and the kept step. */
export function thinCurve(curve: readonly CurvePoint[], bestStep: number): CurvePoint[] {
  const stride = Math.ceil(curve.length / (MAX_POINTS - 3));
  return curve.filter((point, i) => i % stride === 0 || i === curve.length - 1 || point.step === bestStep);
}
