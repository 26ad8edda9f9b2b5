/** Where a further search should look: beyond an end that the best trials lie at, and closer where they lie together. */
import { METRICS } from '../ml/metrics/registry.ts';
import type { Distribution, SearchSpace } from '../ml/tuning/distributions.ts';
import { hyperparameterImportances } from '../ml/tuning/importances.ts';
import { fromUnit, toUnit } from '../ml/tuning/unit-interval.ts';
import type { Plan } from '../plan/plan.ts';
import { familyLabel, formatCount, formatNumber, formatShare, trialName, withinSentence } from './format.ts';
import type { Report, TrialRow } from './report.ts';
import { edgesOf, LIMITS } from './search-edge.ts';

type Facts = Pick<Report, 'trials' | 'metric' | 'task'>;
type Range = Exclude<Distribution, { kind: 'categorical' }>;

export interface SpaceChange {
  readonly change: string;
  readonly why: string;
  readonly gain: string;
}

/** With fewer scored settings their places are mostly luck. */
const FEWEST_SETTINGS = 12;
/** A range is narrowed where its hyperparameter has at least this share of what single ones explain... */
const CLEAR_SHARE = 0.2;
/** ...and the best quarter of the settings, with room on either side, leaves at least so much of it out. */
const GOOD_SHARE = 0.25;
const ROOM = 0.15;
const MOST_WIDTH = 0.7;

/** The space of a family as the next search should have it, and what was changed. @param best its best trial. */
export function nextSpace(
  best: TrialRow,
  facts: Facts,
  plan: Plan,
): { readonly space: SearchSpace; readonly changes: readonly SpaceChange[] } {
  const { family } = best;
  const old = plan.candidates.find((candidate) => candidate.family === family)?.space ?? {};
  const space: Record<string, Distribution> = { ...old };
  const changes: SpaceChange[] = [];
  const label = withinSentence(familyLabel(family, facts.task));
  for (const edge of edgesOf(best, plan)) {
    const wider = widened(edge.parameter, old[edge.parameter] as Range, edge.end);
    if (!wider) continue;
    space[edge.parameter] = wider;
    changes.push({
      change: `Search ${edge.parameter} of ${label} from ${formatNumber(wider.low)} to ${formatNumber(wider.high)}`,
      why: `Its best trial, ${trialName(best.number)}, lies at ${formatNumber(edge.value)}, where the search ended at ${formatNumber(edge.bound)}.`,
      gain: 'What lies beyond is not known; within the old range nothing better is to be expected there.',
    });
  }
  for (const { name, share, settings } of clearParameters(family, old, facts)) {
    const narrower = space[name] === old[name] ? narrowed(name, old[name] as Range, family, facts) : null;
    if (!narrower) continue;
    space[name] = narrower.range;
    changes.push({
      change: `Search ${name} of ${label} only from ${formatNumber(narrower.range.low)} to ${formatNumber(narrower.range.high)}`,
      why: `The best ${formatCount(narrower.good)} of ${formatCount(settings)} settings lie there, and ${name} accounts for ${formatShare(share)} of what single hyperparameters explain.`,
      gain: `The same number of trials looks ${formatNumber(1 / narrower.width)} times as closely where it matters.`,
    });
  }
  return { space, changes };
}

/** By half the old range on its own scale. Null where the limit is reached or unknown. */
function widened(name: string, old: Range, end: 'low' | 'high'): Range | null {
  const limit = LIMITS[name];
  if (!limit) return null;
  const scale = (x: number) => (old.log ? Math.log(x) : x);
  const back = (x: number) => (old.log ? Math.exp(x) : x);
  const half = (scale(old.high) - scale(old.low)) / 2;
  const far = back(end === 'low' ? scale(old.low) - half : scale(old.high) + half);
  const bound = rounded(old, Math.min(limit[1], Math.max(limit[0], far)), end);
  return bound === old[end] ? null : { ...old, [end]: bound };
}

/** To the best settings with room beside them; null where that is most of the old range. */
function narrowed(
  name: string,
  old: Range,
  family: TrialRow['family'],
  facts: Facts,
): { readonly range: Range; readonly good: number; readonly width: number } | null {
  const scored = scoredSettings(family, facts);
  const good = scored.slice(0, Math.max(4, Math.ceil(GOOD_SHARE * scored.length)));
  const places = good.flatMap(({ parameters }) => {
    const value = parameters[name];
    return typeof value === 'number' && value >= old.low && value <= old.high ? [toUnit(old, value)] : [];
  });
  if (places.length < good.length) return null;
  const from = Math.max(0, Math.min(...places) - ROOM);
  const to = Math.min(1, Math.max(...places) + ROOM);
  if (to - from > MOST_WIDTH) return null;
  const low = Math.max(old.low, rounded(old, Number(fromUnit(old, from)), 'low'));
  const high = Math.min(old.high, rounded(old, Number(fromUnit(old, to)), 'high'));
  return low < high ? { range: { ...old, low, high }, good: good.length, width: to - from } : null;
}

/** A range that a person can read: outwards to two digits, a whole number where values are. */
function rounded(old: Range, value: number, end: 'low' | 'high'): number {
  const round = end === 'low' ? Math.floor : Math.ceil;
  if (old.kind === 'int') return Math.round(value);
  if (value === 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return Number((round(value / step - (end === 'low' ? -1e-9 : 1e-9)) * step).toPrecision(2));
}

function clearParameters(
  family: TrialRow['family'],
  space: SearchSpace,
  facts: Facts,
): { name: string; share: number; settings: number }[] {
  const scored = scoredSettings(family, facts);
  if (scored.length < FEWEST_SETTINGS) return [];
  const sign = METRICS[facts.metric].greaterIsBetter ? -1 : 1;
  const observations = scored.map(({ parameters, score }) => ({
    parameters,
    state: 'complete' as const,
    value: sign * (score?.value ?? 0),
  }));
  return hyperparameterImportances(space, observations)
    .filter(({ name, share }) => share >= CLEAR_SHARE && space[name]?.kind !== 'categorical')
    .map(({ name, share }) => ({ name, share, settings: scored.length }));
}

/** Drawn settings of a family with a score, the best first. */
function scoredSettings(family: TrialRow['family'], { trials, metric }: Facts): TrialRow[] {
  const sign = METRICS[metric].greaterIsBetter ? -1 : 1;
  return trials
    .filter((trial) => trial.family === family && trial.origin === 'sampled' && trial.score !== null)
    .sort((a, b) => sign * ((a.score?.value ?? 0) - (b.score?.value ?? 0)));
}
