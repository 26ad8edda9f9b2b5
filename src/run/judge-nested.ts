/** The choice of a run made anew on parts of the rows, and judged on the rest (decision 26). After the holdout was looked at,
 *  and for the report alone: nothing depends on it. */
import { ModelwrightError } from '../errors/errors.ts';
import type { Judged } from '../ml/evidence.ts';
import { nestedJudgement } from '../ml/search/nested-judgement.ts';
import type { TrialSpec } from '../ml/tuning/trial.ts';
import type { Plan } from '../plan/plan.ts';
import { rankTrials } from './best-trial.ts';
import type { FinishTime } from './finish-time.ts';
import type { RunEngine } from './ports.ts';
import type { WorkDone } from './progress.ts';
import { DeadlinePassed, deadline } from './timer.ts';

interface ChoiceToJudge {
  readonly plan: Plan;
  readonly engine: Pick<RunEngine<unknown, unknown>, 'nested'>;
  readonly work: Pick<WorkDone, 'finished'>;
  /** Of trials that finished. */
  readonly specOf: (trial: number) => TrialSpec;
  readonly signal: AbortSignal;
  readonly isStopped: boolean;
  readonly time: FinishTime;
}

/** A nested fold may take so many times what was planned for it, and so long at least. */
const TIMES_PLANNED = 6;
const LEAST_SECONDS = 60;

/** Chooses among the trials that were scored in full: those that were ended early could not be chosen.
 *  @returns the judgement with what was found; as it is, where the plan wants nothing of the kind.
 *  @throws what the engine throws; the signal's reason when it aborts. */
export async function judgeNested(judgement: Judged, choice: ChoiceToJudge): Promise<Judged> {
  const { experiment } = choice.plan;
  if (!experiment.nested) return judgement;
  const folds = choice.isStopped ? [] : await nestedFolds(experiment.nested, choice);
  const spent = folds.reduce((sum, fold) => sum + (fold?.cpuSeconds ?? 0), 0);
  return {
    ...judgement,
    nested: nestedJudgement(experiment, folds),
    cpuSeconds: judgement.cpuSeconds + spent,
  };
}

async function nestedFolds(count: number, { plan, engine, work, specOf, signal, time }: ChoiceToJudge) {
  const { experiment, estimate, budget } = plan;
  const ranked = rankTrials(experiment.metric, work.finished.values());
  const specs = ranked.map(({ number }) => specOf(number)).sort((a, b) => a.number - b.number);
  const planned = ((estimate.nestedSeconds ?? 0) * budget.threads) / count;
  const limitSeconds = Math.max(LEAST_SECONDS, TIMES_PLANNED * planned);
  const limit = deadline(time.after, time.left());
  const options = {
    signal: AbortSignal.any([signal, limit.signal]),
    ...(time.isLimited && { limitSeconds }),
  };
  const folds = Array.from({ length: count }, (_, outer) =>
    engine.nested(specs, outer, options).catch((error: unknown) => {
      // What does not fit this machine or the time leaves the report without it, not the run without a model.
      const isGivenUp = error instanceof ModelwrightError || error instanceof DeadlinePassed;
      if (isGivenUp && !signal.aborted) return null;
      throw error;
    }),
  );
  await Promise.allSettled(folds);
  limit.close();
  return Promise.all(folds);
}
