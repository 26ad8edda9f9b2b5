/** Makes probabilities mean what they say: fitted on what models said of rows that they had not seen, applied to what they
 *  say of new ones. */
import { z } from 'zod';
import type { CalibrationMethod } from '../experiment.ts';
import { applySteps, fitSteps, Steps } from './isotonic.ts';
import { applySigmoid, fitSigmoid, Sigmoid } from './platt.ts';
import { applyPower, fitPower } from './temperature.ts';

/** Curves: one, of the positive class, with two classes; else one per class, each against all others, made to sum to 1. */
export const Calibrator = z.discriminatedUnion('method', [
  z.object({ method: z.literal('platt'), curves: z.array(Sigmoid).min(1) }),
  z.object({ method: z.literal('isotonic'), curves: z.array(Steps).min(1) }),
  z.object({ method: z.literal('temperature'), power: z.number().positive() }),
]);
export type Calibrator = z.infer<typeof Calibrator>;

/** Probabilities are kept so far from 0 and 1 before their logarithm: what a float32 next to 1 can tell. */
const SMALLEST = 1e-7;

/** @param prediction Float64Array (nRows × nClasses), for rows that the models were not trained on.
 *  @param target     Float64Array (nRows): class indices. O(nRows × nClasses × log nRows). */
export function fitCalibrator(
  method: CalibrationMethod,
  prediction: Float64Array,
  target: Float64Array,
  nClasses: number,
): Calibrator {
  if (method === 'temperature') {
    return { method, power: fitPower(prediction.map(logOf), target, nClasses) };
  }
  const ofEach = <Curve>(curveOf: (said: Float64Array, came: Uint8Array) => Curve) =>
    curvesOf(nClasses).map((k) =>
      curveOf(
        Float64Array.from(target, (_, row) => prediction[row * nClasses + k]),
        Uint8Array.from(target, (value) => (value === k ? 1 : 0)),
      ),
    );
  return method === 'platt'
    ? { method, curves: ofEach((said, came) => fitSigmoid(said.map(logOdds), came)) }
    : { method, curves: ofEach((said, came) => neverSure(fitSteps(said, came), came.length)) };
}

/** @param prediction Float64Array (nRows × nClasses), not changed. @returns a new one. */
export function applyCalibrator(
  calibrator: Calibrator,
  prediction: Float64Array,
  nClasses: number,
): Float64Array {
  if (calibrator.method === 'temperature') {
    return applyPower(calibrator.power, prediction.map(logOf), nClasses);
  }
  const said =
    calibrator.method === 'platt'
      ? calibrator.curves.map((curve) => (p: number) => applySigmoid(curve, logOdds(p)))
      : calibrator.curves.map((curve) => (p: number) => applySteps(curve, p));
  const out = new Float64Array(prediction.length);
  for (let start = 0; start < out.length; start += nClasses) {
    if (nClasses === 2) {
      const positive = (said[0] as (p: number) => number)(prediction[start + 1]);
      out[start] = 1 - positive;
      out[start + 1] = positive;
      continue;
    }
    let total = 0;
    for (let k = 0; k < nClasses; k++) {
      out[start + k] = (said[k] as (p: number) => number)(prediction[start + k]);
      total += out[start + k];
    }
    for (let k = 0; k < nClasses; k++) out[start + k] /= total;
  }
  return out;
}

/** Whether it is one for so many classes: a stored one may not be. */
export function isFor(calibrator: Calibrator, nClasses: number): boolean {
  return (
    nClasses > 1 &&
    (calibrator.method === 'temperature' || calibrator.curves.length === curvesOf(nClasses).length)
  );
}

function curvesOf(nClasses: number): number[] {
  return nClasses === 2 ? [1] : Array.from({ length: nClasses }, (_, k) => k);
}

/** No number of rows shows that something never or always happens: shares stay within Laplace's rule of succession. */
function neverSure({ at, share }: Steps, nRows: number): Steps {
  const least = 1 / (nRows + 2);
  return { at, share: share.map((value) => Math.min(1 - least, Math.max(least, value))) };
}

function logOf(p: number): number {
  return Math.log(Math.max(p, SMALLEST));
}

function logOdds(p: number): number {
  const inside = Math.min(1 - SMALLEST, Math.max(SMALLEST, p));
  return Math.log(inside / (1 - inside));
}
