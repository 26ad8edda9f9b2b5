/** Every trial with its setting, its score and its reason, what decided, and what to try next. */
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Parameters } from '../../ml/tuning/distributions.ts';
import {
  familyLabel,
  formatBounds,
  formatCount,
  formatNumber,
  formatScore,
  formatSeconds,
  formatShare,
  joinWords,
  plural,
  trialName,
  truncate,
  withinSentence,
} from '../format.ts';
import type { Report, TrialRow } from '../report.ts';
import { studyOf } from '../study.ts';
import { trialsCsv } from '../trials-csv.ts';
import type { Absent, Chapter, ChapterSource } from './chapter.ts';

export function tellTrials({ report }: ChapterSource): Chapter | Absent {
  const { trials, metric, task, runNumber } = report;
  const scored = ranked(report);
  const [best] = scored;
  if (!best?.score) return { absent: 'No trial of this run has a score, so there is nothing to list.' };
  const { label } = METRICS[metric];
  return {
    title: 'Every trial',
    sentences: [
      `The best of ${plural(trials.length, 'trial')} is ${trialName(best.number)}, ${withinSentence(familyLabel(best.family, task))}, with ${label} ${formatScore(metric, best.score.value)} over its folds.`,
      ...endedSentence(report),
      ...importanceSentence(report),
      ...nextSentence(report),
      'The file has every setting in columns of its own. Say "improve it" for a plan that goes on from here.',
    ],
    table: {
      caption: `Trials by cross-validated ${label}`,
      columns: ['Trial', 'Family', label, '95% interval', 'Seconds', 'State', 'From', 'Setting or reason'],
      rows: [...scored, ...trials.filter(({ score }) => !score)].map((trial) => [
        // As people name trials: `trialName` counts from 1.
        { value: trial.number + 1, text: trialName(trial.number).replace(/\D+/g, '') },
        familyLabel(trial.family, task),
        trial.score ? { value: trial.score.value, text: formatScore(metric, trial.score.value) } : '',
        trial.score ? formatBounds(metric, trial.score) : '',
        { value: Math.round(trial.seconds * 1000) / 1000, text: formatSeconds(trial.seconds) },
        trial.state,
        trial.origin,
        truncate(trial.score ? settingText(trial.parameters) : trial.reason, 80),
      ]),
    },
    file: {
      fileName: `run-${runNumber}-trials.csv`,
      title: `Every trial of run ${runNumber}`,
      text: trialsCsv(report),
    },
  };
}

/** One sentence for all: said before each step, the same words would be read three times. */
function nextSentence({ nextSteps }: Report): string[] {
  const [first, ...others] = nextSteps.slice(0, 3);
  if (first === undefined) return [];
  return [`What I would try next: ${first}`, ...others.map((step) => `Then: ${step}`)];
}

function ranked({ trials, metric }: Report): TrialRow[] {
  const sign = METRICS[metric].greaterIsBetter ? -1 : 1;
  return trials
    .filter(({ score }) => score !== null)
    .sort((a, b) => sign * ((a.score?.value ?? 0) - (b.score?.value ?? 0)) || a.number - b.number);
}

/** Those without a score, by why. */
function endedSentence({ trials }: Report): string[] {
  const words = { pruned: 'ended early, clearly behind', failed: 'failed', stopped: 'were stopped' } as const;
  const parts = (['pruned', 'failed', 'stopped'] as const).flatMap((state) => {
    const count = trials.filter((trial) => trial.state === state).length;
    return count > 0 ? [`${formatCount(count)} ${words[state]}`] : [];
  });
  return parts.length > 0 ? [`Without a score are those that ended on the way: ${joinWords(parts)}.`] : [];
}

function importanceSentence(report: Report): string[] {
  const study = studyOf(report);
  const top = study?.importances.filter(({ share }) => share >= 0.1).slice(0, 3) ?? [];
  if (!study || top.length === 0) return [];
  const shares = top.map(({ name, share }) => `${name} (${formatShare(share)})`);
  return [
    `Among the ${plural(study.trials.length, 'scored setting')} of ${withinSentence(familyLabel(study.family, report.task))}, the differences come mostly from ${joinWords(shares)}: shares of what single hyperparameters explain.`,
  ];
}

function settingText(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : value}`)
    .join(', ');
}
