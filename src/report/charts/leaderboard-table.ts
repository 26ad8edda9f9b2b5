/** The best trial of each family by its cross-validated score, and the ensemble of several trials. */
import type { EnsembleJudgement } from '../../ml/judgement.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import { type Verdict, verdictOf } from '../compare.ts';
import {
  capitalise,
  familyLabel,
  formatBounds,
  formatDifference,
  formatInterval,
  formatScore,
  formatSeconds,
  joinWords,
  plural,
  trialName,
  withinSentence,
} from '../format.ts';
import { keptEnsemble } from '../model-name.ts';
import type { Report, TrialRow } from '../report.ts';
import { unitsOf } from '../unit-words.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet } from './sheet.ts';
import { layoutTable, type TableRow, type TableSpec } from './table-picture.ts';
import { COLOUR, FAMILY_MARK, MARGIN, WIDTH } from './theme.ts';

type Leader = TrialRow & { readonly score: NonNullable<TrialRow['score']> };

/** @returns null where no trial was completed. */
export function leaderboardTable(report: Report): PictureSpec | null {
  const leaders = leadersOf(report);
  if (leaders.length === 0) return null;
  const { label } = METRICS[report.metric];
  const ensemble = shownEnsemble(report);
  const title = ensemble ? 'The ensemble and the best trial of each family' : 'Best trial of each family';
  const tied = report.comparisons.filter((comparison) => verdictOf(comparison.gain) === 'tied');
  const footnote =
    'Bar: 95% interval of the mean over the folds (corrected resampled t); hollow: beyond the scale. ' +
    (ensemble?.kept
      ? `The ensemble gains ${formatDifference(report.metric, ensemble.outOfFoldGain, ensemble.score.value)} over the best trial alone.`
      : tied.length > 0
        ? `Tied with the winner, fold by fold: ${joinWords(tied.map((one) => withinSentence(familyLabel(one.family, report.task))))}.`
        : report.comparisons.length > 0
          ? 'The winner is ahead of every other family, fold by fold.'
          : 'Only one family was tried.');
  const scene = layoutSheet({
    title,
    subtitle: `Cross-validated ${label} on the training ${unitsOf(report)}. ${METRICS[report.metric].greaterIsBetter ? 'Higher' : 'Lower'} is better.`,
    blocks: [layoutTable(leaderboardSpec(report), WIDTH - 2 * MARGIN)],
    footnote,
  });
  const rows = [
    ...(ensemble ? [`Ensemble ${formatInterval(report.metric, ensemble.score)}`] : []),
    ...leaders.map(
      (leader) =>
        `${familyLabel(leader.family, report.task)} ${formatInterval(report.metric, leader.score)} in ${formatSeconds(leader.seconds)}`,
    ),
  ];
  return {
    fileName: 'leaderboard.png',
    title,
    altText: `Cross-validated ${label}: ${rows.join('; ')}. ${footnote}`,
    scene,
  };
}

function leaderboardSpec(report: Report): TableSpec {
  const leaders = leadersOf(report);
  const ensemble = shownEnsemble(report);
  const { from, to } = sharedTrack(ensemble ? [ensemble, ...leaders] : leaders);
  return {
    columns: [
      { heading: 'Model', kind: 'text' },
      { heading: capitalise(METRICS[report.metric].label), kind: 'number' },
      { heading: '95% interval', kind: 'number', joined: true },
      { heading: '', kind: 'bar' },
      { heading: 'Time', kind: 'number' },
    ],
    rows: [
      ...(ensemble ? [ensembleRow(report, ensemble, { from, to })] : []),
      ...leaders.map((leader) => {
        const { colour } = FAMILY_MARK[leader.family];
        const { value, low, high } = leader.score;
        return {
          cells: [
            { text: familyLabel(leader.family, report.task), note: noteOf(report, leader) },
            { text: formatScore(report.metric, value) },
            { text: formatBounds(report.metric, leader.score) },
            { bar: { from, to, value, low, high, colour } },
            { text: formatSeconds(leader.seconds) },
          ],
          ...(leader.number === report.winner.trial && !ensemble?.kept ? { highlight: colour } : {}),
        };
      }),
    ],
  };
}

/** Several trials as one; null where none were worth weighing. */
function shownEnsemble({ judgement }: Report): EnsembleJudgement | null {
  const { ensemble } = judgement;
  return ensemble && ensemble.members.length > 1 ? ensemble : null;
}

function ensembleRow(
  { metric }: Report,
  { members, kept, score }: EnsembleJudgement,
  track: { from: number; to: number },
): TableRow {
  const colour = COLOUR.purple;
  return {
    cells: [
      {
        text: 'Ensemble',
        note: `${plural(members.length, 'trial')} · ${kept ? 'chosen' : 'within the noise'}`,
      },
      { text: formatScore(metric, score.value) },
      { text: formatBounds(metric, score) },
      { bar: { ...track, ...score, colour } },
      { text: '–' },
    ],
    ...(kept ? { highlight: colour } : {}),
  };
}

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = { tied: 'tied', better: 'behind', worse: 'ahead' };

/** One track for all rows: the best one's interval and those of its rivals, except where a rival (the baseline, as a
 *  rule) is so far off that the others would shrink to a point. */
function sharedTrack(leaders: readonly Pick<Leader, 'score'>[]): { from: number; to: number } {
  const best = leaders[0].score;
  const reach = 6 * Math.max(...leaders.map(({ score }) => score.high - score.low));
  const near = leaders.filter(({ score }) => Math.abs(score.value - best.value) <= reach);
  const low = Math.min(...near.map(({ score }) => score.low));
  const high = Math.max(...near.map(({ score }) => score.high));
  const pad = (high - low || 1) * 0.08;
  return { from: low - pad, to: high + pad };
}

function noteOf(report: Report, leader: Leader): string {
  const trials = report.trials.filter((trial) => trial.family === leader.family).length;
  const which = trials === 1 ? trialName(leader.number) : `best of ${trials}: ${trialName(leader.number)}`;
  const ensemble = keptEnsemble(report);
  if (ensemble) {
    const isMember = ensemble.members.some(({ trial }) => trial === leader.number);
    return isMember ? `${which} · in the ensemble` : which;
  }
  if (leader.number === report.winner.trial) return `${which} · chosen`;
  const comparison = report.comparisons.find((one) => one.family === leader.family);
  return comparison ? `${which} · ${VERDICT_WORDS[verdictOf(comparison.gain)]}` : which;
}

/** Best first; the winner before a trial of equal score. */
function leadersOf(report: Report): Leader[] {
  const sign = METRICS[report.metric].greaterIsBetter ? -1 : 1;
  const better = (a: Leader, b: Leader) =>
    sign * (a.score.value - b.score.value) ||
    Number(b.number === report.winner.trial) - Number(a.number === report.winner.trial);
  const scored = report.trials.filter((trial): trial is Leader => trial.score !== null).sort(better);
  return scored.filter((trial, i) => scored.findIndex((other) => other.family === trial.family) === i);
}
