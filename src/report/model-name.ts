/** What the run's model is called, and what it is made of. */
import type { EnsembleJudgement } from '../ml/judgement.ts';
import { METRICS } from '../ml/metrics/registry.ts';
import {
  capitalise,
  familyLabel,
  formatCount,
  formatDifference,
  formatNumber,
  joinWords,
  plural,
  trialName,
  truncate,
  withinSentence,
} from './format.ts';
import type { Report } from './report.ts';
import { unitOf, unitsOf } from './unit-words.ts';

type Facts = Pick<Report, 'judgement' | 'metric' | 'task' | 'winner' | 'classes' | 'recordings'>;

/** The ensemble that is the run's model; null where a single trial is. */
export function keptEnsemble({ judgement }: Pick<Facts, 'judgement'>): EnsembleJudgement | null {
  return judgement.ensemble?.kept ? judgement.ensemble : null;
}

/** "An ensemble of 4 models", "Gradient boosting": can start a sentence. */
export function modelName(report: Pick<Facts, 'judgement' | 'winner' | 'task'>): string {
  const ensemble = keptEnsemble(report);
  return ensemble
    ? `An ensemble of ${ensemble.members.length} models`
    : familyLabel(report.winner.family, report.task);
}

/** What it consists of, what that gained, what it was trained on, how it decides. */
export function modelSentences(report: Facts): string[] {
  return [...ensembleSentences(report), shippedSentence(report), thresholdSentence(report)].filter(
    (sentence) => sentence !== null,
  );
}

function ensembleSentences(report: Facts): string[] {
  const { judgement, metric, task } = report;
  const { ensemble } = judgement;
  if (!ensemble) return [];
  const scale = judgement.holdout[metric]?.value ?? ensemble.score.value;
  const gain = `${formatDifference(metric, ensemble.outOfFoldGain, scale)} ${METRICS[metric].label}`;
  if (!ensemble.kept) {
    return [
      ensemble.members.length === 1
        ? `No average of several of the ${formatCount(ensemble.candidates)} trials was better than the best one alone.`
        : `An ensemble of ${ensemble.members.length} of ${formatCount(ensemble.candidates)} trials was weighed and left: what it gains over the best one alone in cross-validation, ${gain} (plus is better), is within the noise.`,
    ];
  }
  const members = ensemble.members.map(
    ({ trial, family, weight }) =>
      `${withinSentence(familyLabel(family, task))} (${trialName(trial)}, ${Math.round(100 * weight)}%)`,
  );
  const onHoldout = ensemble.holdoutGain
    ? `; on the held-out ${unitsOf(report)} ${formatDifference(metric, ensemble.holdoutGain, scale)}`
    : '';
  return [
    ensemble.stacked
      ? `It combines ${joinWords(members)} by a small model over their predictions, which was clearly better than their average on rows that it had not seen.`
      : `It averages ${joinWords(members)}.`,
    `In cross-validation it gains ${gain} over the best of ${formatCount(ensemble.candidates)} trials alone (plus is better)${onHoldout}.`,
  ];
}

/** Whose scores these are. */
function shippedSentence({ judgement, recordings }: Facts): string | null {
  const { holdoutRows, shippedRows, trainingRows } = judgement;
  if (shippedRows <= trainingRows) return null;
  if (judgement.forecast) {
    return (
      'The scores are those of the version that had not seen the held-out values; the model you use was then trained ' +
      'with the same settings on the whole history.'
    );
  }
  return (
    `The scores are those of the version that had not seen the ${plural(holdoutRows, `held-out ${unitOf({ recordings })}`)}; the model you use ` +
    `was then trained with the same settings on all ${plural(shippedRows, unitOf({ recordings }))}.`
  );
}

function thresholdSentence({ judgement, metric, classes, recordings }: Facts): string | null {
  const { threshold } = judgement;
  if (threshold === null) return null;
  const positive = truncate(classes[1] ?? 'the positive class', 40);
  const why =
    threshold === 0.5
      ? `no other cut-off was better for ${METRICS[metric].label}`
      : `the cut-off that is best for ${METRICS[metric].label}`;
  return `${capitalise(`a ${unitOf({ recordings })} counts as ${positive} from a probability of ${formatNumber(threshold)} on`)}: ${why} on ${unitsOf({ recordings })} that the models had not seen.`;
}
