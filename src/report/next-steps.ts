/** What to try next and what to settle before deploying: concrete, with the number that suggests it. */
import { hasThreshold, METRICS } from '../ml/metrics/registry.ts';
import { PORTFOLIO } from '../ml/tuning/portfolio.ts';
import { type Family, NETWORKS } from '../ml/tuning/trial.ts';
import type { Plan } from '../plan/plan.ts';
import { verdictOf } from './compare.ts';
import { readCurve } from './convergence.ts';
import { isBaseline } from './forecast-words.ts';
import {
  familyLabel,
  formatBounds,
  formatCount,
  formatDifference,
  formatNumber,
  formatScore,
  formatSeconds,
  formatShare,
  joinWords,
  plural,
  stepWord,
  trialName,
  truncate,
  withinSentence,
} from './format.ts';
import { keptEnsemble } from './model-name.ts';
import { changeTheNetwork } from './network-step.ts';
import type { Report, TrialRow } from './report.ts';
import { findSearchEdges } from './search-edge.ts';
import { nestedOf } from './trusted-score.ts';
import { leadingParameter } from './what-mattered.ts';

type Facts = Omit<Report, 'caveats' | 'nextSteps'>;

const MOST = 6;

/** At most six, the most promising first. */
export function suggestNextSteps(facts: Facts, plan: Plan): string[] {
  return [
    finishTheSchedule(facts),
    changeTheNetwork(facts),
    trainLonger(facts),
    searchFurther(facts, plan),
    searchCloser(facts),
    searchWhatMattered(facts, plan),
    lookForFeatures(facts),
    takeTheSimpler(facts),
    chooseTheCutOff(facts),
    ...(facts.forecast
      ? [addKnownColumns(facts.forecast)]
      : [gatherRows(facts), dropColumns(facts), checkTheTopColumn(facts)]),
  ]
    .filter((step) => step !== null)
    .slice(0, MOST);
}

function finishTheSchedule({ cutShort, resources }: Facts): string | null {
  const left = resources.trialsPlanned - resources.trialsFinished - (resources.trialsPruned ?? 0);
  if (!cutShort || left <= 0 || resources.trialsFinished === 0) return null;
  const seconds = (resources.wallSeconds / resources.trialsFinished) * left;
  return `Run the ${plural(left, 'trial')} that were not reached: about ${formatSeconds(seconds)} more at this run's pace.`;
}

function trainLonger(facts: Facts): string | null {
  const curve = facts.curves.find((one) => one.family === facts.winner.family);
  // What a network needs is said by its own step.
  if (!curve || NETWORKS.has(curve.family)) return null;
  const { convergence, lastStep } = readCurve(curve);
  if (convergence !== 'improving') return null;
  const unit = stepWord(curve.family);
  return `Allow more than ${formatCount(lastStep)} ${unit}s: the validation loss was still falling at the last ${unit}.`;
}

function searchFurther(facts: Facts, plan: Plan): string | null {
  const edges = findSearchEdges(facts, plan);
  if (edges.length === 0) return null;
  const places = edges.map(
    ({ parameter, end, bound }) => `${parameter} ${end === 'low' ? 'below' : 'above'} ${formatNumber(bound)}`,
  );
  return `Search ${joinWords(places)}, where this search ended.`;
}

/** When the winner came late, its surroundings have hardly been searched. */
function searchCloser({ trials, winner }: Facts): string | null {
  const own = trials.filter((trial) => trial.family === winner.family && trial.state === 'complete');
  const place = own.findIndex((trial) => trial.number === winner.trial);
  if (own[place]?.origin !== 'sampled' || own.length < 4 || place < 0.6 * own.length) return null;
  return `Run more trials around ${trialName(winner.trial)} (${formatSetting(own[place])}): it was number ${place + 1} of the ${own.length} of its family that were scored in full, so scores may not have levelled off.`;
}

function searchWhatMattered(facts: Facts, plan: Plan): string | null {
  const leading = leadingParameter(facts, plan);
  if (!leading) return null;
  const { name, share, settings } = leading;
  return `Search ${name} most finely: it accounts for ${formatShare(share)} of what single hyperparameters explain of the differences between the ${formatCount(settings)} drawn settings of ${familyLabel(facts.winner.family, facts.task)}.`;
}

/** When tuning brought nothing over the defaults, more of it will not either. */
function lookForFeatures({ trials, winner, metric }: Facts): string | null {
  const own = trials.filter((trial) => trial.family === winner.family && trial.score !== null);
  const drawn = own.filter((trial) => trial.origin === 'sampled');
  const best = own.find((trial) => trial.number === winner.trial);
  if (isBaseline(winner.family) || best?.origin !== 'default' || drawn.length < 3) return null;
  return `None of ${plural(drawn.length, 'drawn setting')} beat the default (${METRICS[metric].label} ${formatScore(metric, best.score?.value ?? Number.NaN)}): new columns that tell more about the outcome will bring more than further tuning.`;
}

/** How easily a model is explained, the easiest first. */
const SIMPLICITY: Readonly<Record<Family, number>> = {
  baseline: 0,
  seasonal_naive: 0,
  ets: 1,
  linear: 1,
  naive_bayes: 1,
  neighbours: 2,
  random_forest: 3,
  extra_trees: 3,
  gbdt: 3,
  ordered: 4,
  mlp: 5,
  realmlp: 5,
  tabm: 6,
  cnn: 6,
  resnet: 6,
  backbone: 5,
  backbone_tuned: 6,
  tcn: 6,
};

function takeTheSimpler(facts: Facts): string | null {
  const { comparisons, winner, trials, task } = facts;
  const simpler = comparisons.find(
    (one) =>
      !isBaseline(one.family) &&
      verdictOf(one.gain) === 'tied' &&
      SIMPLICITY[one.family] < SIMPLICITY[winner.family],
  );
  if (keptEnsemble(facts)) return takeOneModel(facts);
  const secondsOf = (number: number) => trials.find((trial) => trial.number === number)?.seconds;
  const own = secondsOf(winner.trial);
  const other = simpler && secondsOf(simpler.trial);
  if (!simpler || own === undefined || other === undefined) return null;
  const faster =
    own > 2 * other ? `, and took ${formatSeconds(other)} instead of ${formatSeconds(own)} to evaluate` : '';
  return `Consider ${withinSentence(familyLabel(simpler.family, task))}: it is tied with the winner and simpler to explain${faster}.`;
}

/** An ensemble costs as many predictions as it has members. */
function takeOneModel(facts: Facts): string | null {
  const ensemble = keptEnsemble(facts);
  if (!ensemble) return null;
  const { metric, judgement } = facts;
  const scale = judgement.holdout[metric]?.value ?? ensemble.score.value;
  return `If one model is easier to serve or to explain, ask for a single one: it gives up what the average gains (${formatDifference(metric, ensemble.outOfFoldGain, scale)} ${METRICS[metric].label} in cross-validation) and saves ${ensemble.members.length - 1} of ${ensemble.members.length} predictions for every row.`;
}

function chooseTheCutOff({ task, judgement, classes, metric }: Facts): string | null {
  const { recall, precision } = judgement.holdout;
  if (task !== 'binary' || !recall || !precision || !Number.isFinite(precision.value)) return null;
  // Then it follows from what mistakes cost already.
  if (judgement.threshold !== null && !hasThreshold(metric)) return null;
  const positive = truncate(classes[1] ?? 'the positive class', 40);
  return `Choose the cut-off by what mistakes cost: at ${formatNumber(judgement.threshold ?? 0.5)} the model finds ${formatScore('recall', recall.value)} of ${positive} and is right in ${formatScore('precision', precision.value)} of its alarms; a lower cut-off finds more and raises more false alarms.`;
}

/** An interval narrows with the square root of the rows. */
function gatherRows({ judgement, metric, forecast }: Facts): string | null {
  const nested = nestedOf({ judgement, metric, ...(forecast && { forecast }) });
  const inAll = nested?.scores[metric];
  if (nested && inAll) {
    return `For an interval half as wide as ${formatBounds(metric, inAll)}, gather about ${formatCount(4 * nested.rows)} rows instead of ${formatCount(nested.rows)}.`;
  }
  const score = judgement.holdout[metric];
  if (!score || judgement.holdoutRows >= 5000) return null;
  const rows = formatCount(4 * judgement.holdoutRows);
  return `For an interval half as wide as ${formatBounds(metric, score)}, hold out about ${rows} rows instead of ${formatCount(judgement.holdoutRows)}: gather more data.`;
}

/** What a forecast cannot see by itself. */
function addKnownColumns({ spec }: NonNullable<Facts['forecast']>): string | null {
  if (spec.known.length > 0) return null;
  return 'If something about the time to come is known beforehand (holidays, promotions, prices, opening hours), add it as a column, with its coming values, and say that it is known ahead: forecasts err most where the past cannot tell.';
}

function dropColumns({ judgement, winner }: Facts): string | null {
  if (PORTFOLIO[winner.family].readsImages) return null; // an image is nothing without some of its pixels
  const idle = judgement.importance.filter((one) => one.low <= 0);
  if (idle.length < 3 || idle.length === judgement.importance.length) return null;
  const names = idle.slice(-3).map((one) => truncate(one.column, 40));
  return `Try without the ${idle.length} of ${judgement.importance.length} columns that show no clear effect (${names.join(', ')}${idle.length > 3 ? '…' : ''}): a smaller model is cheaper to feed and to watch.`;
}

function checkTheTopColumn({ judgement, winner }: Facts): string | null {
  if (PORTFOLIO[winner.family].readsImages) return null; // all pixels are known or none
  const [first] = judgement.importance;
  if (!first || first.low <= 0) return null;
  return `Before deploying, make sure that ${truncate(first.column, 60)} is known when a prediction is needed, and watch it for drift: it matters most.`;
}

/** `learning_rate 0.05, max_leaves 31`: at most four parameters. */
function formatSetting({ parameters }: TrialRow): string {
  const parts = Object.entries(parameters).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : value}`,
  );
  return parts.length > 4 ? `${parts.slice(0, 4).join(', ')}…` : parts.join(', ');
}
