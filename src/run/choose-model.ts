/** What a run's model consists of: chosen by what the trials predicted in their folds, among what can be trained in time. */
import type { Candidate } from '../ml/search/out-of-fold.ts';
import type { Selection } from '../ml/search/select-ensemble.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Plan } from '../plan/plan.ts';
import { affordableFinish, type FinishPlan, refitSeconds } from './finish-budget.ts';
import { GIVEN_UP, GRACE_SECONDS, type RunToFinish, specsOf, trialsOf } from './run-to-finish.ts';
import { DeadlinePassed, deadline } from './timer.ts';

/** Numbers that the predictions of all candidates may be, a gigabyte: of more the best trials are taken. */
const MOST_NUMBERS = 2.5e8;
const FEWEST_CANDIDATES = 8;

/** What may be chosen, the best first. @param ranked all trials, the best first. */
export async function readCandidates(
  ranked: readonly TrialResult[],
  run: RunToFinish<unknown, unknown>,
): Promise<Candidate[]> {
  const specOf = specsOf(run.work);
  const candidates: Candidate[] = [];
  let numbers = 0;
  for (const trial of run.plan.experiment.finish === 'single' ? ranked.slice(0, 1) : ranked) {
    if (numbers > MOST_NUMBERS && candidates.length >= FEWEST_CANDIDATES) break;
    const spec = specOf(trial.number);
    const predictions = await readPredictions(spec, trial, run);
    if (predictions.length < trial.folds.length) continue;
    numbers += predictions.reduce((sum, { length }) => sum + length, 0);
    candidates.push({ trial: spec.number, family: spec.family, predictions });
  }
  return candidates;
}

/** What the trial's folds predicted, in their order. A fold whose prediction is lost is computed again.
 *  @returns fewer than there are folds where that failed. */
async function readPredictions(
  spec: TrialSpec,
  { folds }: TrialResult,
  { runId, journal, engine, signal }: RunToFinish<unknown, unknown>,
): Promise<Float32Array[]> {
  const known = new Map<number, Float32Array>();
  for (const { fold } of folds) {
    const prediction = await journal.prediction(runId, spec.number, fold);
    if (prediction) known.set(fold, prediction);
  }
  if (known.size < folds.length) {
    const saved: Promise<void>[] = [];
    const kept = folds.filter(({ fold }) => known.has(fold));
    const onFold = (fold: FoldResult, prediction: Float32Array) => {
      known.set(fold.fold, prediction);
      saved.push(journal.saveFold(runId, spec.number, fold, prediction));
    };
    // Computed in one go: what is lost is seldom more than a fold.
    const inOneGo = { checkpoint: null, onCheckpoint: () => undefined };
    await engine.trial(spec, kept, { signal, together: 1, ...inOneGo, onFold });
    await Promise.all(saved);
    signal.throwIfAborted();
  }
  return folds.flatMap(({ fold }) => known.get(fold) ?? []);
}

/** A refit is often faster than a fold promises: a trial is passed over only where it clearly cannot be trained again. */
const CLEARLY = 2;

/** Those that can be trained again in time, or the fastest where none can. */
export function trialsInTime(
  ranked: readonly TrialResult[],
  { plan, time }: RunToFinish<unknown, unknown>,
): readonly TrialResult[] {
  const seconds = (trial: TrialResult) => refitSeconds(trial, 'training', plan.experiment);
  const most = Math.min(time.leftToTheEnd(), time.cpuSecondsLeft) - time.quickJudgingSeconds;
  const inTime = ranked.filter((trial) => seconds(trial) <= CLEARLY * most);
  if (inTime.length > 0) return inTime;
  return [ranked.reduce((best, trial) => (seconds(trial) < seconds(best) ? trial : best))];
}

/** @returns a choice whose model can be trained in time, as far as the trials say. */
export async function chooseInTime(
  candidates: readonly Candidate[],
  run: RunToFinish<unknown, unknown>,
  leftOut: string[],
): Promise<Selection> {
  const { plan, work, time } = run;
  const trialOf = trialsOf(work);
  const first = candidates[0]?.trial ?? 0;
  const secondsLeft = () => {
    const refit = refitSeconds(trialOf(first), 'training', plan.experiment);
    return time.left() - GRACE_SECONDS - refit - time.quickJudgingSeconds;
  };
  const selection = await choose(candidates, secondsLeft(), run, leftOut);
  const chosen = selection.members.map(({ trial }) => trial);
  const { members } = affordable(chosen, selection.best, plan, { work, time });
  if (members.length === chosen.length) return selection;
  leftOut.push(GIVEN_UP.members(members.length, chosen.length));
  const fewer = candidates.filter(({ trial }) => members.includes(trial));
  return choose(fewer, secondsLeft(), run, leftOut);
}

/** The first of the candidates, where it takes more than these seconds to find out whether several are better. */
export async function choose(
  candidates: readonly Candidate[],
  seconds: number,
  { engine, signal, time }: RunToFinish<unknown, unknown>,
  leftOut: string[],
): Promise<Selection> {
  const within = async (most: number, among: readonly Candidate[]) => {
    const limit = deadline(time.after, most);
    return engine.select(among, { signal: AbortSignal.any([signal, limit.signal]) }).finally(limit.close);
  };
  const one = candidates.slice(0, 1);
  if (candidates.length === 1) return within(time.leftToTheEnd(), one);
  return within(seconds, candidates).catch((error: unknown) => {
    if (!(error instanceof DeadlinePassed)) throw error;
    leftOut.push(GIVEN_UP.choice);
    return within(time.leftToTheEnd(), one);
  });
}

/** As far as CPU seconds are limited. */
export function affordable(
  members: readonly number[],
  best: number,
  { experiment }: Plan,
  { work, time }: Pick<RunToFinish<unknown, unknown>, 'work' | 'time'>,
): FinishPlan {
  const wanted = { members, onAllRows: experiment.refit === 'all' };
  const costs = { experiment, trialOf: trialsOf(work), best, judgingSeconds: time.judgingSeconds };
  return affordableFinish(wanted, costs, time.cpuSecondsLeft);
}
