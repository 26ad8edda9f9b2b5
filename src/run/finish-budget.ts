/** What the finish of a run will take, as its own trials say, and what is given up where that is more than is left
 *  (decision 29). A calibration may have been wrong; the folds of this very run are not. */
import type { TrialResult } from '../ml/tuning/trial.ts';
import { reservedSeconds } from '../plan/allocate.ts';
import type { Plan } from '../plan/plan.ts';
import { cpuLimit } from '../plan/price.ts';
import { bestTrial } from './best-trial.ts';
import { expectedSeconds } from './trial.ts';

/** What a finish may take; `Infinity` for what is not limited. */
export interface Allowance {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

type PlanOfFinish = Pick<Plan, 'experiment' | 'budget' | 'estimate' | 'price'>;
type Timed = Pick<TrialResult, 'folds' | 'seconds'>;

/** CPU seconds that the run may take in all; `Infinity` where nobody set a limit. */
export function cpuBudget({ budget, price }: Pick<Plan, 'budget' | 'price'>): number {
  return cpuLimit(budget, price) ?? Number.POSITIVE_INFINITY;
}

/** On one thread: a fold's fit, for as many rows as the refit has. */
export function refitSeconds(
  { folds }: Timed,
  which: 'training' | 'all',
  { holdoutFraction }: Plan['experiment'],
): number {
  if (folds.length === 0) return 0;
  const perRow =
    folds.reduce((sum, { fitSeconds }) => sum + fitSeconds, 0) /
    Math.max(
      1,
      folds.reduce((sum, { rowsTrained }) => sum + rowsTrained, 0),
    );
  const rows = Math.max(...folds.map(({ rowsTrained, rowsJudged }) => rowsTrained + rowsJudged));
  return perRow * (which === 'all' ? rows / (1 - holdoutFraction) : rows);
}

/** How many times as long as planned trials take: over all of those that computed to their end. */
export function slowness(
  plan: Pick<Plan, 'estimate'>,
  trials: readonly (Timed &
    Pick<TrialResult, 'state'> & { readonly family: Parameters<typeof expectedSeconds>[1]['family'] })[],
): number {
  const done = trials.filter(({ state }) => state === 'complete');
  const planned = done.reduce((sum, trial) => sum + expectedSeconds(plan, trial), 0);
  const taken = done.reduce((sum, { seconds }) => sum + seconds, 0);
  return planned > 0 ? taken / planned : 1;
}

/** Slowness that the reserve of the plan has room for: drawn settings cost more than the defaults. */
const USUAL_SLOWNESS = 1.5;
/** Of the budget, what the finish is kept at most, however slow trials are. */
const MOST_SHARE = 0.5;

/** What the run keeps for its finish, in wall seconds. Where trials take longer than planned, so will the refits, and a
 *  search that leaves no time for one of them has found nothing. */
export function reserveFor(
  plan: PlanOfFinish,
  trials: readonly (TrialResult & { readonly family: Parameters<typeof expectedSeconds>[1]['family'] })[],
): number {
  const planned = reservedSeconds(plan.estimate);
  const best = bestTrial(plan.experiment.metric, trials);
  if (!best) return planned;
  const slow = Math.max(1, slowness(plan, trials) / USUAL_SLOWNESS);
  const least =
    1.25 *
      (refitSeconds(best, 'training', plan.experiment) + slow * plan.estimate.calibration.judgingSeconds) +
    1;
  return Math.max(planned, least, Math.min(slow * planned, MOST_SHARE * plan.budget.seconds));
}

/** A model that could be made, as what its finish takes. */
export interface FinishPlan {
  /** Trials that the model consists of, the heaviest first. */
  readonly members: readonly number[];
  /** Whether it is trained again on all rows, once it is judged. */
  readonly onAllRows: boolean;
}

interface FinishCosts {
  readonly plan: PlanOfFinish;
  readonly trialOf: (number: number) => Timed;
  /** The best trial, which is trained again as well, to be compared with. */
  readonly best: number;
  /** Of judging without its chapters. */
  readonly judgingSeconds: number;
}

/** Whether the finish will be over in time. */
export function fits(
  { members, onAllRows }: FinishPlan,
  { plan, trialOf, best, judgingSeconds }: FinishCosts,
  allowance: Allowance,
): boolean {
  const seconds = (number: number, which: 'training' | 'all') =>
    refitSeconds(trialOf(number), which, plan.experiment);
  const refits = [
    ...[...new Set([...members, best])].map((number) => seconds(number, 'training')),
    ...(onAllRows ? members.map((number) => seconds(number, 'all')) : []),
  ];
  const total = refits.reduce((sum, one) => sum + one, 0);
  const { threads } = plan.budget;
  const wall = total / threads + Math.max(0, ...refits) * (1 - 1 / threads);
  return wall + judgingSeconds <= allowance.wallSeconds && total + judgingSeconds <= allowance.cpuSeconds;
}

/** The richest finish that fits: training again on all rows is given up first, then the lightest members, one by one. Where
 *  not even the heaviest member alone fits, it is tried all the same. */
export function affordableFinish(wanted: FinishPlan, costs: FinishCosts, allowance: Allowance): FinishPlan {
  if (fits(wanted, costs, allowance)) return wanted;
  for (let count = wanted.members.length; count > 1; count--) {
    const fewer = { members: wanted.members.slice(0, count), onAllRows: false };
    if (fits(fewer, costs, allowance)) return fewer;
  }
  return { members: wanted.members.slice(0, 1), onAllRows: false };
}
