/** What is said of a run's model: the holdout is opened once, and the model is studied in the time that is left. */
import type { Judged } from '../ml/evidence.ts';
import type { Candidate } from '../ml/search/out-of-fold.ts';
import { GIVEN_UP, GRACE_SECONDS, type RunToFinish, specsOf, trialsOf } from './run-to-finish.ts';
import { studyModel } from './study-model.ts';
import { DeadlinePassed, deadline } from './timer.ts';
import type { TrainedModel } from './train-model.ts';

/** With its chapters; without them where they take too long. */
export async function judgeInTime<Refit extends { readonly cpuSeconds: number }>(
  { selection, refits }: TrainedModel<Refit>,
  { engine, signal, time }: RunToFinish<Refit, unknown>,
  leftOut: string[],
): Promise<Judged> {
  const known = new Set([...selection.members.map(({ trial }) => trial), selection.best]);
  const needed = refits.filter(({ trial }) => known.has(trial));
  const judge = async (seconds: number, chapters: boolean) => {
    const limit = deadline(time.after, seconds);
    try {
      return await engine.judge(selection, needed, {
        signal: AbortSignal.any([signal, limit.signal]),
        chapters,
      });
    } finally {
      limit.close();
    }
  };
  const untilQuick = time.left() - time.quickJudgingSeconds;
  if (untilQuick > 0) {
    const judged = await judge(untilQuick, true).catch((error: unknown) => {
      if (error instanceof DeadlinePassed) return null;
      throw error;
    });
    if (judged) return judged;
  }
  leftOut.push(GIVEN_UP.chapters);
  return judge(time.leftToTheEnd(), false);
}

/** What is studied of the model, in the time that is left by all that comes before and after it. */
export function study<Refit>(
  { selection }: TrainedModel<Refit>,
  candidates: readonly Candidate[],
  importance: Promise<Judged['importance']>,
  run: RunToFinish<Refit, unknown> & { readonly cpuSeconds: number },
): ReturnType<typeof studyModel> {
  importance.catch(() => undefined); // looked at when the studies come to it
  const { plan, work, time } = run;
  const { estimate, budget } = plan;
  const { runId, journal, engine, signal, isStopped } = run;
  const secondsLeft = () => {
    const cpuSeconds = time.cpuSecondsLeft - run.cpuSeconds - estimate.calibration.judgingSeconds;
    return Math.min(time.left() - (estimate.nestedSeconds ?? 0), cpuSeconds / budget.threads);
  };
  // Putting together what was trained is worth being a little late for.
  const secondsToTheEnd = () => time.leftToTheEnd() - GRACE_SECONDS - (estimate.nestedSeconds ?? 0);
  return studyModel({
    ...{ runId, plan, journal, engine, selection, signal, importance, isStopped, secondsLeft },
    secondsToTheEnd,
    after: time.after,
    specOf: specsOf(work),
    resultOf: trialsOf(work),
    predictionsOf: (trial) => candidates.find((one) => one.trial === trial)?.predictions ?? [],
  });
}
