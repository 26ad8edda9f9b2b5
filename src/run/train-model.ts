/** The members of a run's model, trained again side by side: on the training rows to be judged, on all rows to be used. */
import { ModelwrightError } from '../errors/errors.ts';
import type { Candidate } from '../ml/search/out-of-fold.ts';
import type { RefitRows } from '../ml/search/refit.ts';
import type { Selection } from '../ml/search/select-ensemble.ts';
import type { TrialResult } from '../ml/tuning/trial.ts';
import { affordable, choose } from './choose-model.ts';
import { GIVEN_UP, GRACE_SECONDS, type RunToFinish, specsOf } from './run-to-finish.ts';
import { DeadlinePassed, deadline } from './timer.ts';

/** A trial that cannot be trained again: with more rows a network may diverge, or memory may not suffice. */
export class LostTrial extends Error {
  readonly trial: number;

  constructor(trial: number, cause: ModelwrightError) {
    super(`trial ${trial} cannot be trained again`, { cause });
    this.trial = trial;
  }
}

export interface TrainedModel<Refit> {
  readonly selection: Selection;
  /** On the training rows. */
  readonly refits: readonly (Refit & { readonly trial: number })[];
  /** The members on all rows, still under way; null where people get those of the training rows. */
  readonly forUse: Promise<Refit[]> | null;
  readonly close: () => void;
}

/** Trains what was chosen. Where the time is over before all is trained, the model is chosen among what is.
 *  @throws LostTrial */
export async function trainInTime<Refit extends { readonly cpuSeconds: number }, Model>(
  chosen: Selection,
  candidates: readonly Candidate[],
  run: RunToFinish<Refit, Model>,
  leftOut: string[],
): Promise<TrainedModel<Refit>> {
  const { plan, work, signal, time } = run;
  const parts = chosen.members.map(({ trial }) => trial);
  const onTrainingRows = [...new Set([...parts, chosen.best])];
  const wantsAll = plan.experiment.refit === 'all';
  const onAllRows = affordable(parts, chosen.best, plan, { work, time }).onAllRows;
  if (wantsAll && !onAllRows) leftOut.push(GIVEN_UP.allRows);
  const together = onTrainingRows.length + (onAllRows ? parts.length : 0);
  const within = (seconds: number) => deadline(time.after, seconds);
  const { left, leftToTheEnd, judgingSeconds, quickJudgingSeconds } = time;
  const limits = {
    training: within(left() - quickJudgingSeconds),
    // Without the heaviest there is nothing to judge: it is waited for to the end.
    heaviest: within(leftToTheEnd() - quickJudgingSeconds - GRACE_SECONDS),
    // The judging waits for threads that these keep busy.
    all: within(left() - judgingSeconds - quickJudgingSeconds - GRACE_SECONDS),
  };
  const givesUp = new AbortController();
  const refit = (which: RefitRows) => (number: number) => {
    const limit = which === 'all' ? limits.all : number === parts[0] ? limits.heaviest : limits.training;
    const stops = [signal, limit.signal, ...(which === 'all' ? [givesUp.signal] : [])];
    return refitTrial(number, which, { ...run, signal: AbortSignal.any(stops) }, together);
  };
  const close = () => {
    for (const limit of Object.values(limits)) limit.close();
  };
  const onTraining = onTrainingRows.map(refit('training'));
  // What people get is trained while the holdout is looked at: nothing that is seen there can change it.
  const all = onAllRows ? Promise.all(parts.map(refit('all'))) : null;
  all?.catch(() => undefined); // looked at when the model is judged
  const settled = await Promise.allSettled(onTraining);
  const refits = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const failure = failed.find((error) => !(error instanceof DeadlinePassed)) ?? failed[0];
  if (failed.length === 0) return { selection: chosen, refits, forUse: all, close };
  // Whatever fails, nothing of it may compute beside a second attempt.
  givesUp.abort(failure);
  await Promise.allSettled([all]);
  close();
  const trained = candidates.filter(({ trial }) => refits.some((one) => one.trial === trial));
  if (!(failure instanceof DeadlinePassed) || trained.length === 0) throw failure;
  // Some may have been trained only to be compared with.
  leftOut.push(GIVEN_UP.members(trained.length, onTrainingRows.length));
  if (onAllRows) leftOut.push(GIVEN_UP.allRows);
  const secondsToChoose = leftToTheEnd() - quickJudgingSeconds - GRACE_SECONDS;
  const selection = await choose(trained, secondsToChoose, run, leftOut);
  return { selection, refits, forUse: null, close };
}

async function refitTrial<Refit extends { readonly cpuSeconds: number }>(
  number: number,
  which: RefitRows,
  { runId, journal, engine, work, signal }: RunToFinish<Refit, unknown>,
  together: number,
): Promise<Refit & { readonly trial: number }> {
  const { folds } = work.finished.get(number) as TrialResult;
  const saved: Promise<void>[] = [];
  const checkpoint = await journal.checkpoint(runId, number, which);
  const refitted = engine.refit(specsOf(work)(number), folds, which, {
    signal,
    together,
    checkpoint,
    onCheckpoint: (state) => {
      const saving = journal.saveCheckpoint(runId, number, state, which);
      saving.catch(() => undefined); // looked at when the refit has ended
      saved.push(saving);
    },
  });
  const result = await refitted.catch(explainLoss(number)).finally(() => Promise.allSettled(saved));
  await Promise.all(saved);
  return { ...result, trial: number };
}

/** What is wrong with the trial will be wrong again; anything else (a lost thread, an abort) is no fault of the trial. */
function explainLoss(trial: number): (error: unknown) => never {
  return (error) => {
    throw error instanceof ModelwrightError && !error.retryable ? new LostTrial(trial, error) : error;
  };
}
