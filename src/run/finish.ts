/** The finish of a run: the model is chosen by what the trials predicted in their folds, its members are trained again
 *  side by side, the holdout is opened once, and what people get is trained on every row. */
import type { Judged } from '../ml/evidence.ts';
import type { Selection } from '../ml/search/select-ensemble.ts';
import type { TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import { rankTrials } from './best-trial.ts';
import { chooseInTime, readCandidates, trialsInTime } from './choose-model.ts';
import { judgeInTime, study } from './judge-model.ts';
import { judgeNested } from './judge-nested.ts';
import { GIVEN_UP, type RunToFinish, specsOf } from './run-to-finish.ts';
import { DeadlinePassed } from './timer.ts';
import { LostTrial, trainInTime } from './train-model.ts';

export interface Finished<Model> {
  /** The trial that is the model, or its heaviest member. */
  readonly winner: TrialSpec;
  readonly judgement: Judged;
  readonly model: Model;
  /** What was given up to be over in time, as sentences. */
  readonly leftOut: readonly string[];
}

/** A pure function of the finished trials, so it can be interrupted anywhere and done again, unless time is short: then what
 *  is left of it decides what is given up. Where a chosen trial cannot be trained again, the choice is made among the others.
 *  @throws what journal and engine throw; the signal's reason when it aborts; DeadlinePassed when the time is over. */
export async function finishRun<Refit extends { readonly cpuSeconds: number }, Model>(
  run: RunToFinish<Refit, Model>,
): Promise<Finished<Model>> {
  let ranked = rankTrials(run.plan.experiment.metric, run.work.finished.values());
  for (;;) {
    try {
      const finished = await finishAmong(ranked, run);
      const choice = { ...run, specOf: specsOf(run.work) };
      return { ...finished, judgement: await judgeNested(finished.judgement, choice) };
    } catch (error) {
      if (!(error instanceof LostTrial)) throw error;
      ranked = ranked.filter(({ number }) => number !== error.trial);
      if (ranked.length === 0) throw error.cause;
    }
  }
}

/** @param ranked the trials that may be chosen, the best first. @throws LostTrial */
async function finishAmong<Refit extends { readonly cpuSeconds: number }, Model>(
  ranked: readonly TrialResult[],
  run: RunToFinish<Refit, Model>,
): Promise<Finished<Model>> {
  const leftOut: string[] = [];
  const inTime = trialsInTime(ranked, run);
  if (inTime[0] !== ranked[0]) leftOut.push(GIVEN_UP.otherTrial((ranked[0] as TrialResult).number));
  const candidates = await readCandidates(inTime, run);
  const selection = await chooseInTime(candidates, run, leftOut);
  const trained = await trainInTime(selection, candidates, run, leftOut);
  const judging = judgeInTime(trained, run, leftOut);
  const shipping = trained.forUse ? inTimeOrNull(trained.forUse) : Promise.resolve(null);
  const studying = shipping.then((shipped) =>
    study(
      trained,
      candidates,
      judging.then(({ importance }) => importance),
      { ...run, cpuSeconds: cpuOf([...trained.refits, ...(shipped ?? [])]) },
    ),
  );
  // Whatever fails, nothing of it may compute beside a second attempt.
  await Promise.allSettled([judging, shipping, studying]);
  trained.close();
  const [judgement, forUse, studies] = [await judging, await shipping, await studying];
  if (trained.forUse && !forUse) leftOut.push(GIVEN_UP.allRows);
  const { members } = trained.selection;
  const kept = members.map(({ trial }) => trained.refits.find((refit) => refit.trial === trial) as Refit);
  const shipsAll = run.plan.experiment.refit === 'all' && forUse;
  const extraSeconds = cpuOf(forUse ?? []) + ('cpuSeconds' in studies ? studies.cpuSeconds : 0);
  return {
    winner: specsOf(run.work)((members[0] as Selection['members'][number]).trial),
    judgement: {
      ...judgement,
      ...(judgement.evidence && { evidence: { ...judgement.evidence, studies } }),
      cpuSeconds: judgement.cpuSeconds + extraSeconds,
      ...(run.plan.experiment.refit === 'all' && !shipsAll && { shippedRows: judgement.trainingRows }),
    },
    model: run.engine.assemble(
      trained.selection,
      members.map(({ weight }, i) => ({ weight, refit: (forUse || kept)[i] as Refit })),
    ),
    leftOut,
  };
}

function cpuOf(work: readonly { readonly cpuSeconds: number }[]): number {
  return work.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** @returns null where the time was over before. */
async function inTimeOrNull<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (error instanceof DeadlinePassed) return null;
    throw error;
  });
}
