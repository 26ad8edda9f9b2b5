/** The winner's refit and its one look at the holdout. */
import type { Table } from '../data/table.ts';
import type { Experiment, MetricName } from '../experiment.ts';
import type { Judgement, Scores } from '../judgement.ts';
import { confusionMatrix } from '../metrics/confusion.ts';
import { type IntervalOptions, scoresWithIntervals } from '../metrics/intervals.ts';
import { pairedDifference } from '../metrics/paired-difference.ts';
import { METRICS } from '../metrics/registry.ts';
import { deriveSeed } from '../random.ts';
import type { Parameters } from '../tuning/distributions.ts';
import type { TrialResult, TrialSpec } from '../tuning/trial.ts';
import type { Clock } from './clock.ts';
import { columnImportance } from './column-importance.ts';
import { FAMILIES } from './families.ts';
import { fitMember } from './fit-member.ts';
import { judgedMetrics } from './judged-metrics.ts';
import { type SerialisedPredictor, serialisePredictor } from './predictor.ts';
import { splitTable } from './split-table.ts';
import { thinCurve } from './thin-curve.ts';
import { trainingSet } from './training-set.ts';

export interface FinalOptions {
  readonly clock: Clock;
  /** Asked between steps; once true, `fitFinal` ends with null. */
  readonly shouldStop?: () => boolean;
}

export interface FinalResult {
  readonly judgement: Judgement;
  readonly model: SerialisedPredictor;
}

const MAX_RESIDUALS = 2000;

/** Fits the winner on all training rows, for as many steps as its folds kept on average: with the number of steps
 *  known, no row has to be set aside for early stopping. Then judges it and the baseline on the holdout.
 *  @param trial the winner's result: its folds' best steps are used. @returns null when asked to stop. */
export async function fitFinal(
  table: Table,
  experiment: Experiment,
  winner: TrialSpec,
  trial: TrialResult,
  { clock, shouldStop = () => false }: FinalOptions,
): Promise<FinalResult | null> {
  const startMs = clock.now();
  const startCpuSeconds = clock.cpuSeconds();
  const { target, split, material } = splitTable(table, experiment);
  const { task } = experiment;
  const { nClasses } = target;

  const fitOnTraining = async (family: TrialSpec['family'], parameters: Parameters) => {
    const rows = { training: split.training, fit: split.training };
    const { pipeline, fitted } = await fitMember(table, experiment, target, { family, parameters }, rows, {
      seed: deriveSeed(winner.seed, 'final'),
      shouldStop,
    });
    const features = pipeline.transform(table, split.holdout);
    const holdout = trainingSet(features, split.holdout, target, experiment);
    return { pipeline, fitted, holdout, prediction: fitted.predict(holdout.features) };
  };
  const best = await fitOnTraining(winner.family, refitParameters(winner, trial));
  const baseline = await fitOnTraining('baseline', {});
  if (shouldStop()) return null;

  const truth = best.holdout.target;
  const { groups } = material;
  const intervals: IntervalOptions = {
    seed: deriveSeed(experiment.seed, 'intervals'),
    ...(groups && { groups: Int32Array.from(split.holdout, (row) => groups[row] as number) }),
  };
  const scoresOf = (prediction: Float64Array): Scores =>
    definedScores(
      scoresWithIntervals(judgedMetrics(experiment), task, truth, prediction, nClasses, intervals),
    );
  const importance = columnImportance({
    experiment,
    fitted: best.fitted,
    judged: best.holdout,
    prediction: best.prediction,
    seed: deriveSeed(experiment.seed, 'importance'),
    shouldStop,
  });
  if (shouldStop()) return null;

  const difference = pairedDifference(
    experiment.metric,
    task,
    truth,
    best.prediction,
    baseline.prediction,
    nClasses,
    intervals,
  );
  const judgement: Judgement = {
    holdoutRows: split.holdout.length,
    trainingRows: split.training.length,
    droppedRows: table.nRows - target.knownRows.length,
    holdout: scoresOf(best.prediction),
    baseline: scoresOf(baseline.prediction),
    gain: METRICS[experiment.metric].greaterIsBetter
      ? { value: difference.difference, low: difference.low, high: difference.high }
      : { value: 0 - difference.difference, low: 0 - difference.high, high: 0 - difference.low },
    confusion:
      task === 'regression'
        ? null
        : {
            classes: [...experiment.classes],
            counts: squareRows(confusionMatrix(truth, best.prediction, nClasses), nClasses),
          },
    residuals: task === 'regression' ? thinnedResiduals(truth, best.prediction) : null,
    importance,
    curve: thinCurve(best.fitted.curve, best.fitted.bestStep),
    bestStep: best.fitted.bestStep,
    seconds: (clock.now() - startMs) / 1000,
    cpuSeconds: clock.cpuSeconds() - startCpuSeconds,
  };
  return {
    judgement,
    model: serialisePredictor(winner.family, experiment, best.pipeline, best.fitted),
  };
}

/** The winner's setting with the number of steps fixed. */
function refitParameters(winner: TrialSpec, { folds }: TrialResult): Parameters {
  if (!FAMILIES[winner.family].stopsEarly || folds.length === 0) return winner.parameters;
  const mean = folds.reduce((sum, fold) => sum + fold.bestStep, 0) / folds.length;
  return { ...winner.parameters, maxSteps: Math.max(1, Math.round(mean)), patience: 0 };
}

/** Undefined scores (an AUC where the holdout has one class) are left out: JSON knows no NaN. */
function definedScores(scores: Partial<Record<MetricName, Scores[MetricName]>>): Scores {
  const defined: Scores = {};
  for (const [metric, interval] of Object.entries(scores) as [MetricName, Scores[MetricName]][]) {
    if (!interval || ![interval.value, interval.low, interval.high].every(Number.isFinite)) continue;
    defined[metric] = { value: interval.value, low: interval.low, high: interval.high };
  }
  return defined;
}

function squareRows(matrix: Float64Array, n: number): number[][] {
  return Array.from({ length: n }, (_, row) => [...matrix.subarray(row * n, (row + 1) * n)]);
}

function thinnedResiduals(actual: Float64Array, predicted: Float64Array): Judgement['residuals'] {
  const stride = Math.ceil(actual.length / MAX_RESIDUALS);
  const keep = (values: Float64Array) => [...values.filter((_, i) => i % stride === 0)];
  return { actual: keep(actual), predicted: keep(predicted) };
}
