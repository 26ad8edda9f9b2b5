/** How a network should change, read off its curve: larger and longer where it learned too little, smaller and more regular
 *  where it learned by heart. */
import { METRICS } from '../ml/metrics/registry.ts';
import type { Parameters } from '../ml/tuning/distributions.ts';
import { NETWORKS } from '../ml/tuning/trial.ts';
import { verdictOf } from './compare.ts';
import { readCurve } from './convergence.ts';
import {
  capitalise,
  familyLabel,
  formatNumber,
  formatSeconds,
  formatShare,
  joinWords,
  stepWord,
  trialName,
  withinSentence,
} from './format.ts';
import type { FamilyCurve, Report, TrialRow } from './report.ts';

type Facts = Pick<Report, 'curves' | 'trials' | 'comparisons' | 'task' | 'metric'>;

/** A validation loss so little above the training loss is that of a network that could learn more. */
const SMALL_GAP = 0.03;
/** And one so far above it, at the epoch that was kept, is that of one that learned rows by heart. */
const LARGE_GAP = 0.15;

const MOST_UNITS = 512;
const FEWEST_UNITS = 16;
const MOST_DROPOUT = 0.5;

/** @property parameters what changes. @property cost seconds as a multiple of those of the trial, at most. */
export interface NetworkChange {
  readonly parameters: Parameters;
  readonly cost: number;
  readonly why: string;
  readonly gain: string;
}

/** Of the best network of the run; null where its curve asks for nothing. */
export function networkChange(facts: Facts): { trial: TrialRow; change: NetworkChange } | null {
  const curve = facts.curves.find(({ family }) => NETWORKS.has(family));
  const trial = curve && facts.trials.find(({ number }) => number === curve.trial);
  const change = curve && trial && changeFor(curve, trial, facts);
  return change ? { trial, change } : null;
}

export function changeTheNetwork(facts: Facts): string | null {
  const found = networkChange(facts);
  if (!found) return null;
  const { trial, change } = found;
  const label = withinSentence(familyLabel(trial.family, facts.task));
  const seconds = formatSeconds(change.cost * trial.seconds);
  return `Try the ${label} of ${trialName(trial.number)} with ${changeText(change.parameters, trial.parameters)}, in at most ${seconds}: ${change.why} ${capitalise(change.gain)}.`;
}

/** `hiddenUnits 64 (now 128) and dropout 0.3 (now 0.15)`. */
export function changeText(changed: Parameters, now: Parameters): string {
  return joinWords(
    Object.entries(changed).map(
      ([name, value]) => `${name} ${settingText(value)} (now ${settingText(now[name])})`,
    ),
  );
}

function changeFor(curve: FamilyCurve, { parameters }: TrialRow, facts: Facts): NetworkChange | null {
  const reading = readCurve(curve);
  const unit = stepWord(curve.family);
  if (reading.convergence === 'overfitting' && reading.gap > LARGE_GAP) {
    const gap = formatShare(reading.gap);
    return {
      parameters: smaller(parameters),
      cost: 1,
      why: `it learned rows by heart, its validation loss being ${gap} above its training loss at the lowest ${unit} and rising from there.`,
      gain: 'that gap is the most that can be gained, and regularisation usually closes a small part of it',
    };
  }
  if (reading.convergence === 'improving') return longer(curve, parameters);
  const behind = facts.comparisons.find(
    ({ family, gain }) => family === curve.family && verdictOf(gain) === 'better',
  );
  return behind && reading.convergence === 'converged' && reading.gap < SMALL_GAP
    ? larger(parameters, behind.gain.value, facts)
    : null;
}

function smaller(parameters: Parameters): Parameters {
  const { hiddenUnits, dropout = 0, weightDecay = 0 } = parameters;
  return {
    ...(typeof hiddenUnits === 'number' && {
      hiddenUnits: Math.max(FEWEST_UNITS, Math.round(hiddenUnits / 2)),
    }),
    dropout: Math.min(MOST_DROPOUT, Number(dropout) + 0.15),
    weightDecay: Math.max(0.01, 3 * Number(weightDecay)),
  };
}

/** What the second half of the epochs brought is the most that as many again will bring: losses fall ever more slowly. */
function longer({ points, family }: FamilyCurve, parameters: Parameters): NetworkChange | null {
  const { maxSteps } = parameters;
  const judged = points.flatMap(({ step, validationLoss }) =>
    validationLoss === undefined ? [] : [{ step, loss: validationLoss }],
  );
  const [first, last] = [judged[0], judged.at(-1)];
  if (typeof maxSteps !== 'number' || !first || !last) return null;
  const middle = judged.findLast(({ step }) => step <= last.step / 2) ?? first;
  const share = 1 - Math.min(...judged.map(({ loss }) => loss)) / middle.loss;
  return {
    parameters: { maxSteps: 2 * maxSteps },
    cost: 2,
    why: `its validation loss was still falling at the last ${stepWord(family)}.`,
    gain: `the second half of the ${stepWord(family)}s lowered it by ${formatShare(share)}, and as many again bring at most that`,
  };
}

/** Most of the work is in products of hidden layers, whose size is the square of their units. */
function larger(parameters: Parameters, behindBy: number, { metric }: Facts): NetworkChange | null {
  const { hiddenUnits } = parameters;
  if (typeof hiddenUnits !== 'number' || hiddenUnits >= MOST_UNITS) return null;
  const units = Math.min(MOST_UNITS, 2 * hiddenUnits);
  return {
    parameters: { hiddenUnits: units },
    cost: (units / hiddenUnits) ** 2,
    why: 'it fits new rows about as well as its training rows, so that it could learn more.',
    gain: `the winner shows how much there is to learn: it is better by ${formatNumber(behindBy)} in ${METRICS[metric].label}`,
  };
}

function settingText(value: Parameters[string] | undefined): string {
  if (value === undefined) return 'at its default';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
