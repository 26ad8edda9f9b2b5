/** The one look at the holdout: the run's model, the best trial alone where that is another model, and the baseline. */
import type { Table } from '../data/table.ts';
import type { FeatureMatrix, FittedEstimator } from '../estimator.ts';
import type { Judged } from '../evidence.ts';
import type { Experiment, MetricName } from '../experiment.ts';
import type { EnsembleJudgement, Interval, Judgement, RecalibrationJudgement, Scores } from '../judgement.ts';
import { confusionMatrix } from '../metrics/confusion.ts';
import { type IntervalOptions, scoresWithIntervals } from '../metrics/intervals.ts';
import { gainOf, pairedDifference } from '../metrics/paired-difference.ts';
import type { PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import { deriveSeed } from '../random.ts';
import type { Clock } from './clock.ts';
import { columnImportance } from './column-importance.ts';
import { fitMember } from './fit-member.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { judgeForecast } from './judge-forecast.ts';
import { judgedMetrics } from './judged-metrics.ts';
import { combine, restoreMember } from './predictor.ts';
import type { ChosenCalibrator } from './recalibrate.ts';
import type { RefitResult } from './refit.ts';
import type { Selection } from './select-ensemble.ts';
import { type SplitTable, splitTable } from './split-table.ts';
import { inTargetUnits, pickYardstick, scaleOf, targetOf } from './training-set.ts';

/** A trial trained on the training rows. */
export interface Refitted extends RefitResult {
  readonly trial: number;
}

export interface JudgeOptions {
  readonly clock: Clock;
  /** Asked between steps; once true, `judge` ends with null. */
  readonly shouldStop?: () => boolean;
  readonly rows?: SplitTable;
  readonly network?: PretrainedNetwork;
  /** Whether importances and the evidence for chapters are gathered, which takes longest; they are, unless it is false. */
  readonly chapters?: boolean;
}

const MAX_RESIDUALS = 2000;

/** @param refits of every member and of the best trial, on the training rows, in any order.
 *  @returns null when asked to stop. Throws RangeError where a refit is missing. */
export async function judge(
  table: Table,
  experiment: Experiment,
  selection: Selection,
  refits: readonly Refitted[],
  options: JudgeOptions,
): Promise<Judged | null> {
  const { clock, shouldStop = () => false, rows = splitTable(table, experiment), network } = options;
  const { chapters = true } = options;
  const startMs = clock.now();
  const startCpuSeconds = clock.cpuSeconds();
  const { target, split, material } = rows;
  const { metric, task } = experiment;
  const { nClasses } = target;
  const truth = targetOf(target, split.holdout);
  const { groups } = material;
  const scale = scaleOf(target, split.holdout);
  const inUnits = (raw: Float64Array) => inTargetUnits(target, split.holdout, raw);
  const intervals: IntervalOptions = {
    seed: deriveSeed(experiment.seed, 'intervals'),
    ...(groups && { groups: Int32Array.from(split.holdout, (row) => groups[row] as number) }),
    ...(scale && { scale }),
  };
  const scoresOf = (prediction: Float64Array, threshold: number | null): Scores =>
    definedScores(
      scoresWithIntervals(judgedMetrics(experiment), task, truth, prediction, nClasses, {
        ...intervals,
        ...(threshold !== null && { threshold }),
      }),
    );
  const gainOver = (ours: Decided, theirs: Decided, of: MetricName = metric): Interval => {
    const difference = pairedDifference(of, task, truth, ours.prediction, theirs.prediction, nClasses, {
      ...intervals,
      threshold: ours.threshold ?? 0.5,
      thresholdB: theirs.threshold ?? 0.5,
    });
    return gainOf(of, difference);
  };

  const predictionsOf = await readHoldout(table, split.holdout, refits, network);
  const members = selection.members.map(({ trial, weight }) => ({ ...predictionsOf(trial), weight }));
  const weights = members.map(({ weight }) => weight);
  const calibrator = selection.recalibration?.calibrator ?? undefined;
  const alone = { weights, stacker: selection.stacker, nClasses };
  const together = { ...alone, calibrator };
  const ofMembers = members.map((member) => member.prediction);
  const combined = combine(ofMembers, together);
  const plain = calibrator ? combine(ofMembers, alone) : combined;
  const prediction = inUnits(combined);
  const baseline = inUnits(await predictBaseline(table, experiment, rows));
  if (shouldStop()) return null;

  const importance = !chapters
    ? []
    : columnImportance({
        experiment,
        members,
        combine: (predictions) => combine(predictions, together),
        target: truth,
        nClasses,
        prediction: combined,
        ...(target.yardstick && { yardstick: pickYardstick(target.yardstick, split.holdout) }),
        threshold: selection.threshold,
        seed: deriveSeed(experiment.seed, 'importance'),
        shouldStop,
      });
  if (shouldStop()) return null;
  const evidence =
    chapters &&
    gatherEvidence(
      {
        table,
        experiment,
        rows,
        nClasses,
        members,
        combine: (predictions) => combine(predictions, together),
        truth,
        prediction,
        ...(calibrator && { plain }),
        threshold: selection.threshold,
        seed: deriveSeed(experiment.seed, 'evidence'),
      },
      importance,
    );
  if (shouldStop()) return null;
  const ours = { prediction, threshold: selection.threshold };
  // What the members gain together is told apart from what a calibrator adds.
  const plainly = calibrator
    ? { prediction: plain, threshold: selection.recalibration?.plainThreshold ?? null }
    : ours;
  const [strongest] = members;
  if (!strongest) throw new RangeError('a model needs at least one member');
  const ensemble = selection.ensemble && {
    ...selection.ensemble,
    stacked: selection.stacker !== null,
    holdoutGain: selection.ensemble.kept
      ? definedInterval(
          gainOver(plainly, {
            prediction: inUnits(predictionsOf(selection.best).prediction),
            threshold: selection.singleThreshold,
          }),
        )
      : null,
  };
  return {
    holdoutRows: split.holdout.length,
    trainingRows: split.training.length,
    shippedRows: experiment.refit === 'all' ? target.knownRows.length : split.training.length,
    droppedRows: table.nRows - target.knownRows.length,
    holdout: scoresOf(prediction, selection.threshold),
    baseline: scoresOf(baseline, null),
    gain: gainOver(ours, { prediction: baseline, threshold: null }),
    ensemble: ensemble satisfies EnsembleJudgement | null,
    threshold: selection.threshold,
    ...(selection.recalibration && {
      recalibration: describeRecalibration(selection.recalibration, () =>
        calibrator ? definedInterval(gainOver(ours, plainly, 'log_loss')) : null,
      ),
    }),
    confusion:
      task === 'regression'
        ? null
        : {
            classes: [...experiment.classes],
            counts: squareRows(
              confusionMatrix(truth, prediction, nClasses, undefined, selection.threshold ?? undefined),
              nClasses,
            ),
          },
    ...(experiment.forecast &&
      selection.spread && {
        forecast: judgeForecast({
          forecast: experiment.forecast,
          table,
          holdout: split.holdout,
          truth,
          prediction,
          baseline,
          spread: selection.spread,
          intervals,
        }),
      }),
    residuals: task === 'regression' ? thinnedResiduals(truth, prediction) : null,
    importance,
    ...(evidence && { evidence }),
    curve: [...strongest.refit.curve],
    bestStep: strongest.refit.bestStep,
    seconds: (clock.now() - startMs) / 1000 + Math.max(...refits.map((refit) => refit.seconds)),
    cpuSeconds: refits.reduce((sum, refit) => sum + refit.cpuSeconds, clock.cpuSeconds() - startCpuSeconds),
  };
}

/** @property threshold null for 0.5. */
interface Decided {
  readonly prediction: Float64Array;
  readonly threshold: number | null;
}

function describeRecalibration(
  { wanted, taken, tried, rows }: ChosenCalibrator,
  gain: () => Interval | null,
): RecalibrationJudgement {
  return { wanted, taken, tried: [...tried], rows, holdoutGain: gain() };
}

interface OnHoldout {
  readonly refit: Refitted;
  readonly features: FeatureMatrix;
  readonly fitted: FittedEstimator;
  readonly transform: (table: Table) => FeatureMatrix;
  readonly predict: (features: FeatureMatrix) => Float64Array;
  readonly prediction: Float64Array;
}

/** @returns what each refitted trial says of the held-out rows. */
async function readHoldout(
  table: Table,
  holdout: Uint32Array,
  refits: readonly Refitted[],
  network: PretrainedNetwork | undefined,
): Promise<(trial: number) => OnHoldout> {
  const read = new Map<number, OnHoldout>();
  for (const refit of refits) {
    const { pipeline, fitted } = await restoreMember(refit.member, network);
    const features = pipeline.transform(table, holdout);
    const predict = (matrix: FeatureMatrix) => fitted.predict(matrix);
    read.set(refit.trial, {
      refit,
      features,
      fitted,
      transform: (other) => pipeline.transform(other),
      predict,
      prediction: predict(features),
    });
  }
  return (trial) => {
    const found = read.get(trial);
    if (!found) throw new RangeError(`trial ${trial} was not trained again`);
    return found;
  };
}

/** @returns what the baseline says of the held-out rows, not in units of the target. */
export async function predictBaseline(
  table: Table,
  experiment: Experiment,
  { target, split }: SplitTable,
): Promise<Float64Array> {
  const { pipeline, fitted } = await fitMember(
    table,
    experiment,
    target,
    { family: experiment.forecast ? 'seasonal_naive' : 'baseline', parameters: {} },
    { training: split.training, fit: split.training },
    { seed: deriveSeed(experiment.seed, 'baseline') },
  );
  return fitted.predict(pipeline.transform(table, split.holdout));
}

/** Undefined scores (an AUC where the holdout has one class) are left out: JSON knows no NaN. */
function definedScores(scores: Partial<Record<MetricName, Interval>>): Scores {
  const defined: Scores = {};
  for (const [metric, interval] of Object.entries(scores) as [MetricName, Interval][]) {
    const known = definedInterval(interval);
    if (known) defined[metric] = known;
  }
  return defined;
}

function definedInterval({ value, low, high }: Interval): Interval | null {
  return [value, low, high].every(Number.isFinite) ? { value, low, high } : null;
}

function squareRows(matrix: Float64Array, n: number): number[][] {
  return Array.from({ length: n }, (_, row) => [...matrix.subarray(row * n, (row + 1) * n)]);
}

function thinnedResiduals(actual: Float64Array, predicted: Float64Array): Judgement['residuals'] {
  const stride = Math.ceil(actual.length / MAX_RESIDUALS);
  const keep = (values: Float64Array) => [...values.filter((_, i) => i % stride === 0)];
  return { actual: keep(actual), predicted: keep(predicted) };
}
