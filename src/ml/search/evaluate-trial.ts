/** One trial: one family with one setting, judged by cross-validation.
 *
 *  Per fold: pipeline and estimator are fitted on the fold's training rows; where the family stops early, 15% of
 *  those are set aside for it; the score comes from the fold's validation rows, which nothing has looked at. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type { Table } from '../data/table.ts';
import type { CurvePoint, HelperThreads, ShardWorkers } from '../estimator.ts';
import type { Experiment, MetricName } from '../experiment.ts';
import { eachRowOnce, judgedRows } from '../metrics/judged-rows.ts';
import { METRICS } from '../metrics/registry.ts';
import { prepareScores } from '../metrics/score.ts';
import type { PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import { deriveSeed } from '../random.ts';
import { isBehind } from '../tuning/pruners/fold-pruners.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../tuning/trial.ts';
import type { Clock } from './clock.ts';
import { FAMILIES } from './families.ts';
import { type Checkpoint, fitFrom, savedNowAndThen } from './fit-checkpoint.ts';
import { fitMember } from './fit-member.ts';
import { judgedMetrics } from './judged-metrics.ts';
import { innerSplit, type SplitTable, splitTable } from './split-table.ts';
import { thinCurve } from './thin-curve.ts';
import { inTargetUnits, scaleOf, targetOf, trainingSet } from './training-set.ts';

export interface TrialOptions {
  readonly clock: Clock;
  /** Folds that an earlier, interrupted evaluation of the same trial has scored; they are not computed again. */
  readonly finishedFolds?: readonly FoldResult[];
  /** @param prediction Float32Array (judged rows × nOutputs), row-major, in the order of the split: what ensembles are
   *                     chosen by. */
  readonly onFold?: (fold: FoldResult, prediction: Float32Array<ArrayBuffer>) => void;
  readonly onStep?: (fold: number, point: CurvePoint) => void;
  /** Asked between steps; once true the trial ends as `stopped`, with the folds scored so far. */
  readonly shouldStop?: () => boolean;
  /** Told the state of a fold's fit that takes long, every ten seconds. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  /** Where a fit goes on that an interruption ended in the middle. */
  readonly resumeFrom?: Checkpoint;
  readonly rows?: SplitTable;
  /** What the thread may hold, in MB; no limit without it. */
  readonly memoryMb?: number;
  readonly helpers?: HelperThreads;
  readonly shards?: ShardWorkers;
  readonly network?: PretrainedNetwork;
}

const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** Never rejects because of the trial: a setting that fails is a result, with the reason in a sentence. What does not fit
 *  into this machine's memory may fit into another's, and is thrown. Numbers depend on table,
 *  experiment and spec alone, not on interruptions.
 *  @throws MEMORY_TOO_SMALL */
export async function evaluateTrial(
  table: Table,
  experiment: Experiment,
  spec: TrialSpec,
  options: TrialOptions,
): Promise<TrialResult> {
  const { clock } = options;
  const startMs = clock.now();
  const startCpuSeconds = clock.cpuSeconds();
  const folds = [...(options.finishedFolds ?? [])];
  const earlierSeconds = folds.reduce((sum, fold) => sum + fold.fitSeconds, 0);
  const ended = (state: TrialResult['state'], reason: string, meanScore: number | null): TrialResult => ({
    number: spec.number,
    state,
    reason,
    folds: folds.sort((a, b) => a.fold - b.fold),
    score: meanScore,
    seconds: earlierSeconds + (clock.now() - startMs) / 1000,
    cpuSeconds: earlierSeconds + clock.cpuSeconds() - startCpuSeconds,
  });

  let fold = 0;
  let nFolds = experiment.folds;
  try {
    const rows = options.rows ?? splitTable(table, experiment);
    nFolds = rows.split.folds.length;
    for (fold = 0; fold < nFolds; fold++) {
      const behind = whyBehind(spec, folds, fold, nFolds, experiment.metric);
      if (behind) return ended('pruned', behind, null);
      if (folds.some((finished) => finished.fold === fold)) continue;
      const result = options.shouldStop?.()
        ? undefined
        : await evaluateFold(table, experiment, spec, rows, fold, options);
      if (!result) return ended('stopped', `stopped after ${folds.length} of ${nFolds} folds`, null);
      folds.push(result.fold);
      options.onFold?.(result.fold, result.prediction);
    }
  } catch (error) {
    if (error instanceof ModelwrightError && error.code === 'MEMORY_TOO_SMALL') throw error;
    return ended('failed', `fold ${fold + 1} of ${nFolds}: ${reasonOf(error)}`, null);
  }
  // Sums of numbers depend on their order in the last bit, and a continued trial has its first folds from a store.
  folds.sort((a, b) => a.fold - b.fold);
  const scores = folds
    .map((result) => result.scores[experiment.metric])
    .filter((value) => value !== undefined);
  if (scores.length === 0) return ended('failed', `${experiment.metric} is not defined on any fold`, null);
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  return ended('complete', `all ${nFolds} folds scored`, mean);
}

/** Whether the trial should end before this fold, and why. A function of the scores alone, so that a trial which was
 *  interrupted ends where it would have ended anyway. */
function whyBehind(
  { race }: TrialSpec,
  folds: readonly FoldResult[],
  next: number,
  nFolds: number,
  metric: MetricName,
): string | null {
  if (!race || next === 0) return null;
  const scores = Array.from(
    { length: next },
    (_, fold) => folds.find((one) => one.fold === fold)?.scores[metric] ?? Number.NaN,
  );
  const { label, greaterIsBetter } = METRICS[metric];
  if (!scores.every(Number.isFinite) || !isBehind(race, scores, greaterIsBetter)) return null;
  const soFar = (all: readonly number[]) => all.slice(0, next).reduce((sum, one) => sum + one, 0) / next;
  const best = race.rivals.map(soFar).reduce((a, b) => (a > b === greaterIsBetter ? a : b));
  const there = next === 1 ? 'the first fold' : `${next} folds`;
  return `clearly behind after ${next} of ${nFolds} folds: ${label} ${soFar(scores).toPrecision(4)} against ${best.toPrecision(4)} of the best of its family in ${there}`;
}

/** @returns undefined when it was asked to stop: a half-trained model must not be scored. */
async function evaluateFold(
  table: Table,
  experiment: Experiment,
  spec: TrialSpec,
  rows: SplitTable,
  fold: number,
  { clock, onStep, shouldStop, onCheckpoint, resumeFrom, memoryMb, helpers, shards, network }: TrialOptions,
): Promise<{ fold: FoldResult; prediction: Float32Array<ArrayBuffer> } | undefined> {
  const startMs = clock.now();
  const seed = deriveSeed(spec.seed, 'fold', fold);
  const { target, split } = rows;
  const { training, validation: judged } = split.folds[fold] as (typeof split.folds)[number];
  const inner = FAMILIES[spec.family].setsRowsAside(spec.parameters)
    ? innerSplit(experiment, rows, training, seed)
    : undefined;
  const member = { training, fit: training, ...inner };
  const { pipeline, fitted } = await fitFrom(resumeFrom?.fold === fold ? resumeFrom : undefined, (from) =>
    fitMember(table, experiment, target, spec, member, {
      seed,
      ...savedNowAndThen(clock, fold, onCheckpoint, onStep && ((point) => onStep(fold, point))),
      ...from,
      ...(shouldStop && { shouldStop }),
      ...(memoryMb !== undefined && { memoryMb }),
      ...(helpers && { helpers }),
      ...(shards && { shards }),
      ...(network && { network }),
    }),
  );
  if (shouldStop?.()) return undefined;
  const fitSeconds = (clock.now() - startMs) / 1000;
  const judgedSet = trainingSet(pipeline.transform(table, judged), judged, target, experiment);
  const prediction = inTargetUnits(target, judged, fitted.predict(judgedSet.features));
  const truth = targetOf(target, judged);
  const scale = scaleOf(target, judged);
  const metrics = judgedMetrics(experiment);
  const said = judgedRows(experiment.task, truth, prediction, target.nClasses, undefined, scale);
  const values = prepareScores(metrics, said)(eachRowOnce(said.nRows));
  const scores: Partial<Record<MetricName, number>> = {};
  metrics.forEach((metric, i) => {
    const value = values[i] as number;
    // Undefined scores (an AUC where the fold has one class) are left out: JSON knows no NaN.
    if (Number.isFinite(value)) scores[metric] = value;
  });
  return {
    fold: {
      fold,
      scores,
      bestStep: fitted.bestStep,
      ...(fitted.chosen && { chosen: fitted.chosen }),
      curve: thinCurve(fitted.curve, fitted.bestStep),
      fitSeconds,
      rowsTrained: (inner?.fit ?? training).length,
      rowsJudged: judged.length,
    },
    prediction: singlePrecision(prediction),
  };
}

/** What is larger than such numbers can be becomes the largest. */
function singlePrecision(values: Float64Array): Float32Array<ArrayBuffer> {
  const single = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++)
    single[i] = Math.min(MAX_FLOAT32, Math.max(-MAX_FLOAT32, values[i]));
  return single;
}

function reasonOf(error: unknown): string {
  if (error instanceof ModelwrightError) return error.person;
  if (error instanceof z.ZodError) return `the parameters are not legal (${z.prettifyError(error)})`;
  return error instanceof Error ? error.message : String(error);
}
