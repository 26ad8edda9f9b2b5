/** How much time the finish of a run has, and how it is divided. */
import type { TrialResult } from '../ml/tuning/trial.ts';
import type { Plan } from '../plan/plan.ts';
import { cpuBudget, slowness } from './finish-budget.ts';
import type { RunClock } from './timer.ts';

export interface FinishTime {
  /** Wall seconds until the budget is used up. */
  readonly left: () => number;
  /** Wall seconds until everything ends, whatever it has come to. */
  readonly leftToTheEnd: () => number;
  readonly cpuSecondsLeft: number;
  /** What judging takes, with its chapters and without. */
  readonly judgingSeconds: number;
  readonly quickJudgingSeconds: number;
  readonly after: RunClock['after'];
}

/** A run may end so much after its budget (share, seconds): what is still to be done after the finish is to save the model
 *  and to say so. */
const LATE = { share: 0.05, seconds: 3 } as const;
/** Of judging, the part that scores and compares; the rest are importances and explanations. */
const QUICK_SHARE = 0.3;
const LEAST_JUDGING_SECONDS = 1;

export function finishTime(
  plan: Plan,
  trials: Parameters<typeof slowness>[1] & readonly TrialResult[],
  clocks: {
    readonly wallSeconds: () => number;
    /** That the search has used. */
    readonly cpuSeconds: number;
    readonly after: RunClock['after'];
  },
): FinishTime {
  const { seconds } = plan.budget;
  const judgingSeconds = Math.max(1, slowness(plan, trials)) * plan.estimate.calibration.judgingSeconds;
  return {
    left: () => seconds - clocks.wallSeconds(),
    leftToTheEnd: () => (1 + LATE.share) * seconds + LATE.seconds - clocks.wallSeconds(),
    cpuSecondsLeft: cpuBudget(plan) - clocks.cpuSeconds,
    judgingSeconds,
    quickJudgingSeconds: LEAST_JUDGING_SECONDS + QUICK_SHARE * judgingSeconds,
    after: clocks.after,
  };
}
