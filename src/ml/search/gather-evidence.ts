/** The values of the chapters that people may ask for: all from the one look at the holdout, each bounded in work and in
 *  size whatever the table's. */
import type { Evidence, Explanation, HeldOut } from '../evidence.ts';
import type { Importance } from '../judgement.ts';
import { explainRows } from './explain-rows.ts';
import { findErrorSlices } from './find-error-slices.ts';
import type { HeldOutModel } from './held-out-model.ts';
import { measureFairness } from './measure-fairness.ts';
import { partialDependence } from './partial-dependence.ts';

/** One line for each chapter.
 *  @param importance the columns that matter most first. */
export function gatherEvidence(model: HeldOutModel, importance: readonly Importance[]): Evidence {
  return {
    heldOut: keepPredictions(model),
    explanation: explain(model, importance),
    slices: findErrorSlices(model, importance),
    fairness: measureFairness(model),
  };
}

function explain(model: HeldOutModel, importance: readonly Importance[]): Explanation | null {
  const effects = explainRows(model, importance);
  if (!effects) return null;
  const names = effects.columns.flatMap(({ name }) => name ?? []);
  return { ...effects, dependence: partialDependence(model, names) };
}

/** Numbers that are kept of the predictions (as many again before they were mended), and rows. */
const MOST_NUMBERS = 100_000;
const MOST_ROWS = 20_000;

function keepPredictions({ experiment, rows, truth, prediction, plain }: HeldOutModel): HeldOut | null {
  if (experiment.forecast) return null;
  const { holdout } = rows.split;
  const nOutputs = prediction.length / truth.length;
  const wanted = Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / nOutputs));
  const stride = Math.max(1, Math.ceil(truth.length / wanted));
  const kept = Array.from({ length: Math.ceil(truth.length / stride) }, (_, i) => i * stride);
  kept.sort((a, b) => (holdout[a] as number) - (holdout[b] as number));
  const listed = (said: Float64Array) =>
    Array.from({ length: nOutputs }, (_, k) => kept.map((i) => shorten(said[i * nOutputs + k] as number)));
  return {
    of: truth.length,
    rows: kept.map((i) => holdout[i] as number),
    actual: kept.map((i) => truth[i] as number),
    predicted: listed(prediction),
    ...(plain && { uncalibrated: listed(plain) }),
  };
}

/** Seven digits, as many as a float32 has: the rest is noise that would double what is stored. */
function shorten(value: number): number {
  return Number(value.toPrecision(7));
}
