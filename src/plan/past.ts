/** What a plan takes from earlier runs: in a plan of its own, their best settings to begin with; in one that continues a
 *  run, everything that the run has shown. */
import type { Parameters, SearchSpace } from '../ml/tuning/distributions.ts';
import type { Family } from '../ml/tuning/trial.ts';
import type { Direction, EarlierTrials, Improvement, Start } from './improvement.ts';
import type { Candidate, Plan } from './plan.ts';

export interface Past {
  /** Of the run that the plan continues; absent in a plan of its own. */
  readonly direction?: Direction;
  /** Best settings of earlier runs on such data, the best first, for a plan of its own. */
  readonly best: ReadonlyMap<Family, readonly Start[]>;
  /** Runs whose models were judged on the same held-out rows. */
  readonly looks: readonly number[];
  /** Wall seconds of earlier runs over what their calibration said, on whatever data; none unless given. */
  readonly ratios?: readonly number[];
}

interface Usual {
  readonly defaults: readonly Parameters[];
  readonly space: SearchSpace;
}

interface PastOfFamily {
  readonly starts: readonly Start[];
  readonly space: SearchSpace;
  readonly base?: Parameters;
  readonly earlier?: EarlierTrials;
  /** Whether its defaults were tried before, so that they need not be tried again. */
  readonly isContinued: boolean;
}

/** @param usual what the family begins with on this data. */
export function pastOf(past: Past | undefined, family: Family, usual: Usual): PastOfFamily {
  const continued = past?.direction?.directions.get(family);
  if (continued) {
    const starts = continued.starts.filter(({ parameters }) => isUsable(parameters, usual));
    if (starts.length > 0) return { ...continued, starts, isContinued: true };
  }
  const starts = (past?.direction ? [] : (past?.best.get(family) ?? [])).flatMap((start) =>
    isUsable(start.parameters, usual) ? [withinSteps(start, usual)] : [],
  );
  return { starts, space: usual.space, isContinued: false };
}

/** Starts and defaults that `count` trials have room for. At least one default is left where a plan has room for two. */
export function startsWithin(
  count: number,
  { starts, isContinued }: PastOfFamily,
  defaults: readonly Parameters[],
): { readonly starts: Start[]; readonly own: Parameters[] } {
  if (isContinued) return { starts: starts.slice(0, count), own: [] };
  const taken = starts.slice(0, Math.max(0, count - 1));
  return { starts: taken, own: defaults.slice(0, count - taken.length) };
}

/** Whether the setting is one that this data can have: text may be read otherwise here, an encoder may be missing. */
function isUsable(parameters: Parameters, { defaults, space }: Usual): boolean {
  return Object.entries(parameters).every(([name, value]) => {
    const seen = defaults.flatMap((setting) => (Object.hasOwn(setting, name) ? [setting[name]] : []));
    if (seen.includes(value)) return true;
    const distribution = space[name];
    if (distribution?.kind === 'categorical') return distribution.choices.includes(value);
    return typeof value === 'number' && (distribution !== undefined || seen.some(isNumber));
  });
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

/** A setting from a longer run keeps to the steps that this plan has time for. */
function withinSteps(start: Start, { defaults }: Usual): Start {
  const most = Math.max(...defaults.map(({ maxSteps }) => Number(maxSteps ?? Number.NaN)));
  const { maxSteps } = start.parameters;
  return typeof maxSteps === 'number' && maxSteps > most
    ? { ...start, parameters: { ...start.parameters, maxSteps: most } }
    : start;
}

/** As it is stored: without what has no place in the plan's candidates. */
export function improvementOf(
  { run, planHash, folds, changes }: Direction,
  candidates: readonly Candidate[],
): Improvement {
  const tried = new Set(candidates.map(({ family }) => family));
  const applies = changes.filter(
    ({ family, drops }) => (!family || tried.has(family)) && (!drops || !tried.has(drops)),
  );
  return { run, planHash, folds, changes: applies };
}

export function pastReasons(candidates: readonly Candidate[], past: Past | undefined): Plan['reasons'] {
  const starts = candidates.flatMap((candidate) => candidate.starts ?? []);
  const runs = [...new Set(starts.map(({ run }) => run))].sort((a, b) => a - b);
  const names = runs.map((run) => `run ${run}`).join(', ');
  return [
    ...(runs.length > 0 && !past?.direction
      ? [
          {
            choice: 'Start',
            value: names,
            reason: `${starts.length === 1 ? 'One trial repeats the best setting' : `${starts.length} trials repeat the best settings`} of earlier runs on the same columns; their scores are measured anew. Say "start from scratch" to do without.`,
          },
        ]
      : []),
    ...(past && past.looks.length > 0
      ? [
          {
            choice: 'Holdout',
            value: `look number ${past.looks.length + 1}`,
            reason: `The held-out rows stay the same as in ${past.looks.map((run) => `run ${run}`).join(', ')}, so that runs can be compared; the best of several looks is a little too good.`,
          },
        ]
      : []),
  ];
}
