/** Nested cross-validation: the choice of a run is made anew on each outer part of the rows, and judged on the rest.
 *
 *  What is chosen anew: which of the run's settings, together with which others and by which weights, the stacker, the cut-off,
 *  what fits find on rows set aside. What is not: the settings that there are to choose from (decision 26). */
import { ModelwrightError } from '../../errors/errors.ts';
import type { Table } from '../data/table.ts';
import type { Experiment, MetricName } from '../experiment.ts';
import { eachRowOnce, type JudgedRows, judgedRows } from '../metrics/judged-rows.ts';
import { METRICS } from '../metrics/registry.ts';
import { prepareScores } from '../metrics/score.ts';
import { deriveSeed } from '../random.ts';
import type { FoldResult, TrialSpec } from '../tuning/trial.ts';
import { evaluateTrial, type TrialOptions } from './evaluate-trial.ts';
import { INNER_FOLDS } from './inner-folds.ts';
import { predictBaseline } from './judge.ts';
import { judgedMetrics } from './judged-metrics.ts';
import type { Candidate } from './out-of-fold.ts';
import { combine, restoreMember } from './predictor.ts';
import { refit } from './refit.ts';
import { type Selection, selectEnsemble } from './select-ensemble.ts';
import { foldsOf, type SplitTable } from './split-table.ts';
import { inTargetUnits, scaleOf, targetOf } from './training-set.ts';

type FoldScores = Partial<Record<MetricName, number>>;

/** What an outer fold shows. Undefined scores are left out. */
export interface NestedFold {
  readonly scores: FoldScores;
  readonly baseline: FoldScores;
  readonly rowsTrained: number;
  readonly rowsJudged: number;
  /** Trials that it chose from. */
  readonly candidates: number;
  readonly cpuSeconds: number;
}

export type NestedOptions = Omit<
  TrialOptions,
  'onFold' | 'onStep' | 'onCheckpoint' | 'finishedFolds' | 'resumeFrom'
>;

/** The outer parts: all rows with a known outcome, divided once more, with the inner folds of each. Where a part is too small to be
 *  divided, it is null. */
export function outerParts(experiment: Experiment, { target, material }: SplitTable): (SplitTable | null)[] {
  const { split, nested = 0, folds, seed } = experiment;
  if (nested === 0) return [];
  const divide = (nFolds: number, rows: Uint32Array, ...names: (string | number)[]) => {
    try {
      return foldsOf({ split, folds: nFolds, seed: deriveSeed(seed, 'nested', ...names) }, material, rows);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  };
  return (divide(nested, target.knownRows) ?? []).map(({ training, validation }, outer) => {
    const inner = divide(Math.min(INNER_FOLDS, folds), training, outer);
    return inner && { target, material, split: { holdout: validation, training, folds: inner } };
  });
}

/** @param specs of the trials that the run can choose from.
 *  @param part  one of `outerParts`.
 *  @returns null when asked to stop, or where no trial could be judged. Numbers depend on table, experiment, specs and part
 *  alone.
 *  @throws what `evaluateTrial` throws. */
export async function nestedFold(
  table: Table,
  experiment: Experiment,
  specs: readonly TrialSpec[],
  part: SplitTable,
  options: NestedOptions,
): Promise<NestedFold | null> {
  const { clock, shouldStop = () => false } = options;
  const startCpuSeconds = clock.cpuSeconds();
  const tried = await tryAll(table, experiment, specs, part, options);
  for (let left = tried; left.length > 0 && !shouldStop(); ) {
    const candidates = left.map(({ candidate }) => candidate);
    const wanted = experiment.finish === 'single' ? candidates.slice(0, 1) : candidates;
    const selection = selectEnsemble(experiment, part, wanted);
    const said = await predictWith(selection, left, table, experiment, part, options);
    if (said === null) return null;
    if (typeof said === 'number') {
      // It cannot be trained again: the choice is made among the others, as in the run.
      left = left.filter(({ candidate }) => candidate.trial !== said);
      continue;
    }
    return {
      scores: scoresOf(experiment, part, said, selection.threshold),
      baseline: scoresOf(
        experiment,
        part,
        inTargetUnits(part.target, part.split.holdout, await predictBaseline(table, experiment, part)),
        null,
      ),
      rowsTrained: part.split.training.length,
      rowsJudged: part.split.holdout.length,
      candidates: candidates.length,
      cpuSeconds: clock.cpuSeconds() - startCpuSeconds,
    };
  }
  return null;
}

interface Tried {
  readonly spec: TrialSpec;
  readonly folds: readonly FoldResult[];
  readonly score: number;
  readonly candidate: Candidate;
}

/** Every trial that was scored in all inner folds, the best first. None is ended early: what must be kept up with was measured
 *  on the rows that are judged here. */
async function tryAll(
  table: Table,
  experiment: Experiment,
  specs: readonly TrialSpec[],
  rows: SplitTable,
  options: NestedOptions,
): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const { race, ...spec } of specs) {
    const predictions: Float32Array[] = [];
    const onFold = ({ fold }: FoldResult, prediction: Float32Array) => {
      predictions[fold] = prediction;
    };
    const { folds, score } = await evaluateTrial(table, experiment, spec, { ...options, rows, onFold });
    if (options.shouldStop?.()) return [];
    if (score === null) continue;
    tried.push({ spec, folds, score, candidate: { trial: spec.number, family: spec.family, predictions } });
  }
  const sign = METRICS[experiment.metric].greaterIsBetter ? -1 : 1;
  return tried.sort((a, b) => sign * (a.score - b.score) || a.spec.number - b.spec.number);
}

/** @returns what the chosen model says of the outer part's judged rows, in units of the target; the number of a trial that cannot
 *  be trained again; null when asked to stop. */
async function predictWith(
  selection: Selection,
  tried: readonly Tried[],
  table: Table,
  experiment: Experiment,
  rows: SplitTable,
  options: NestedOptions,
): Promise<Float64Array | number | null> {
  const { holdout } = rows.split;
  const predictions: Float64Array[] = [];
  for (const { trial } of selection.members) {
    const { spec, folds } = tried.find(({ candidate }) => candidate.trial === trial) as Tried;
    try {
      const refitted = await refit(table, experiment, spec, folds, 'training', { ...options, rows });
      if (!refitted) return null;
      const { pipeline, fitted } = await restoreMember(refitted.member, options.network);
      predictions.push(fitted.predict(pipeline.transform(table, holdout)));
    } catch (error) {
      if (error instanceof ModelwrightError && !error.retryable) return trial;
      throw error;
    }
  }
  const weights = selection.members.map(({ weight }) => weight);
  const { nClasses } = rows.target;
  return inTargetUnits(
    rows.target,
    holdout,
    combine(predictions, {
      ...{ weights, stacker: selection.stacker, nClasses },
      calibrator: selection.recalibration?.calibrator ?? undefined,
    }),
  );
}

function scoresOf(
  experiment: Experiment,
  part: SplitTable,
  prediction: Float64Array,
  threshold: number | null,
): FoldScores {
  const metrics = judgedMetrics(experiment);
  const judged = judgedOf(experiment, part, prediction, threshold);
  return finite(metrics, [...prepareScores(metrics, judged)(eachRowOnce(judged.nRows))]);
}

function judgedOf(
  { task }: Experiment,
  { target, split: { holdout } }: SplitTable,
  prediction: Float64Array,
  threshold: number | null,
): JudgedRows {
  const truth = targetOf(target, holdout);
  return judgedRows(
    task,
    truth,
    prediction,
    target.nClasses,
    threshold ?? undefined,
    scaleOf(target, holdout),
  );
}

function finite(metrics: readonly MetricName[], values: readonly number[]): FoldScores {
  const scores: FoldScores = {};
  metrics.forEach((metric, i) => {
    if (Number.isFinite(values[i])) scores[metric] = values[i] as number;
  });
  return scores;
}
