/** The one look at the holdout: what the run's model, the best single trial and the baseline score on rows that no choice
 *  has seen. */
import type { Table } from '../data/table.ts';
import type { Experiment, MetricName } from '../experiment.ts';
import type { Ensemble, Interval, Judgement, Scores } from '../judgement.ts';
import { confusionMatrix } from '../metrics/confusion.ts';
import { type IntervalOptions, scoresWithIntervals } from '../metrics/intervals.ts';
import { type PairedOptions, pairedDifference } from '../metrics/paired-difference.ts';
import { METRICS } from '../metrics/registry.ts';
import { deriveSeed } from '../random.ts';
import type { Family } from '../tuning/trial.ts';
import type { Clock } from './clock.ts';
import { columnImportance, type SeenBy } from './column-importance.ts';
import { fitMember } from './fit-member.ts';
import { judgedMetrics } from './judged-metrics.ts';
import { combine, restoreMember, type SerialisedMember } from './predictor.ts';
import type { RefitResult } from './refit.ts';
import type { Selection } from './select-ensemble.ts';
import { type SplitTable, splitTable } from './split-table.ts';

/** What is judged: the selection and its trials, fitted on the training rows. */
export interface Judged {
  readonly selection: Selection;
  /** The selection's members, in its order. */
  readonly members: readonly SerialisedMember[];
  /** The best trial, where an ensemble is compared with it. */
  readonly single: SerialisedMember | null;
  /** Of every trial that is named. */
  readonly families: Readonly<Record<number, Family>>;
  /** The strongest member's, for its curve. */
  readonly curve: Pick<RefitResult, 'curve' | 'bestStep'>;
  readonly trainingRows: number;
  readonly shippedRows: number;
  /** What the refits took. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface JudgeOptions {
  readonly clock: Clock;
  /** Asked between steps; once true, `judge` ends with null. */
  readonly shouldStop?: () => boolean;
}

const MAX_RESIDUALS = 2000;

/** @returns null when asked to stop. */
export async function judge(
  table: Table,
  experiment: Experiment,
  judged: Judged,
  { clock, shouldStop = () => false }: JudgeOptions,
): Promise<Judgement | null> {
  const startMs = clock.now();
  const startCpuSeconds = clock.cpuSeconds();
  const rows = splitTable(table, experiment);
  const { target, split } = rows;
  const { task } = experiment;
  const { nClasses } = target;
  const { selection } = judged;
  const truth = new Float64Array(split.holdout.length);
  for (let i = 0; i < truth.length; i++) truth[i] = target.values[split.holdout[i]];

  const seen = await Promise.all(judged.members.map((member) => seenBy(table, member, split.holdout)));
  const weights = selection.members.map(({ weight }) => weight);
  const combined = (predictions: readonly Float64Array[]) =>
    combine(predictions, { weights, stacker: selection.stacker, nClasses });
  const prediction = combined(seen.map(({ fitted, features }) => fitted.predict(features)));
  const baseline = await predictBaseline(table, experiment, rows);
  if (shouldStop()) return null;

  const { threshold } = selection;
  const intervals = intervalOptions(experiment, rows, threshold);
  const scoresOf = (outputs: Float64Array, options: IntervalOptions): Scores =>
    definedScores(scoresWithIntervals(judgedMetrics(experiment), task, truth, outputs, nClasses, options));
  const gainOver = (outputs: Float64Array, thresholdB: number | null) =>
    gain(experiment, truth, prediction, outputs, nClasses, { ...intervals, thresholdB: thresholdB ?? 0.5 });
  const importance = columnImportance({
    experiment,
    seen,
    combined,
    target: truth,
    nClasses,
    prediction,
    seed: deriveSeed(experiment.seed, 'importance'),
    shouldStop,
  });
  if (shouldStop()) return null;

  const single = judged.single && (await seenBy(table, judged.single, split.holdout));
  const holdoutGain = single && gainOver(single.fitted.predict(single.features), selection.singleThreshold);
  return {
    holdoutRows: split.holdout.length,
    trainingRows: judged.trainingRows,
    shippedRows: judged.shippedRows,
    threshold,
    ensemble: describeEnsemble(judged, holdoutGain),
    droppedRows: table.nRows - target.knownRows.length,
    holdout: scoresOf(prediction, intervals),
    baseline: scoresOf(baseline, intervalOptions(experiment, rows, null)),
    gain: gainOver(baseline, null),
    confusion:
      task === 'regression'
        ? null
        : {
            classes: [...experiment.classes],
            counts: squareRows(
              confusionMatrix(truth, prediction, nClasses, undefined, threshold ?? undefined),
              nClasses,
            ),
          },
    residuals: task === 'regression' ? thinnedResiduals(truth, prediction) : null,
    importance,
    curve: [...judged.curve.curve],
    bestStep: judged.curve.bestStep,
    seconds: judged.seconds + (clock.now() - startMs) / 1000,
    cpuSeconds: judged.cpuSeconds + clock.cpuSeconds() - startCpuSeconds,
  };
}

async function seenBy(table: Table, member: SerialisedMember, rows: Uint32Array): Promise<SeenBy> {
  const { pipeline, fitted } = await restoreMember(member);
  return { fitted, features: pipeline.transform(table, rows) };
}

async function predictBaseline(
  table: Table,
  experiment: Experiment,
  { target, split }: SplitTable,
): Promise<Float64Array> {
  const training = { training: split.training, fit: split.training };
  const baseline = { family: 'baseline', parameters: {} } as const;
  const { pipeline, fitted } = await fitMember(table, experiment, target, baseline, training, { seed: 0 });
  return fitted.predict(pipeline.transform(table, split.holdout));
}

function intervalOptions(
  experiment: Experiment,
  { split, material }: SplitTable,
  threshold: number | null,
): IntervalOptions {
  const { groups } = material;
  return {
    seed: deriveSeed(experiment.seed, 'intervals'),
    ...(threshold !== null && { threshold }),
    ...(groups && { groups: Int32Array.from(split.holdout, (row) => groups[row] as number) }),
  };
}

/** Of the first over the second in the ranking metric, paired on the same rows; positive means better. */
function gain(
  { metric, task }: Experiment,
  truth: Float64Array,
  ours: Float64Array,
  theirs: Float64Array,
  nClasses: number,
  options: PairedOptions,
): Interval {
  const { difference, low, high } = pairedDifference(metric, task, truth, ours, theirs, nClasses, options);
  return METRICS[metric].greaterIsBetter
    ? { value: difference, low, high }
    : { value: 0 - difference, low: 0 - high, high: 0 - low };
}

function describeEnsemble({ selection, families }: Judged, holdoutGain: Interval | null): Ensemble | null {
  const { ensemble, stacker } = selection;
  if (!ensemble) return null;
  const { members, kept, candidates, score, gain: outOfFoldGain } = ensemble;
  return {
    members: members.map(({ trial, weight }) => ({ trial, family: families[trial] as Family, weight })),
    kept,
    stacked: stacker !== null,
    candidates,
    score,
    gain: outOfFoldGain,
    holdoutGain: kept ? holdoutGain : null,
  };
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
