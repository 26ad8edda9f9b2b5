/** From a training set to what a network reads. */
import { z } from 'zod';
import type { FeatureMatrix, TrainingSet } from '../estimator.ts';
import type { Samples } from './trainer.ts';

export const TargetScaling = z.object({
  centre: z.number(),
  scale: z.number(),
  low: z.number(),
  high: z.number(),
});
export type TargetScaling = z.infer<typeof TargetScaling>;

/** Inputs beyond this are drawn in to it: what scaling leaves is far smaller, and float32 products stay finite. */
const MAX_INPUT = 1e4;

/** @param scaling   of a regression target. @param labelSmoothing share of each label that is spread over all classes.
 *  @param balance   how much each class counts beside the rows' own weights. */
export function toSamples(
  set: TrainingSet,
  scaling: TargetScaling | null,
  labelSmoothing: number,
  balance?: readonly number[],
): Samples {
  const targets = scaling
    ? Float32Array.from(set.target, (value) => (value - scaling.centre) / scaling.scale)
    : classShares(set.target, set.nClasses, labelSmoothing);
  const weights = set.weights || balance ? rowWeights(set, balance) : undefined;
  return {
    nRows: set.features.nRows,
    inputs: rowMajor(set.features),
    targets,
    ...(weights && { weights }),
  };
}

/** 1 on average. */
function rowWeights({ target, weights }: TrainingSet, balance: readonly number[] | undefined): Float32Array {
  const raw = Float64Array.from(
    target,
    (value, i) => (weights ? (weights[i] as number) : 1) * (balance ? (balance[value] as number) : 1),
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return Float32Array.from(raw, (weight) => (weight * raw.length) / total);
}

/** By these each class counts as much as any other. */
export function classBalance(training: TrainingSet): number[] {
  const totals = classTotals(training, 0);
  return totals.map((total) => (total > 0 ? 1 / total : 0));
}

function classShares(target: Float64Array, nClasses: number, smoothing: number): Float32Array {
  const shares = new Float32Array(target.length * nClasses).fill(smoothing / nClasses);
  for (let i = 0; i < target.length; i++) {
    const place = i * nClasses + (target[i] as number);
    shares[place] = (shares[place] as number) + 1 - smoothing;
  }
  return shares;
}

/** The logits of the class shares (with one imagined row per class, so that an absent class stays finite), or 0
 *  for a standardised target. */
export function outputBias(training: TrainingSet): Float32Array {
  const bias = new Float32Array(training.nClasses);
  if (training.task === 'regression') return bias;
  const totals = classTotals(training, 1);
  const total = totals.reduce((sum, count) => sum + count, 0);
  return bias.map((_, k) => Math.log((totals[k] as number) / total));
}

/** How much the rows of each class count together. @param start of each count. */
function classTotals({ target, weights, nClasses }: TrainingSet, start: number): number[] {
  const totals = Array<number>(nClasses).fill(start);
  target.forEach((k, i) => {
    totals[k] = (totals[k] as number) + (weights ? (weights[i] as number) : 1);
  });
  return totals;
}

export function targetScaling(target: Float64Array): TargetScaling {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let centre = 0;
  for (const value of target) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    centre += value / target.length;
  }
  let variance = 0;
  for (const value of target) variance += (value - centre) ** 2 / target.length;
  return { centre, scale: Math.sqrt(variance) || 1, low, high };
}

/** A table without features gets one input that is always 0, since matrices of width 0 are beyond the backends. */
export function inputWidth(features: FeatureMatrix): number {
  return Math.max(1, features.columns.length);
}

/** Float32Array (nRows × inputWidth), row-major; what is not finite becomes 0. */
export function rowMajor(features: FeatureMatrix): Float32Array {
  const width = inputWidth(features);
  const rows = new Float32Array(features.nRows * width);
  for (let j = 0; j < features.columns.length; j++) {
    const column = features.columns[j] as Float64Array;
    for (let i = 0; i < features.nRows; i++) {
      const value = column[i] as number;
      if (Number.isFinite(value)) rows[i * width + j] = Math.max(-MAX_INPUT, Math.min(MAX_INPUT, value));
    }
  }
  return rows;
}

/** Up to this width a loop over the numbers is faster than a copy of the row. */
export const NARROW = 64;

/** Some rows of a matrix. @param out (rows.length × width) at least; filled and returned. */
export function takeSamples(
  source: Float32Array,
  rows: Uint32Array,
  width: number,
  out: Float32Array = new Float32Array(rows.length * width),
): Float32Array {
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * width;
    if (width > NARROW) out.set(source.subarray(from, from + width), i * width);
    else for (let k = 0; k < width; k++) out[i * width + k] = source[from + k] as number;
  }
  return out;
}
