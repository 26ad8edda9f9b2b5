/** Whether the rows of large networks are divided into parts, which train side by side: only where that pays. */
import type { Calibration } from '../ml/tuning/calibration.ts';
import { PORTFOLIO } from '../ml/tuning/portfolio.ts';
import type { Family } from '../ml/tuning/trial.ts';
import type { Allocation } from './allocate.ts';
import type { Candidate, Plan } from './plan.ts';

/** Networks for tables, whose copies can be averaged. */
const DIVISIBLE: readonly Family[] = ['mlp', 'realmlp', 'tabm'];
/** Into how many parts a plan divides rows by itself: of more, the mean learns noticeably less from an epoch (decision 30). */
const USUAL_COUNT = 2;
/** What a round is allowed to cost beside training: weights there and back, and its jobs. */
const ROUND_SECONDS = 0.15;
/** A part trains so many times as long as its round costs. */
const TIMES_ROUND = 10;
/** Epochs that fits usually take of those that they may. */
const USUAL_SHARE = 0.6;
/** Smaller batches take so much more time for the same rows. */
const SMALL_BATCHES = 1.2;
/** What stays with the fit itself: judging the set-aside rows, as a share of an epoch. */
const UNDIVIDED = 0.06;

export interface Sharding {
  /** Of every family that is divided; the same for all. */
  readonly counts: ReadonlyMap<Family, number>;
  readonly reasons: Plan['reasons'];
}

/** What a family costs here, as far as it was measured.
 *  @property trialSeconds of a trial. @property epochSeconds of an epoch on all training rows. */
interface Cost {
  readonly family: Family;
  readonly trialSeconds: number;
  readonly epochSeconds: number;
}

/** By itself a plan divides rows only where one trial of the family takes longer than all trials would if they were spread
 *  evenly, so that threads would wait for it, and where each part has enough to do.
 *  @param wanted by a person; null for "you choose". */
export function chooseShards(
  wanted: number | null,
  { trials, folds, stepShare }: Pick<Allocation, 'trials' | 'folds' | 'stepShare'>,
  { costs }: Pick<Calibration, 'costs'>,
  measuredFolds: number,
  threads: number,
): Sharding {
  const seconds = (family: Family) => {
    const cost = costs.find((one) => one.family === family);
    return cost
      ? {
          trial: (stepShare * cost.secondsPerTrial * (folds - 1)) / (measuredFolds - 1),
          refit: stepShare * cost.secondsPerRefit,
        }
      : { trial: 0, refit: 0 };
  };
  const divisible = DIVISIBLE.filter((family) => trials.has(family)).map((family): Cost => {
    const { trial, refit } = seconds(family);
    const epochs = USUAL_SHARE * stepShare * Number(PORTFOLIO[family].defaults[0]?.maxSteps);
    return { family, trialSeconds: trial, epochSeconds: refit / epochs };
  });
  if (divisible.length === 0 || wanted === 1) return NONE;
  if (wanted !== null) return sharding(divisible, wanted, 'Your choice.');

  if (threads < USUAL_COUNT) return NONE;
  let total = 0;
  for (const [family, count] of trials) total += count * seconds(family).trial;
  const paying = divisible.filter(
    ({ trialSeconds, epochSeconds }) =>
      trialSeconds > total / threads && epochSeconds / USUAL_COUNT >= TIMES_ROUND * ROUND_SECONDS,
  );
  if (paying.length === 0) return NONE;
  return sharding(paying, USUAL_COUNT, 'One trial is so long that threads would wait for it.');
}

const NONE: Sharding = { counts: new Map(), reasons: [] };

function sharding(families: readonly Cost[], count: number, why: string): Sharding {
  const longest = families.reduce((most, one) => (one.epochSeconds > most.epochSeconds ? one : most));
  const { epochSeconds } = longest;
  const divided = epochSeconds * (SMALL_BATCHES / count + UNDIVIDED) + ROUND_SECONDS;
  const names = families.map(({ family }) => PORTFOLIO[family].label).join(', ');
  return {
    counts: new Map(families.map(({ family }) => [family, count])),
    reasons: [
      {
        choice: 'Rows in parts',
        value: `${count} parts (${names})`,
        reason:
          `${why} Each part trains its own copy of the network for an epoch, on any idle thread or worker, and the copies are ` +
          `averaged. An epoch takes ${format(epochSeconds)} s in one piece and about ${format(divided)} s in parts that have ` +
          'a thread each; it learns a little less than one in one piece.',
      },
    ],
  };
}

function format(seconds: number): string {
  return seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0);
}

/** The candidate with all its settings divided so; settings of earlier runs as well. */
export function withShards(candidate: Candidate, { counts }: Sharding): Candidate {
  if (!DIVISIBLE.includes(candidate.family)) return candidate;
  const count = counts.get(candidate.family);
  const divided = ({ shards, ...parameters }: Candidate['defaults'][number]) =>
    count === undefined ? parameters : { ...parameters, shards: count };
  const { starts, base } = candidate;
  return {
    ...candidate,
    ...(starts && {
      starts: starts.map((start) => ({ ...start, parameters: divided(start.parameters) })),
    }),
    defaults: candidate.defaults.map(divided),
    ...(base && { base: divided(base) }),
  };
}
