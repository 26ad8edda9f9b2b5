/** Which of two results is better, or whether they are tied: differences with intervals, never bare numbers. */
import type { MetricName } from '../ml/experiment.ts';
import type { Interval } from '../ml/judgement.ts';
import { correctedResampledInterval } from '../ml/metrics/corrected-resampled-interval.ts';
import { METRICS } from '../ml/metrics/registry.ts';
import { withinRange } from '../ml/metrics/within-range.ts';
import type { FoldResult, TrialResult } from '../ml/tuning/trial.ts';
import type { ModelFolds } from '../plan/improvement.ts';
import { familyLabel, formatDifference, formatInterval, withinSentence } from './format.ts';
import type { Comparison, Report } from './report.ts';
import { scoreToTrust } from './trusted-score.ts';

export type Verdict = 'better' | 'tied' | 'worse';

/** Tied when the interval of the gain holds 0. */
export function verdictOf(gain: Interval): Verdict {
  if (gain.low > 0) return 'better';
  return gain.high < 0 ? 'worse' : 'tied';
}

/** Mean of a metric over the folds with its corrected resampled-t interval, cut to the metric's range; null where a fold has no such score or
 *  there are fewer than two folds. */
export function foldInterval(folds: readonly FoldResult[], metric: MetricName): Interval | null {
  const interval = intervalOver(folds, (fold) => fold.scores[metric]);
  return interval && withinRange(metric, interval);
}

/** How much better `ours` is than `theirs` on the folds that both were judged on; positive means better. Null where
 *  they share fewer than two folds. */
export function foldGain(ours: TrialResult, theirs: TrialResult, metric: MetricName): Interval | null {
  const sign = METRICS[metric].greaterIsBetter ? 1 : -1;
  const paired = ours.folds.filter((fold) => theirs.folds.some((other) => other.fold === fold.fold));
  return intervalOver(paired, (fold) => {
    const mine = fold.scores[metric];
    const other = theirs.folds.find((candidate) => candidate.fold === fold.fold)?.scores[metric];
    return mine === undefined || other === undefined ? undefined : sign * (mine - other);
  });
}

/** The same of two models by their scores in each fold; null where they have not the same folds. */
export function modelGain(ours: ModelFolds, theirs: ModelFolds, metric: MetricName): Interval | null {
  const { scores } = theirs;
  if (scores.length < 2 || scores.length !== ours.scores.length) return null;
  const sign = METRICS[metric].greaterIsBetter ? 1 : -1;
  const gains = ours.scores.map((score, fold) => sign * (score - (scores[fold] as number)));
  return correctedResampledInterval(gains, theirs.rowsTrained, theirs.rowsJudged);
}

/** "Gradient boosting is better than logistic regression: AUC +0.011 [+0.004, +0.018] over the same folds." */
export function describeComparison(report: Report, comparison: Comparison): string {
  const winner = familyLabel(report.winner.family, report.task);
  const rival = withinSentence(familyLabel(comparison.family, report.task));
  const difference = describeGain(report, comparison.gain);
  switch (verdictOf(comparison.gain)) {
    case 'tied':
      return `${winner} and ${rival} are tied in cross-validation: ${difference}, and the interval holds 0.`;
    case 'better':
      return `${winner} is better than ${rival} in cross-validation: ${difference}.`;
    case 'worse':
      return `${winner} is worse than ${rival} in cross-validation: ${difference}.`;
  }
}

/** Two runs by the scores that count. The interval of the difference treats the rows as independent, which is
 *  cautious where both runs were judged on the same ones.
 *  @returns a sentence, and the verdict on `ours`; no verdict where the two cannot be compared. */
export function compareRuns(ours: Report, theirs: Report): { verdict: Verdict | null; sentence: string } {
  const names = [`run ${ours.runNumber}`, `run ${theirs.runNumber}`] as const;
  if (ours.target !== theirs.target || ours.task !== theirs.task) {
    const sentence =
      `Run ${ours.runNumber} predicts ${ours.target} and ${names[1]} predicts ${theirs.target}: ` +
      'their scores cannot be compared.';
    return { verdict: null, sentence };
  }
  const { metric } = ours;
  const mine = scoreToTrust(ours, metric);
  const other = scoreToTrust(theirs, metric);
  if (!mine || !other) {
    const sentence = `Run ${ours.runNumber} was judged by ${METRICS[metric].label} and ${names[1]} was not: their scores cannot be compared.`;
    return { verdict: null, sentence };
  }
  const value = METRICS[metric].greaterIsBetter
    ? mine.score.value - other.score.value
    : other.score.value - mine.score.value;
  const half = Math.hypot(mine.score.high - mine.score.low, other.score.high - other.score.low) / 2;
  const gain = { value, low: value - half, high: value + half };
  const verdict = verdictOf(gain);
  const words = {
    better: `is better than ${names[1]}`,
    tied: `and ${names[1]} are tied`,
    worse: `is worse than ${names[1]}`,
  };
  const data = ours.dataset.hash === theirs.dataset.hash ? '' : ' They were trained on different data.';
  return {
    verdict,
    sentence:
      `Run ${ours.runNumber} ${words[verdict]}: ${METRICS[metric].label} ${formatInterval(metric, mine.score)} ${mine.where} against ` +
      `${formatInterval(metric, other.score)}${other.where === mine.where ? '' : ` ${other.where}`} (${describeGain(ours, gain)}).${data}`,
  };
}

/** `AUC +0.011 [+0.004, +0.018]`, or `log loss +0.011 [+0.004, +0.018], plus is better`: as gains everywhere. */
export function describeGain(report: Pick<Report, 'metric' | 'judgement'>, gain: Interval): string {
  const { metric } = report;
  const { label, greaterIsBetter } = METRICS[metric];
  const scale = report.judgement.holdout[metric]?.value ?? gain.value;
  return `${label} ${formatDifference(metric, gain, scale)}${greaterIsBetter ? '' : ', plus is better'}`;
}

function intervalOver(
  folds: readonly FoldResult[],
  scoreOf: (fold: FoldResult) => number | undefined,
): Interval | null {
  const scores = folds.map(scoreOf);
  if (scores.length < 2 || !scores.every((score) => score !== undefined && Number.isFinite(score)))
    return null;
  const total = (rows: (fold: FoldResult) => number) => folds.reduce((sum, fold) => sum + rows(fold), 0);
  return correctedResampledInterval(
    scores as number[],
    total((fold) => fold.rowsTrained),
    total((fold) => fold.rowsJudged),
  );
}
