/** What ties a run to the runs before it: the model's scores in the folds, the comparison with the run that it went on from,
 *  and how often the held-out rows had been looked at. */
import type { Judgement } from '../ml/judgement.ts';
import type { TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Change, ModelFolds } from '../plan/improvement.ts';
import type { Plan } from '../plan/plan.ts';
import { describeGain, modelGain, verdictOf } from './compare.ts';
import { formatCount, formatSeconds, joinWords, plural } from './format.ts';
import { keptEnsemble } from './model-name.ts';
import type { Report } from './report.ts';
import { unitsOf } from './unit-words.ts';

export function continuation(
  judgement: Judgement,
  winner: TrialSpec,
  trials: readonly TrialResult[],
  { experiment, improves, looks }: Plan,
): Pick<Report, 'modelFolds' | 'improvement' | 'looks'> {
  const { metric } = experiment;
  const folds = foldsOfModel(
    judgement,
    trials.find(({ number }) => number === winner.number),
    metric,
  );
  return {
    ...(folds && { modelFolds: folds }),
    ...(improves && {
      improvement: {
        run: improves.run,
        gain: folds && improves.folds ? modelGain(folds, improves.folds, metric) : null,
        changes: improves.changes,
      },
    }),
    ...(looks && { looks }),
  };
}

/** Null where the metric is not defined on every fold. */
function foldsOfModel(
  judgement: Judgement,
  winner: TrialResult | undefined,
  metric: Report['metric'],
): ModelFolds | null {
  if (!winner) return null;
  const ensemble = keptEnsemble({ judgement });
  const scores = ensemble
    ? ensemble.foldScores
    : winner.folds.map((fold) => fold.scores[metric] ?? Number.NaN);
  if (!scores?.every(Number.isFinite)) return null;
  const total = (rows: (fold: TrialResult['folds'][number]) => number) =>
    winner.folds.reduce((sum, fold) => sum + rows(fold), 0);
  return {
    scores: [...scores],
    rowsTrained: total((fold) => fold.rowsTrained),
    rowsJudged: total((fold) => fold.rowsJudged),
  };
}

/** Against the run before, and how often the held-out rows were looked at. */
export function continuationSentences(report: Report): string[] {
  return [...improvementSentences(report), ...lookSentences(report)];
}

function improvementSentences({ improvement, metric, judgement }: Report): string[] {
  if (!improvement) return [];
  const { run, gain, changes } = improvement;
  const made = `It went on from run ${run} with ${plural(changes.length, 'change')}.`;
  if (!gain) return [`${made} Its folds are not those of run ${run}, so the two cannot be compared on them.`];
  const difference = describeGain({ metric, judgement }, gain);
  const words = {
    better: `This model is better than that of run ${run}: ${difference} over the same folds.`,
    tied: `This model and that of run ${run} are tied: ${difference} over the same folds, and the interval holds 0. The earlier one may as well stay in use.`,
    worse: `This model is worse than that of run ${run}: ${difference} over the same folds. Keep the earlier one.`,
  };
  return [made, words[verdictOf(gain)]];
}

/** How often the held-out rows were looked at; nothing where this was the only time. */
export function lookSentences({ looks = [], judgement, recordings }: Report): string[] {
  if (looks.length === 0) return [];
  const runs = joinWords(looks.map((run) => `run ${run}`));
  return [
    `The ${formatCount(judgement.holdoutRows)} held-out ${unitsOf({ recordings })} are the same as in ${runs}: this was look number ${looks.length + 1}. Whoever picks the best of several looks sees a score that is a little too good.`,
  ];
}

/** What a change costs or saves, as a sentence; '' for nothing. */
export function priceOfChange({ seconds }: Pick<Change, 'seconds'>): string {
  if (Math.abs(seconds) < 0.05) return '';
  return seconds > 0
    ? `It takes about ${formatSeconds(seconds)} of one thread.`
    : `That saves about ${formatSeconds(-seconds)} of one thread.`;
}
