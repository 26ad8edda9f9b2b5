/** How the scores of a report were measured, in sentences: by which folds, how often the holdout was looked at, what was
 *  nested and what was not. */
import type { Experiment } from '../ml/experiment.ts';
import { gapName } from '../ml/gap.ts';
import type { Interval } from '../ml/judgement.ts';
import { METRICS } from '../ml/metrics/registry.ts';
import { splitName } from '../plan/plan-words.ts';
import { judgedName } from './forecast-words.ts';
import { formatCount, formatInterval, formatScore, joinWords, plural } from './format.ts';
import type { Protocol, Report } from './report.ts';
import { nestedOf } from './trusted-score.ts';
import { unitOf, unitsOf } from './unit-words.ts';

type Facts = Pick<Report, 'judgement' | 'metric' | 'forecast' | 'looks' | 'protocol' | 'recordings'>;

export function protocolOf({ split, folds, repeats = 1, forecast }: Experiment): Protocol {
  const { gap, ...plain } = split.kind === 'time' ? split : { ...split, gap: undefined };
  return {
    split: forecast ? 'rolling origins' : splitName(plain),
    folds,
    repeats,
    gap: gap ? gapName(gap, forecast !== undefined) : null,
  };
}

export function protocolSentences(report: Facts): string[] {
  return [...foldSentences(report), ...lookSentence(report), ...nestedSentences(report)];
}

function foldSentences({ protocol, judgement, recordings }: Facts): string[] {
  if (!protocol) return [];
  const { split, folds, repeats, gap } = protocol;
  const times = repeats > 1 ? `, drawn ${repeats} times, so ${folds * repeats} scores for each` : '';
  const apart = gap ? ` Nothing within ${gap} before the judged rows was trained on.` : '';
  return [
    `Trials were compared by ${folds}-fold cross-validation (${split}) on ${plural(judgement.trainingRows, unitOf({ recordings }))}${times}.${apart}`,
  ];
}

/** Where there were earlier looks, that is said with the earlier runs. */
function lookSentence(report: Facts): string[] {
  if (!report.protocol || report.looks?.length) return [];
  return [
    `The ${judgedName(report)} were kept from all of it and looked at once, after the choice was made.`,
  ];
}

function nestedSentences(report: Facts): string[] {
  const { judgement, metric } = report;
  if (judgement.nested === null)
    return [
      'The nested cross-validation of the plan was not made: the run was stopped, its time was over, or one of its parts could not be judged. The score on the holdout stands alone.',
    ];
  const nested = nestedOf(report);
  const score = nested?.scores[metric];
  if (!nested || !score) return [];
  const folds = nested.foldScores.map((value) => formatScore(metric, value));
  return [
    `In nested cross-validation the choice was made anew ${nested.folds} times, each time without the part of the ${unitsOf(report)} that was then judged: which of up to ${plural(nested.candidates, 'trial')}, with which weights and which cut-off. All ${formatCount(nested.rows)} ${unitsOf(report)} were judged so; the parts scored ${joinWords(folds)}.`,
    'What was not made anew is the list of settings to choose from. Where a search learns, it found some of them by scores on training rows, which can flatter this number a little.',
    ...agreement(report, score),
  ];
}

function agreement(report: Facts, nested: Interval): string[] {
  const { metric, judgement } = report;
  const holdout = judgement.holdout[metric];
  if (!holdout) return [];
  const apart = holdout.low > nested.high || holdout.high < nested.low;
  const values = `${METRICS[metric].label} ${formatInterval(metric, holdout)} on ${judgedName(report)}`;
  return [
    apart
      ? `The holdout disagrees: ${values}. Its rows may differ from the rest.`
      : `The holdout agrees with it: ${values}.`,
  ];
}
