/** What the finish of a run will take, as its own trials say, and what is given up where that is more than is left
 *  (decision 29). A calibration may have been wrong; the folds of this very run are not. */
import type { TrialResult } from '../ml/tuning/trial.ts';
import { reservedSeconds } from '../plan/allocate.ts';
import type { Plan } from '../plan/plan.ts';
import { cpuLimit } from '../plan/price.ts';
import { bestTrial } from './best-trial.ts';

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

/** Of the judging, the part that scores and compares; the rest are importances and explanations. */
export const QUICK_SHARE = 0.3;

/** What the run keeps for its finish, in wall seconds: what was planned, and where trials take far longer than planned at least
 *  what it takes to train the best one again and to score it, since a search that leaves no time for that has found nothing.
 *  Nor has one that ends before its strongest family was tried: until then, only so much is kept of what was planned.
 *  @param hasTriedStrongest whether a trial of that family has ended. */
export function reserveFor(
  plan: PlanOfFinish,
  trials: Iterable<TrialResult>,
  hasTriedStrongest: boolean,
): number {
  const best = bestTrial(plan.experiment.metric, trials);
  const { finishSeconds: all, calibration } = plan.estimate;
  const scoring = QUICK_SHARE * calibration.judgingSeconds;
  // Whatever is trained again is trained on all rows too, which takes longer.
  const once = (all - calibration.judgingSeconds) / 2 + scoring;
  const planned = best && hasTriedStrongest ? all : once;
  const again = best ? refitSeconds(best, 'training', plan.experiment) + scoring : 0;
  return reservedSeconds({ finishSeconds: Math.max(planned, again) });
}

/** A model that could be made, as what its finish takes. */
export interface FinishPlan {
  /** Trials that the model consists of, the heaviest first. */
  readonly members: readonly number[];
  /** Whether it is trained again on all rows, once it is judged. */
  readonly onAllRows: boolean;
}

interface FinishCosts {
  readonly experiment: Plan['experiment'];
  readonly trialOf: (number: number) => Timed;
  /** The best trial, which is trained again as well, to be compared with. */
  readonly best: number;
  readonly judgingSeconds: number;
}

/** The richest finish that these CPU seconds pay for: training again on all rows is given up first, then the lightest members,
 *  one by one. Where they do not even pay for the heaviest member, it is trained all the same. The wall clock needs no such
 *  forecast: whatever is not over in time is given up when it is over. */
export function affordableFinish(wanted: FinishPlan, costs: FinishCosts, cpuSeconds: number): FinishPlan {
  if (cpuOfFinish(wanted, costs) <= cpuSeconds) return wanted;
  for (let count = wanted.members.length; count > 1; count--) {
    const fewer = { members: wanted.members.slice(0, count), onAllRows: false };
    if (cpuOfFinish(fewer, costs) <= cpuSeconds) return fewer;
  }
  return { members: wanted.members.slice(0, 1), onAllRows: false };
}

function cpuOfFinish(
  { members, onAllRows }: FinishPlan,
  { experiment, trialOf, best, judgingSeconds }: FinishCosts,
): number {
  const seconds = (numbers: readonly number[], which: 'training' | 'all') =>
    numbers.reduce((sum, number) => sum + refitSeconds(trialOf(number), which, experiment), 0);
  const onTraining = seconds([...new Set([...members, best])], 'training');
  return onTraining + (onAllRows ? seconds(members, 'all') : 0) + judgingSeconds;
}
