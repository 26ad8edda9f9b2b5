/** How much time the finish of a run has, and how it is divided. */
import type { Plan } from '../plan/plan.ts';
import { cpuBudget, QUICK_SHARE } from './finish-budget.ts';
import { type RunClock, realTime } from './timer.ts';

export interface FinishTime {
  /** Whether the budget ends anything. */
  readonly isLimited: boolean;
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

/** Of a run that nothing ends before it is done. */
export const ENDLESS: FinishTime = {
  isLimited: false,
  left: () => Number.POSITIVE_INFINITY,
  leftToTheEnd: () => Number.POSITIVE_INFINITY,
  cpuSecondsLeft: Number.POSITIVE_INFINITY,
  judgingSeconds: 0,
  quickJudgingSeconds: 0,
  after: realTime,
};

/** A run may end so much after its budget (share, seconds): what is still to be done after the finish is to save the model
 *  and to say so. */
const LATE = { share: 0.05, seconds: 3 } as const;
const LEAST_JUDGING_SECONDS = 1;

export function finishTime(
  plan: Plan,
  clocks: {
    readonly wallSeconds: () => number;
    /** That the search has used. */
    readonly cpuSeconds: number;
    readonly after: RunClock['after'];
  },
): FinishTime {
  const { seconds } = plan.budget;
  const judgingSeconds = plan.estimate.calibration.judgingSeconds;
  return {
    isLimited: true,
    left: () => seconds - clocks.wallSeconds(),
    leftToTheEnd: () => (1 + LATE.share) * seconds + LATE.seconds - clocks.wallSeconds(),
    cpuSecondsLeft: cpuBudget(plan) - clocks.cpuSeconds,
    judgingSeconds,
    quickJudgingSeconds: LEAST_JUDGING_SECONDS + QUICK_SHARE * judgingSeconds,
    after: clocks.after,
  };
}
