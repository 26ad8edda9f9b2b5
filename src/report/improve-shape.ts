/** Settings worth a trial that nobody drew: the best of a family, longer, larger or more regular, as its curve asks. */
import type { Parameters } from '../ml/tuning/distributions.ts';
import { type Family, NETWORKS } from '../ml/tuning/trial.ts';
import { readCurve } from './convergence.ts';
import { capitalise, formatCount, formatNumber, formatShare, stepWord } from './format.ts';
import { type NetworkChange, networkChange } from './network-step.ts';
import type { FamilyCurve, Report, TrialRow } from './report.ts';

type Facts = Pick<Report, 'curves' | 'trials' | 'comparisons' | 'task' | 'metric'>;

/** The validation loss above the training loss by this share, at the step that was kept: trees know rows by heart. */
const LARGE_GAP = 0.5;
/** Above it by less than this, they could know more. */
const SMALL_GAP = 0.05;

/** @param best the best trial of its family; null where its curve asks for nothing. */
export function shapeChange(best: TrialRow, facts: Facts): NetworkChange | null {
  if (NETWORKS.has(best.family)) {
    const found = networkChange(facts);
    return found?.trial.number === best.number
      ? { ...found.change, why: capitalise(found.change.why) }
      : null;
  }
  const curve = facts.curves.find(({ trial }) => trial === best.number);
  return curve ? treeChange(curve, best) : null;
}

function treeChange(curve: FamilyCurve, { parameters, family }: TrialRow): NetworkChange | null {
  const { convergence, gap, lastStep } = readCurve(curve);
  const unit = stepWord(family);
  if (convergence === 'unknown') return null;
  const { maxSteps } = parameters;
  if (convergence === 'improving' && typeof maxSteps === 'number') {
    return {
      parameters: { maxSteps: 2 * maxSteps },
      cost: 2,
      why: `Its validation loss was still falling at ${unit} ${formatCount(lastStep)}, the last.`,
      gain: 'Losses fall ever more slowly: less than the second half of its steps brought.',
    };
  }
  const changed =
    gap > LARGE_GAP ? moreRegular(family, parameters) : gap < SMALL_GAP ? larger(family, parameters) : null;
  if (!changed || Object.keys(changed).length === 0) return null;
  return gap > LARGE_GAP
    ? {
        parameters: changed,
        cost: 1,
        why: `It knows its training rows better than new ones: at the ${unit} that was kept, its validation loss is ${formatNumber(1 + gap)} times its training loss.`,
        gain: 'At most that gap, and usually a small part of it.',
      }
    : {
        parameters: changed,
        cost: 2,
        why: `It fits new rows about as well as its training rows (validation loss ${formatShare(Math.max(0, gap))} above training loss), so that it could learn more.`,
        gain: 'Nothing where the noise of the outcome is reached already.',
      };
}

function moreRegular(family: Family, parameters: Parameters): Parameters {
  const { maxLeaves, minSamplesLeaf, depth, l2 } = parameters;
  return {
    ...(family === 'ordered' &&
      typeof depth === 'number' &&
      depth > 2 && { depth: depth - 1, ...raised('l2', l2, 3) }),
    ...(family === 'gbdt' &&
      typeof maxLeaves === 'number' && {
        maxLeaves: Math.max(3, Math.round(maxLeaves / 2)),
        ...raised('minSamplesLeaf', minSamplesLeaf, 2),
      }),
  };
}

function larger(family: Family, parameters: Parameters): Parameters {
  const { maxLeaves, depth } = parameters;
  return {
    ...(family === 'ordered' && typeof depth === 'number' && depth < 9 && { depth: depth + 1 }),
    ...(family === 'gbdt' && typeof maxLeaves === 'number' && { maxLeaves: Math.min(256, 2 * maxLeaves) }),
  };
}

function raised(name: string, value: Parameters[string] | undefined, factor: number): Parameters {
  return typeof value === 'number'
    ? { [name]: Number(formatNumber(factor * value).replaceAll(',', '')) }
    : {};
}
