/** How far a run is: what the moving message in the thread shows. Leaves the worker as job progress. */
import { z } from 'zod';
import { foldsPerTrial } from '../ml/experiment.ts';
import { isBetter } from '../ml/metrics/registry.ts';
import type { FoldResult, TrialResult } from '../ml/tuning/trial.ts';
import { Family } from '../ml/tuning/trial.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlannedTrial, Schedule } from '../plan/schedule.ts';
import { bestTrial } from './best-trial.ts';
import { type Run, RunState } from './run.ts';

export const RunProgress = z.object({
  runId: z.string(),
  threadId: z.string(),
  state: RunState,
  trialsFinished: z.number().int(),
  trialsPlanned: z.number().int(),
  trialsFailed: z.number().int(),
  /** Folds done, those of trials that are still going included, for a bar that moves between trials. A failed trial
   *  counts as done. */
  foldsFinished: z.number().int(),
  foldsPlanned: z.number().int(),
  best: z.object({ trial: z.number().int(), family: Family, score: z.number() }).nullable(),
  /** Best cross-validated score after each finished trial, oldest first. */
  history: z.array(z.number()),
  elapsedSeconds: z.number(),
  /** From the speed since this process took the run up; null before its first fold. */
  remainingSeconds: z.number().nullable(),
});
export type RunProgress = z.infer<typeof RunProgress>;

/** What is done of a run's work, by trial number. The run adds to it as results come in. */
export interface WorkDone {
  readonly schedule: Schedule;
  /** In the order in which they finished. */
  readonly finished: Map<number, TrialResult>;
  readonly folds: Map<number, FoldResult[]>;
}

interface Clocks {
  /** Of the whole run, earlier attempts included. */
  readonly elapsedSeconds: number;
  /** Since this process took the run up. */
  readonly secondsHere: number;
  /** Folds that were done by then. */
  readonly foldsBefore: number;
}

export function describeProgress(
  run: Run,
  plan: Plan,
  state: RunState,
  work: WorkDone,
  { elapsedSeconds, secondsHere, foldsBefore }: Clocks,
): RunProgress {
  const { metric } = plan.experiment;
  const perTrial = foldsPerTrial(plan.experiment);
  const { finished } = work;
  const planned = work.schedule.trials;
  const foldsFinished = countFolds(work, perTrial);
  const foldsPlanned = planned.length * perTrial;
  const foldsHere = foldsFinished - foldsBefore;
  const trials = [...finished.values()];
  const best = bestTrial(metric, trials);
  const history: number[] = [];
  for (const { score } of trials) {
    if (score === null) continue;
    const last = history.at(-1);
    history.push(last === undefined || isBetter(metric, score, last) ? score : last);
  }
  return {
    runId: run.id,
    threadId: run.threadId,
    state,
    trialsFinished: finished.size,
    trialsPlanned: planned.length,
    trialsFailed: trials.filter((trial) => trial.state === 'failed').length,
    foldsFinished,
    foldsPlanned,
    best: best && {
      trial: best.number,
      family: (planned[best.number] as PlannedTrial).family,
      score: best.score,
    },
    history,
    elapsedSeconds,
    remainingSeconds:
      foldsHere === 0 ? null : Math.max(0, (secondsHere / foldsHere) * (foldsPlanned - foldsFinished)),
  };
}

/** Whether the texts are being read by a sentence encoder, which most trials wait for. */
export function isReadingTexts(
  { state, foldsFinished }: Pick<RunProgress, 'state' | 'foldsFinished'>,
  { sentences }: Pick<Plan, 'sentences'>,
): boolean {
  return sentences !== undefined && state === 'running' && foldsFinished === 0;
}

export function countFolds({ schedule, finished, folds }: WorkDone, perTrial: number): number {
  return schedule.trials.reduce(
    (sum, { number }) => sum + (finished.has(number) ? perTrial : (folds.get(number)?.length ?? 0)),
    0,
  );
}
