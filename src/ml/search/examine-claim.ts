/** Whether a wanted score is in these columns: two quick models of unlike families in cross-validation at several sizes,
 *  and what their predictions say of the labels. Looks at training rows only, so that the holdout stays unopened. */
import type { ClaimFindings } from '../claim.ts';
import { duplicateClusters } from '../data/duplicates.ts';
import { gather } from '../data/rows.ts';
import type { Table } from '../data/table.ts';
import type { Experiment, MetricName } from '../experiment.ts';
import type { Interval } from '../judgement.ts';
import { correctedResampledInterval } from '../metrics/corrected-resampled-interval.ts';
import { conflictingDuplicates, noiseFloor, suspectedLabels } from '../metrics/label-noise.ts';
import { type CurveSize, extrapolate } from '../metrics/learning-curve.ts';
import { isBetter, METRICS } from '../metrics/registry.ts';
import { score } from '../metrics/score.ts';
import { withinRange } from '../metrics/within-range.ts';
import { deriveSeed, Random } from '../random.ts';
import { PORTFOLIO } from '../tuning/portfolio.ts';
import type { Family, TrialSpec } from '../tuning/trial.ts';
import { fitMember } from './fit-member.ts';
import { splitTable } from './split-table.ts';
import { targetOf } from './training-set.ts';

type Setting = Pick<TrialSpec, 'family' | 'parameters'>;

/** Without early stopping: the same work on every size. */
const QUICK: readonly Setting[] = (['linear', 'gbdt'] as const).map((family) => ({
  family,
  parameters: { ...PORTFOLIO[family].defaults[0], ...(family === 'gbdt' && { maxSteps: 150 }) },
}));

/** Of more rows a random part is looked at: signs, not scores, are wanted. */
const MOST_ROWS = 20_000;
const SHARES = [0.125, 0.25, 0.5, 1];
const LEAST_TRAINED_ON = 40;
const AHEAD = [2, 4];

interface Fold {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
}

/** @param metric of the claim, which need not be the one that trials are ranked by.
 *  @returns null when asked to stop, or where the metric is not defined on these rows.
 *  @throws what `splitTable` throws. */
export async function examineClaim(
  table: Table,
  experiment: Experiment,
  metric: MetricName,
  shouldStop: () => boolean = () => false,
): Promise<ClaimFindings | null> {
  const { repeats, ...once } = experiment; // signs, not scores
  const { target, split } = splitTable(table, once);
  const { task, seed } = experiment;
  const { nClasses } = target;
  const { greaterIsBetter, range } = METRICS[metric];
  const random = new Random(seed).derive('claim');
  const few = (rows: Uint32Array, most: number) =>
    rows.length <= most ? rows : random.shuffle(rows.slice()).slice(0, most);
  const folds: Fold[] = split.folds.map(({ training, validation }) => ({
    training: random.shuffle(few(training, MOST_ROWS).slice()),
    validation: few(validation, MOST_ROWS / split.folds.length),
  }));
  const judge = (rows: Uint32Array, prediction: Float64Array) =>
    score(metric, task, targetOf(target, rows), prediction, nClasses);

  async function predict(setting: Setting, { training, validation }: Fold, share: number, fold: number) {
    const fit = training.slice(0, Math.max(LEAST_TRAINED_ON, Math.round(share * training.length)));
    const options = { seed: deriveSeed(seed, 'claim', fold), shouldStop };
    const { pipeline, fitted } = await fitMember(
      table,
      experiment,
      target,
      setting,
      { training: fit, fit },
      options,
    );
    return fitted.predict(pipeline.transform(table, validation));
  }
  const scoresOf = (predictions: readonly Float64Array[]) =>
    predictions.map((prediction, i) => judge((folds[i] as Fold).validation, prediction));
  const nTrain = folds[0]?.training.length ?? 1;
  const nTest = folds[0]?.validation.length ?? 1;
  const overFolds = (scores: readonly number[]): Interval =>
    withinRange(metric, correctedResampledInterval(scores, nTrain, nTest));

  const found: { setting: Setting; scores: number[]; predictions: Float64Array[] }[] = [];
  for (const setting of [...QUICK, { family: 'baseline', parameters: {} } as const]) {
    const predictions: Float64Array[] = [];
    for (const [i, fold] of folds.entries()) {
      predictions.push(await predict(setting, fold, 1, i));
      if (shouldStop()) return null;
    }
    found.push({ setting, scores: scoresOf(predictions), predictions });
  }
  const [baseline] = found.splice(-1);
  if (!baseline || [...found, baseline].some(({ scores }) => scores.some(Number.isNaN))) return null;
  found.sort((a, b) => (isBetter(metric, mean(a.scores), mean(b.scores)) ? -1 : 1));
  const [best, next] = found as [(typeof found)[number], (typeof found)[number]];
  const sign = greaterIsBetter ? 1 : -1;
  const lead = (from: readonly number[], over: readonly number[]) =>
    correctedResampledInterval(
      from.map((value, i) => sign * (value - (over[i] as number))),
      nTrain,
      nTest,
    );

  const sizes: CurveSize[] = [];
  for (const share of SHARES.filter((share) => share === 1 || share * nTrain >= LEAST_TRAINED_ON)) {
    const predictions: Float64Array[] = [];
    if (share < 1) {
      for (const [i, fold] of folds.entries()) {
        predictions.push(await predict(best.setting, fold, share, i));
        if (shouldStop()) return null;
      }
    }
    const scores = share === 1 ? best.scores : scoresOf(predictions);
    if (scores.every(Number.isFinite)) sizes.push({ rows: Math.round(share * nTrain), scores });
  }
  const half = sizes.at(-2);
  return {
    task,
    metric,
    rows: split.training.length,
    baseline: mean(baseline.scores),
    quick: found.map(({ setting, scores }) => ({
      family: setting.family as Family,
      score: overFolds(scores),
    })),
    lead: lead(best.scores, next.scores),
    curve: sizes.map(({ rows, scores }) => ({ rows, score: overFolds(scores) })),
    ahead:
      sizes.length < 3
        ? []
        : AHEAD.map((times) => ({ times, score: extrapolate(sizes, times, greaterIsBetter, range, seed) })),
    lastDoubling: half ? lead(best.scores, half.scores) : null,
    ...(task === 'regression' ? { promised: null, labels: null } : doubts()),
  };

  /** What the better calibrated of the two says of the labels and of itself. */
  function doubts(): Pick<ClaimFindings, 'promised' | 'labels'> {
    const rows = concatenated(folds.map(({ validation }) => validation));
    const truth = targetOf(target, rows);
    const [surest] = found
      .map(({ predictions }) => {
        const prediction = Float64Array.from(predictions.flatMap((part) => [...part]));
        return { prediction, loss: score('log_loss', task, truth, prediction, nClasses) };
      })
      .sort((a, b) => a.loss - b.loss);
    const { prediction } = surest as { prediction: Float64Array };
    let promised = 0;
    for (let row = 0; row < rows.length; row++) {
      promised += Math.max(...prediction.subarray(row * nClasses, (row + 1) * nClasses));
    }
    const clusters = duplicateClusters(table, experiment.features);
    const conflicts = conflictingDuplicates(truth, gather(clusters, rows, new Int32Array(rows.length)));
    const floor = noiseFloor(truth, prediction, nClasses);
    return {
      promised: promised / rows.length,
      labels: {
        suspected: suspectedLabels(truth, prediction, nClasses).length / rows.length,
        floor: floor && { value: floor.contradicted / floor.of, low: floor.low, high: floor.high },
        conflicting: conflicts.rows / rows.length,
        lost: conflicts.lost / rows.length,
      },
    };
  }
}

function concatenated(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
