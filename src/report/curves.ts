/** Training curves of several folds made one. */
import type { FoldResult } from '../ml/tuning/trial.ts';

type CurvePoint = FoldResult['curve'][number];

const MAX_POINTS = 200;

/** The mean losses of the folds by step, and what else all of them tell.
 *
 *  Folds stop at different steps and are thinned to different ones, so each is read at every step of the result by
 *  linear interpolation, and counts with its last loss once it has ended: dropping it there would make the mean
 *  jump. The result ends at the last step that at least half of the folds reached.
 *  @returns at most 200 points by ascending step; empty where no fold has a curve. */
export function averageCurves(folds: readonly FoldResult[]): CurvePoint[] {
  const curves = folds.map((fold) => fold.curve).filter((curve) => curve.length > 0);
  if (curves.length === 0) return [];
  const lastSteps = curves.map((curve) => curve[curve.length - 1].step).sort((a, b) => b - a);
  const end = lastSteps[Math.ceil(curves.length / 2) - 1];
  const steps = [...new Set(curves.flatMap((curve) => curve.map((point) => point.step)))]
    .filter((step) => step <= end)
    .sort((a, b) => a - b);
  const told = OPTIONAL.filter((name) =>
    curves.every((curve) => curve.every((point) => point[name] !== undefined)),
  );
  return thin(steps, MAX_POINTS).map((step) => {
    const meanOf = (name: (typeof OPTIONAL)[number] | 'trainLoss') =>
      mean(curves.map((curve) => valueAt(curve, step, (point) => point[name] as number)));
    const others = Object.fromEntries(told.map((name) => [name, meanOf(name)]));
    return { step, trainLoss: meanOf('trainLoss'), ...others };
  });
}

/** What not every estimator tells of a step. */
const OPTIONAL = ['validationLoss', 'gradientNorm', 'learningRate'] as const;

function valueAt(curve: readonly CurvePoint[], step: number, value: (point: CurvePoint) => number): number {
  const after = curve.findIndex((point) => point.step >= step);
  if (after < 0) return value(curve[curve.length - 1]);
  if (after === 0 || curve[after].step === step) return value(curve[after]);
  const left = curve[after - 1];
  const right = curve[after];
  const share = (step - left.step) / (right.step - left.step);
  return value(left) + share * (value(right) - value(left));
}

/** At most `limit` of the values, evenly spread, both ends kept. */
function thin(values: readonly number[], limit: number): number[] {
  if (values.length <= limit) return [...values];
  return Array.from({ length: limit }, (_, i) => values[Math.round((i * (values.length - 1)) / (limit - 1))]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
