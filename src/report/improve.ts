/** What the next plan should do otherwise, read off a run: the same evidence as its next steps, as settings, spaces and
 *  families with their reasons and prices. Pure: the same report gives the same direction. */
import { divisionOf } from '../ml/experiment.ts';
import { METRICS } from '../ml/metrics/registry.ts';
import type { Parameters } from '../ml/tuning/distributions.ts';
import { PORTFOLIO } from '../ml/tuning/portfolio.ts';
import { isInSpace } from '../ml/tuning/settings.ts';
import { Family, NETWORKS } from '../ml/tuning/trial.ts';
import type { Change, Direction, EarlierTrials, FamilyDirection, Start } from '../plan/improvement.ts';
import type { Candidate, Plan } from '../plan/plan.ts';
import { verdictOf } from './compare.ts';
import { isBaseline } from './forecast-words.ts';
import {
  familyLabel,
  formatDifference,
  formatScore,
  joinWords,
  plural,
  trialName,
  withinSentence,
} from './format.ts';
import { shapeChange } from './improve-shape.ts';
import { nextSpace } from './improve-space.ts';
import { keptEnsemble } from './model-name.ts';
import { changeText } from './network-step.ts';
import type { Report, TrialRow } from './report.ts';

/** So many settings of a family are tried again: for members of an ensemble, and to begin from. */
const MOST_STARTS = 3;
/** With so many trials to learn from, the sampler's knowledge is worth more than another base. */
const ENOUGH_KNOWN = 10;

/** @param sameRows whether the next run has the rows, split and metric of this one, so that scores can be compared. */
export function improveOn(report: Report, plan: Plan, hash: string, sameRows: boolean): Direction {
  const changes: Change[] = [];
  const kept: Family[] = [];
  const directions = new Map<Family, FamilyDirection>();
  for (const candidate of plan.candidates) {
    const best = rankedTrials(candidate.family, report)[0];
    const dropped = best ? whyDropped(best, report) : null;
    if (dropped) changes.push(dropped);
    else kept.push(candidate.family);
    if (!best || dropped) continue;
    const { direction, made } = directionOf(candidate, best, report, plan, sameRows);
    directions.set(candidate.family, direction);
    changes.push(...made);
  }
  const added = newFamily(report, plan);
  if (added) changes.push(added.change);
  const starts = [...directions.values()].flatMap((direction) => direction.starts);
  return {
    run: report.runNumber,
    planHash: hash,
    folds: sameRows ? (report.modelFolds ?? null) : null,
    changes: [...startAgain(starts, report), ...changes],
    families: added ? [...kept, added.family] : kept,
    directions,
    division: divisionOf(plan.experiment),
    extraSeconds: starts
      .filter(({ origin }) => origin === 'changed')
      .reduce((sum, { trial }) => sum + secondsOf(trial, report), 0),
  };
}

function directionOf(
  candidate: Candidate,
  best: TrialRow,
  report: Report,
  plan: Plan,
  sameRows: boolean,
): { readonly direction: FamilyDirection; readonly made: Change[] } {
  const { family } = candidate;
  const { space, changes } = nextSpace(best, report, plan);
  const shape = shapeChange(best, report);
  const members = new Set(report.judgement.ensemble?.members.map(({ trial }) => trial));
  const ranked = rankedTrials(family, report);
  const chosen = ranked
    .filter(({ number }, place) => place === 0 || members.has(number))
    .slice(0, MOST_STARTS);
  const run = report.runNumber;
  const starts = chosen.map(
    ({ parameters, number }): Start => ({ parameters, origin: 'earlier', run, trial: number }),
  );
  if (shape) {
    const parameters = { ...best.parameters, ...shape.parameters };
    starts.splice(1, 0, { parameters, origin: 'changed', run, trial: best.number });
  }
  const usual = candidate.base ?? candidate.defaults[0] ?? {};
  const earlier = knownTrials(candidate, report, sameRows);
  const known = earlier.trials.filter(({ parameters }) => agrees(parameters, usual, space));
  const base = known.length >= ENOUGH_KNOWN ? usual : best.parameters;
  const label = withinSentence(familyLabel(family, report.task));
  return {
    direction: { starts, space, base, earlier },
    made: [
      ...(shape
        ? [
            {
              change: `Try the ${label} of ${trialName(best.number)} with ${changeText(shape.parameters, best.parameters)}`,
              why: shape.why,
              gain: sentence(shape.gain),
              seconds: shape.cost * best.seconds,
              family,
            },
          ]
        : []),
      ...changes.map((change) => ({ ...change, seconds: 0, family })),
    ],
  };
}

/** Trials of this run and of those that it went on from. */
function knownTrials({ family, earlier }: Candidate, report: Report, sameRows: boolean): EarlierTrials {
  const own = report.trials.filter((trial) => trial.family === family);
  return {
    trials: sameRows
      ? [
          ...(earlier?.trials ?? []),
          ...own.flatMap(({ parameters, score }) => (score ? [{ parameters, score: score.value }] : [])),
        ]
      : [],
    drawn: (earlier?.drawn ?? 0) + own.filter(({ origin }) => origin === 'sampled').length,
  };
}

function agrees(parameters: Parameters, base: Parameters, space: Candidate['space']): boolean {
  const names = Object.keys({ ...base, ...parameters }).filter((name) => !Object.hasOwn(space, name));
  return isInSpace(space, parameters) && names.every((name) => parameters[name] === base[name]);
}

function startAgain(starts: readonly Start[], report: Report): Change[] {
  const again = starts.filter(({ origin }) => origin === 'earlier');
  const best = report.trials.find(({ number }) => number === again[0]?.trial);
  if (!best) return [];
  const { runNumber } = report;
  const known = report.trials.filter(({ score }) => score !== null).length;
  return [
    {
      change: `Begin with the best ${plural(again.length, 'setting')} of run ${runNumber}, and go on from its ${plural(known, 'scored trial')}`,
      why: `Best of their families were ${joinWords(bestOf(again, report))}.`,
      gain: `What they reached is reached again, and may be part of the new model. ${lateGain(report)}`,
      seconds: again.reduce((sum, { trial }) => sum + secondsOf(trial, report), 0),
    },
  ];
}

/** What the second half of the trials brought is about the most that as many again will bring. */
function lateGain({ trials, metric }: Report): string {
  const sign = METRICS[metric].greaterIsBetter ? 1 : -1;
  const scored = trials.flatMap(({ score }) => (score ? [sign * score.value] : []));
  const half = Math.floor(scored.length / 2);
  if (half < 2) return '';
  const gain = Math.max(...scored) - Math.max(...scored.slice(0, half));
  const label = METRICS[metric].label;
  const scale = Math.abs(scored[0] as number);
  const amount = formatDifference(metric, { value: gain, low: gain, high: gain }, scale)
    .split(' ')[0]
    ?.slice(1);
  return gain > 0
    ? `The second half of the trials made the best score better by ${amount} (${label}); as many again bring at most about that.`
    : `The second half of the trials brought nothing more (${label}): as many again will hardly bring much.`;
}

/** A family that is clearly worse than the winner and no part of the model. */
function whyDropped({ family, number }: TrialRow, report: Report): Change | null {
  if (isBaseline(family) || family === report.winner.family) return null;
  if (keptEnsemble(report)?.members.some((member) => member.family === family)) return null;
  const comparison = report.comparisons.find((one) => one.family === family);
  if (!comparison || verdictOf(comparison.gain) !== 'better') return null;
  const own = report.trials.filter((trial) => trial.family === family);
  const scale = report.judgement.holdout[report.metric]?.value ?? comparison.gain.value;
  const winner = withinSentence(familyLabel(report.winner.family, report.task));
  return {
    change: `Drop ${withinSentence(familyLabel(family, report.task))}`,
    why: `Its best, ${trialName(number)}, is behind ${winner} by ${formatDifference(report.metric, comparison.gain, scale)} ${METRICS[report.metric].label} on the same folds, and the model does without it.`,
    gain: 'Its time goes to the families that can still win.',
    seconds: -own.reduce((sum, trial) => sum + trial.seconds, 0),
    drops: family,
  };
}

/** A second kind of network where the first is part of the model, on tables: they make different mistakes. */
function newFamily(report: Report, plan: Plan): { family: Family; change: Change } | null {
  const members = keptEnsemble(report)?.members ?? [];
  const network = members.find(({ family }) => NETWORKS.has(family) && !PORTFOLIO[family].readsImages);
  const tried = new Set(plan.candidates.map(({ family }) => family));
  if (!network || report.forecast || tried.has('tabm')) return null;
  const family = Family.enum.tabm;
  const label = withinSentence(familyLabel(network.family, report.task));
  return {
    family,
    change: {
      change: `Add ${withinSentence(familyLabel(family, report.task))}`,
      why: `The ${label} has ${Math.round(100 * network.weight)}% of the weight in the model: networks see something here that the others do not.`,
      gain: 'Another kind of network makes other mistakes, which an average takes out; little where both learn the same.',
      seconds: secondsOf(network.trial, report),
      family,
    },
  };
}

/** Complete trials of a family, the best first. */
function rankedTrials(family: Family, { trials, metric }: Report): TrialRow[] {
  const sign = METRICS[metric].greaterIsBetter ? -1 : 1;
  return trials
    .filter((trial) => trial.family === family && trial.score !== null)
    .sort((a, b) => sign * ((a.score?.value ?? 0) - (b.score?.value ?? 0)) || a.number - b.number);
}

/** "trial 24 (RealMLP network, 0.017)", one of each family. */
function bestOf(starts: readonly Start[], { trials, metric, task }: Report): string[] {
  const rows = starts.flatMap(({ trial }) => trials.find(({ number }) => number === trial) ?? []);
  return rows
    .filter(({ family }, at) => rows.findIndex((row) => row.family === family) === at)
    .map(
      ({ number, family, score }) =>
        `${trialName(number)} (${withinSentence(familyLabel(family, task))}, ${formatScore(metric, score?.value ?? Number.NaN)})`,
    );
}

function secondsOf(number: number, { trials }: Report): number {
  return trials.find((trial) => trial.number === number)?.seconds ?? 0;
}

function sentence(words: string): string {
  const text = words.charAt(0).toUpperCase() + words.slice(1);
  return text.endsWith('.') ? text : `${text}.`;
}
