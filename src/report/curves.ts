/** Training curves of several folds made one. */
import type { FoldResult } from '../ml/tuning/trial.ts';

type CurvePoint = FoldResult['curve'][number];

const MAX_POINTS = 200;

/** The mean losses of the folds by step.
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
  const judged = curves.every((curve) => curve.every((point) => point.validationLoss !== undefined));
  return thin(steps, MAX_POINTS).map((step) => {
    const trainLoss = mean(curves.map((curve) => lossAt(curve, step, (point) => point.trainLoss)));
    if (!judged) return { step, trainLoss };
    const validationLoss = mean(
      curves.map((curve) => lossAt(curve, step, (point) => point.validationLoss as number)),
    );
    return { step, trainLoss, validationLoss };
  });
}

function lossAt(curve: readonly CurvePoint[], step: number, loss: (point: CurvePoint) => number): number {
  const after = curve.findIndex((point) => point.step >= step);
  if (after < 0) return loss(curve[curve.length - 1]);
  if (after === 0 || curve[after].step === step) return loss(curve[after]);
  const left = curve[after - 1];
  const right = curve[after];
  const share = (step - left.step) / (right.step - left.step);
  return loss(left) + share * (loss(right) - loss(left));
}

/** At most `limit` of the values, evenly spread, both ends kept. */
function thin(values: readonly number[], limit: number): number[] {
  if (values.length <= limit) return [...values];
  return Array.from({ length: limit }, (_, i) => values[Math.round((i * (values.length - 1)) / (limit - 1))]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
