/** A way to combine trials, as it predicts the rows that the folds were judged on. */
import type { Experiment } from '../experiment.ts';
import type { Interval } from '../judgement.ts';
import { correctedResampledInterval } from '../metrics/corrected-resampled-interval.ts';
import { bestCutOff } from '../metrics/decision-cost.ts';
import { gainOf, pairedDifference } from '../metrics/paired-difference.ts';
import { score } from '../metrics/score.ts';
import { withinRange } from '../metrics/within-range.ts';
import { deriveSeed } from '../random.ts';
import { chooseThreshold } from './decision-threshold.ts';
import type { OutOfFold } from './out-of-fold.ts';
import type { SplitTable } from './split-table.ts';

/** What is asked of every way to combine them. */
export interface Question {
  readonly experiment: Experiment;
  readonly rows: SplitTable;
  readonly all: OutOfFold;
}

/** @property prediction Float64Array (nRows × nOutputs); none of a row comes from a choice that knew the row.
 *  @property judged     what the ranking metric sees: the prediction, or decisions as 0 and 1 where a threshold was
 *                       chosen.
 *  @property threshold  for new rows; null where the metric decides by none. */
export interface Opinion {
  readonly prediction: Float64Array;
  readonly judged: Float64Array;
  readonly threshold: number | null;
}

export function opinionOf({ experiment, all }: Question, prediction: Float64Array): Opinion {
  const choice = chooseThreshold(experiment, all, prediction);
  return {
    prediction,
    judged: choice?.decisions ?? prediction,
    threshold: choice?.threshold ?? (experiment.costs ? bestCutOff(experiment.costs) : null),
  };
}

/** On all rows together, in the ranking metric. */
export function scoreOf({ experiment, rows, all }: Question, { judged }: Opinion): number {
  const { metric, task } = experiment;
  return score(metric, task, all.target, judged, rows.target.nClasses, undefined, all.scale);
}

/** How much better `ours` is than `theirs` in the ranking metric, positive means better, by the paired bootstrap.
 *  @param drawn its seed, and its resamples where they are not the usual number.
 *  @returns null where the metric is not defined on these rows. */
export function gainOver(
  { experiment, rows, all }: Question,
  ours: Opinion,
  theirs: Opinion,
  drawn: { readonly seed: number; readonly resamples?: number } = {
    seed: deriveSeed(experiment.seed, 'ensemble'),
  },
): (Interval & { readonly standardError: number }) | null {
  const { metric, task } = experiment;
  const difference = pairedDifference(
    metric,
    task,
    all.target,
    ours.judged,
    theirs.judged,
    rows.target.nClasses,
    {
      ...drawn,
      ...(all.groups && { groups: all.groups }),
      ...(all.scale && { scale: all.scale }),
    },
  );
  const gain = { ...gainOf(metric, difference), standardError: difference.standardError };
  return Object.values(gain).every(Number.isFinite) ? gain : null;
}

/** Mean over the folds in the ranking metric with its corrected resampled-t interval, as trials are scored; null where
 *  the metric is defined on fewer than two folds. */
export function foldScore(question: Question, opinion: Opinion): Interval | null {
  const { experiment, rows, all } = question;
  const defined = foldScores(question, opinion).filter(Number.isFinite);
  if (defined.length < 2) return null;
  const trained = rows.split.folds.reduce((sum, fold) => sum + fold.training.length, 0);
  return withinRange(experiment.metric, correctedResampledInterval(defined, trained, all.nRows));
}

/** In the ranking metric; NaN where it is not defined. */
export function foldScores({ experiment, rows, all }: Question, { judged }: Opinion): number[] {
  const { metric, task } = experiment;
  const { split, target } = rows;
  const scores: number[] = [];
  let start = 0;
  for (const { validation } of split.folds) {
    const end = start + validation.length;
    const outputs = judged.subarray(start * target.nClasses, end * target.nClasses);
    const truth = all.target.subarray(start, end);
    const scale = all.scale?.subarray(start, end);
    scores.push(score(metric, task, truth, outputs, target.nClasses, undefined, scale));
    start = end;
  }
  return scores;
}
