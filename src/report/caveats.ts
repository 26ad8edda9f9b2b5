/** What a reader must know before trusting the scores, each with the number that says so; the gravest first. */
import { stepMs, stepWords } from '../ml/forecasting/time-grid.ts';
import { METRICS } from '../ml/metrics/registry.ts';
import type { Plan } from '../plan/plan.ts';
import { cancellingColumns } from './cancelling-columns.ts';
import { verdictOf } from './compare.ts';
import { readCurve } from './convergence.ts';
import { baselineName, isBaseline } from './forecast-words.ts';
import {
  familyLabel,
  formatBounds,
  formatCount,
  formatDifference,
  formatInterval,
  formatNumber,
  formatScore,
  formatShare,
  joinWords,
  plural,
  trialName,
  truncate,
  withinSentence,
} from './format.ts';
import { keptEnsemble } from './model-name.ts';
import type { Report } from './report.ts';
import { findSearchEdges } from './search-edge.ts';
import { nestedOf, trustedScore } from './trusted-score.ts';
import { unitOf, unitsOf } from './unit-words.ts';

type Facts = Omit<Report, 'caveats' | 'nextSteps'>;

/** Fewer held-out rows than this are called few. */
const FEW_ROWS = 300;
/** Fewer horizons that follow each other are called few. */
const FEW_WINDOWS = 8;
/** A class with a smaller share of the rows is called rare. */
const RARE = 0.1;

export function findCaveats(facts: Facts, plan: Plan): string[] {
  return [
    noGain(facts),
    facts.cutShort,
    smallHoldout(facts),
    wideInterval(facts),
    rareClass(facts),
    missedClasses(facts),
    tiedFamilies(facts),
    surprisingHoldout(facts),
    overfittingGap(facts),
    oneColumn(facts),
    cancellingColumns(facts),
    searchEdge(facts, plan),
    failedTrials(facts),
    droppedRows(facts),
  ].filter((caveat) => caveat !== null);
}

function noGain({ judgement, metric, winner, forecast }: Facts): string | null {
  const other = baselineName({ ...(forecast && { forecast }) });
  if (isBaseline(winner.family) && !keptEnsemble({ judgement }))
    return `No other model did better than ${other} in cross-validation.`;
  const trusted = trustedScore({ judgement, metric, ...(forecast && { forecast }) });
  const gain = trusted?.gain ?? judgement.gain;
  if (gain.low > 0) return null;
  return (
    `The model is not shown to be better than ${other}: its gain in ${METRICS[metric].label}, ` +
    `${formatDifference(metric, gain, trusted?.score.value ?? 1)}, may be nothing.`
  );
}

function smallHoldout({ judgement, metric, forecast, recordings }: Facts): string | null {
  if (forecast && judgement.forecast) {
    const { step, horizon } = forecast.spec;
    const { firstMs, lastMs } = judgement.forecast;
    const apart = Math.max(1, Math.round((lastMs - firstMs) / stepMs(step) / horizon));
    return apart >= FEW_WINDOWS
      ? null
      : `The held-out time is ${apart === 1 ? 'one horizon' : `${apart} horizons`} long: what is measured on it may be the luck of those ${stepWords(step).many}.`;
  }
  if (judgement.holdoutRows >= FEW_ROWS) return null;
  const held = `Only ${plural(judgement.holdoutRows, unitOf({ recordings }))} were held out`;
  return nestedOf({ judgement, metric })
    ? `${held}: believe the nested cross-validation. What is only measured on the holdout, such as the importance of columns and the confusion of classes, could easily be different on new ones.`
    : `${held}: every score here could easily be different on new ones.`;
}

/** Wide: a tenth of the scale of a score between 0 and 1, or a fifth of an error. */
function wideInterval({ judgement, metric, forecast }: Facts): string | null {
  const score = trustedScore({ judgement, metric, ...(forecast && { forecast }) })?.score;
  if (!score) return null;
  const [least, greatest] = METRICS[metric].range;
  const width = score.high - score.low;
  const scale =
    Number.isFinite(least) && Number.isFinite(greatest) ? (greatest - least) / 10 : Math.abs(score.value) / 5;
  if (!(width > scale)) return null;
  return `The interval of ${METRICS[metric].label} is wide, ${formatBounds(metric, score)}: small differences between models mean little.`;
}

function rareClass(facts: Facts): string | null {
  const sizes = classSizes(facts);
  const total = sizes.reduce((sum, { rows }) => sum + rows, 0);
  const rarest = sizes.reduce<(typeof sizes)[number] | null>(
    (least, one) => (!least || one.rows < least.rows ? one : least),
    null,
  );
  // With many classes every one is small; rare then means far below an equal share.
  const limit = Math.min(RARE, 0.5 / Math.max(1, sizes.length));
  if (!rarest || total === 0 || rarest.rows / total >= limit) return null;
  return (
    `${rarest.name} is rare, ${plural(rarest.rows, `held-out ${unitOf(facts)}`)} (${formatShare(rarest.rows / total)}): ` +
    'accuracy says little, and its own scores rest on few of them.'
  );
}

function missedClasses(facts: Facts): string | null {
  const missed = classSizes(facts).filter(({ rows, found }) => rows > 0 && found === 0);
  if (missed.length === 0) return null;
  const names = missed.slice(0, 5).map(({ name, rows }) => `${name} (${plural(rows, unitOf(facts))})`);
  const more = missed.length > 5 ? [`${missed.length - 5} more`] : [];
  return `The model never finds ${joinWords([...names, ...more])}.`;
}

function tiedFamilies(facts: Facts): string | null {
  const tied = facts.comparisons.filter((comparison) => verdictOf(comparison.gain) === 'tied');
  if (tied.length === 0 || keptEnsemble(facts)) return null; // an ensemble need not choose
  const winner = familyLabel(facts.winner.family, facts.task);
  const scale = facts.judgement.holdout[facts.metric]?.value ?? 1;
  const rivals = tied.map(
    ({ family, gain }) =>
      `${withinSentence(familyLabel(family, facts.task))} (gain ${formatDifference(facts.metric, gain, scale)})`,
  );
  return `${winner} is tied with ${joinWords(rivals)} over the folds: the choice between them is not settled by this data.`;
}

function surprisingHoldout({ judgement, metric, trials, winner, recordings }: Facts): string | null {
  // Trials are ranked at a cut-off of 0.5, a model may be judged at a better one.
  if (!keptEnsemble({ judgement }) && (judgement.threshold ?? 0.5) !== 0.5) return null;
  const folds =
    keptEnsemble({ judgement })?.score ?? trials.find((trial) => trial.number === winner.trial)?.score;
  const holdout = judgement.holdout[metric];
  if (!folds || !holdout) return null;
  const apart = holdout.low > folds.high || holdout.high < folds.low;
  if (!apart) return null;
  return (
    `The holdout disagrees with cross-validation: ${METRICS[metric].label} ${formatInterval(metric, holdout)} against ` +
    `${formatInterval(metric, folds)}. The held-out ${unitsOf({ recordings })} may differ from the rest.`
  );
}

function overfittingGap(facts: Facts): string | null {
  const curve = facts.curves.find((one) => one.family === facts.winner.family);
  if (!curve) return null;
  const { gap, lowestStep } = readCurve(curve);
  const point = curve.points.find((one) => one.step === lowestStep);
  const limit = facts.task === 'regression' ? 1 : 0.5; // a squared error doubles when the error grows by 41%
  if (!point || point.validationLoss === undefined || gap < limit) return null;
  return (
    `The model knows its training ${unitsOf(facts)} much better than new ones: training loss ${formatNumber(point.trainLoss)}, ` +
    `validation loss ${formatNumber(point.validationLoss)}.`
  );
}

function oneColumn({ judgement, metric, forecast }: Facts): string | null {
  if (forecast) return null; // what it leans on is known by construction
  const helpful = judgement.importance.filter((one) => one.mean > 0);
  const total = helpful.reduce((sum, one) => sum + one.mean, 0);
  const [first] = helpful;
  if (!first || helpful.length < 3 || first.mean / total < 0.6 || first.low <= 0) return null;
  return (
    `The model leans mostly on ${truncate(first.column, 60)}: shuffling it costs ${formatScore(metric, first.mean)} of ` +
    `${METRICS[metric].label}, ${formatShare(first.mean / total)} of all importance. Its value must be known before the outcome.`
  );
}

function searchEdge(facts: Facts, plan: Plan): string | null {
  const edges = findSearchEdges(facts, plan);
  if (edges.length === 0) return null;
  const places = edges.map(({ parameter, value, end, bound }) => {
    const side = end === 'low' ? 'lower' : 'upper';
    return `${parameter} ${formatNumber(value)} (${side} end ${formatNumber(bound)})`;
  });
  const which = keptEnsemble(facts) ? 'The heaviest member' : 'The winner';
  return `${which} lies at the end of its search space: ${joinWords(places)}. A better setting may lie outside.`;
}

function failedTrials({ trials }: Facts): string | null {
  const failed = trials.filter((trial) => trial.state === 'failed');
  if (failed.length === 0) return null;
  const reason = truncate(failed[0].reason.replace(/\.$/, ''), 120);
  const which = failed.length === 1 ? trialName(failed[0].number) : `first ${trialName(failed[0].number)}`;
  return `${formatCount(failed.length)} of ${plural(trials.length, 'trial')} failed (${which}: ${reason}).`;
}

function droppedRows({ judgement, target, forecast, recordings }: Facts): string | null {
  if (judgement.droppedRows === 0 || forecast) return null;
  return `${plural(judgement.droppedRows, unitOf({ recordings }))} without a value of ${truncate(target, 60)} were left out.`;
}

/** Held-out rows of each class, and how many of them the model found. Empty in regression. */
function classSizes({
  judgement,
}: Pick<Facts, 'judgement'>): { name: string; rows: number; found: number }[] {
  const { confusion } = judgement;
  if (!confusion) return [];
  return confusion.classes.map((name, i) => ({
    name: truncate(name, 40),
    rows: confusion.counts[i].reduce((sum, count) => sum + count, 0),
    found: confusion.counts[i][i],
  }));
}
