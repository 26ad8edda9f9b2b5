/** The finish of a run: the model is chosen by what the trials predicted in their folds, its members are trained again
 *  side by side, the holdout is opened once, and what people get is trained on every row. */
import { ModelwrightError } from '../errors/errors.ts';
import type { Judged } from '../ml/evidence.ts';
import type { Candidate } from '../ml/search/out-of-fold.ts';
import type { RefitRows } from '../ml/search/refit.ts';
import type { Selection } from '../ml/search/select-ensemble.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Plan } from '../plan/plan.ts';
import { rankTrials } from './best-trial.ts';
import { affordableFinish, type FinishPlan, refitSeconds } from './finish-budget.ts';
import type { FinishTime } from './finish-time.ts';
import { judgeNested } from './judge-nested.ts';
import type { RunEngine, RunJournal } from './ports.ts';
import type { WorkDone } from './progress.ts';
import { studyModel } from './study-model.ts';
import { DeadlinePassed, deadline, realTime } from './timer.ts';

export interface Finished<Model> {
  /** The trial that is the model, or its heaviest member. */
  readonly winner: TrialSpec;
  readonly judgement: Judged;
  readonly model: Model;
  /** What was given up to be over in time, as sentences. */
  readonly leftOut: readonly string[];
}

interface RunToFinish<Refit, Model> {
  readonly runId: string;
  readonly plan: Plan;
  readonly journal: RunJournal;
  readonly engine: RunEngine<Refit, Model>;
  readonly work: Pick<WorkDone, 'schedule' | 'finished'>;
  readonly signal: AbortSignal;
  /** Whether somebody pressed Stop: then nothing is done that is for the report alone. */
  readonly isStopped: boolean;
  /** Null where nothing limits it. */
  readonly time: FinishTime | null;
}

/** Numbers that the predictions of all candidates may be, a gigabyte: of more the best trials are taken. */
const MOST_NUMBERS = 2.5e8;
const FEWEST_CANDIDATES = 8;

/** A trial that cannot be trained again: with more rows a network may diverge, or memory may not suffice. */
class LostTrial extends Error {
  readonly trial: number;

  constructor(trial: number, cause: ModelwrightError) {
    super(`trial ${trial} cannot be trained again`, { cause });
    this.trial = trial;
  }
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
  if (inTime[0] !== ranked[0]) leftOut.push(WORDS.otherTrial((ranked[0] as TrialResult).number));
  const candidates = await readCandidates(inTime, run);
  const selection = await chooseInTime(candidates, run, leftOut);
  const trained = await trainInTime(selection, candidates, run, leftOut);
  const judging = judgeInTime(trained, run, leftOut);
  const shipping = trained.forUse ? inTimeOrNull(trained.forUse, run) : Promise.resolve(null);
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
  if (trained.forUse && !forUse) leftOut.push(WORDS.allRows);
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

const WORDS = {
  otherTrial: (trial: number) =>
    `The best trial, number ${trial + 1}, was not taken: training it again would have taken longer than was left.`,
  choice: 'Whether several trials together are better was not found out in time: the model is one trial.',
  members: (kept: number, chosen: number) =>
    `Of ${chosen} trials that together were best, ${kept === 1 ? 'only one was' : `only ${kept} were`} trained again in time, and the model was chosen among those.`,
  allRows:
    'The model was not trained again on all rows: it has learned from the training rows alone, as it was judged.',
  chapters: 'Importances and the chapters that explain single predictions and errors were left out.',
} as const;

/** What may be chosen, the best first. @param ranked all trials, the best first. */
async function readCandidates(
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

/** A refit is often faster than a fold promises: a trial is passed over only where it clearly cannot be trained again. */
const CLEARLY = 2;

/** Those that can be trained again in time, or the fastest where none can. */
function trialsInTime(
  ranked: readonly TrialResult[],
  { plan, time }: RunToFinish<unknown, unknown>,
): readonly TrialResult[] {
  if (!time) return ranked;
  const seconds = (trial: TrialResult) => refitSeconds(trial, 'training', plan.experiment);
  const most = Math.min(time.leftToTheEnd(), time.cpuSecondsLeft) - time.quickJudgingSeconds;
  const inTime = ranked.filter((trial) => seconds(trial) <= CLEARLY * most);
  if (inTime.length > 0) return inTime;
  return [ranked.reduce((best, trial) => (seconds(trial) < seconds(best) ? trial : best))];
}

/** @returns a choice whose model can be trained in time, as far as the trials say. */
async function chooseInTime(
  candidates: readonly Candidate[],
  run: RunToFinish<unknown, unknown>,
  leftOut: string[],
): Promise<Selection> {
  const { plan, work, time } = run;
  const trialOf = trialsOf(work);
  const first = candidates[0]?.trial ?? 0;
  const secondsLeft = () => {
    if (!time) return Number.POSITIVE_INFINITY;
    const refit = refitSeconds(trialOf(first), 'training', plan.experiment);
    return time.left() - GRACE_SECONDS - refit - time.quickJudgingSeconds;
  };
  const selection = await choose(candidates, secondsLeft(), run, leftOut);
  const chosen = selection.members.map(({ trial }) => trial);
  const { members } = affordable(chosen, selection.best, plan, { work, time });
  if (members.length === chosen.length) return selection;
  leftOut.push(WORDS.members(members.length, chosen.length));
  const fewer = candidates.filter(({ trial }) => members.includes(trial));
  return choose(fewer, secondsLeft(), run, leftOut);
}

/** The first of the candidates, where it takes more than these seconds to find out whether several are better. */
async function choose(
  candidates: readonly Candidate[],
  seconds: number,
  { engine, signal, time }: RunToFinish<unknown, unknown>,
  leftOut: string[],
): Promise<Selection> {
  const within = async (most: number, among: readonly Candidate[]) => {
    const limit = deadline(time?.after ?? realTime, most);
    return engine.select(among, { signal: AbortSignal.any([signal, limit.signal]) }).finally(limit.close);
  };
  const one = candidates.slice(0, 1);
  const toTheEnd = () => time?.leftToTheEnd() ?? Number.POSITIVE_INFINITY;
  if (candidates.length === 1) return within(toTheEnd(), one);
  return within(seconds, candidates).catch((error: unknown) => {
    if (!(error instanceof DeadlinePassed)) throw error;
    leftOut.push(WORDS.choice);
    return within(toTheEnd(), one);
  });
}

/** What a task may take to end when it is asked to, and its thread to begin anew. */
const GRACE_SECONDS = 1.5;
const ENDLESS: Omit<FinishTime, 'after' | 'cpuSecondsLeft'> = {
  left: () => Number.POSITIVE_INFINITY,
  leftToTheEnd: () => Number.POSITIVE_INFINITY,
  judgingSeconds: 0,
  quickJudgingSeconds: 0,
};

interface TrainedModel<Refit> {
  readonly selection: Selection;
  /** On the training rows. */
  readonly refits: readonly (Refit & { readonly trial: number })[];
  /** The members on all rows, still under way; null where people get those of the training rows. */
  readonly forUse: Promise<Refit[]> | null;
  readonly close: () => void;
}

/** Trains what was chosen. Where the time is over before all is trained, the model is chosen among what is.
 *  @throws LostTrial */
async function trainInTime<Refit extends { readonly cpuSeconds: number }, Model>(
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
  if (wantsAll && !onAllRows) leftOut.push(WORDS.allRows);
  const together = onTrainingRows.length + (onAllRows ? parts.length : 0);
  const within = (seconds: number) => deadline(time?.after ?? realTime, seconds);
  const { left, leftToTheEnd, judgingSeconds, quickJudgingSeconds } = time ?? ENDLESS;
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
  leftOut.push(WORDS.members(trained.length, onTrainingRows.length));
  if (onAllRows) leftOut.push(WORDS.allRows);
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

/** With its chapters; without them where they take too long. */
async function judgeInTime<Refit extends { readonly cpuSeconds: number }>(
  { selection, refits }: TrainedModel<Refit>,
  { engine, signal, time }: RunToFinish<Refit, unknown>,
  leftOut: string[],
): Promise<Judged> {
  const known = new Set([...selection.members.map(({ trial }) => trial), selection.best]);
  const needed = refits.filter(({ trial }) => known.has(trial));
  const judge = async (seconds: number, chapters: boolean) => {
    const limit = deadline(time?.after ?? realTime, seconds);
    try {
      return await engine.judge(selection, needed, {
        signal: AbortSignal.any([signal, limit.signal]),
        chapters,
      });
    } finally {
      limit.close();
    }
  };
  if (!time) return judge(Number.POSITIVE_INFINITY, true);
  const untilQuick = time.left() - time.quickJudgingSeconds;
  if (untilQuick > 0) {
    const judged = await judge(untilQuick, true).catch((error: unknown) => {
      if (error instanceof DeadlinePassed) return null;
      throw error;
    });
    if (judged) return judged;
  }
  leftOut.push(WORDS.chapters);
  return judge(time.leftToTheEnd(), false);
}

/** What is studied of the model, in the time that is left by all that comes before and after it. */
function study<Refit>(
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
    if (!time) return null;
    const cpuSeconds = time.cpuSecondsLeft - run.cpuSeconds - estimate.calibration.judgingSeconds;
    return Math.min(time.left() - (estimate.nestedSeconds ?? 0), cpuSeconds / budget.threads);
  };
  // Putting together what was trained is worth being a little late for.
  const secondsToTheEnd = () => time && time.leftToTheEnd() - GRACE_SECONDS - (estimate.nestedSeconds ?? 0);
  return studyModel({
    ...{ runId, plan, journal, engine, selection, signal, importance, isStopped, secondsLeft },
    secondsToTheEnd,
    after: time?.after ?? realTime,
    specOf: specsOf(work),
    resultOf: trialsOf(work),
    predictionsOf: (trial) => candidates.find((one) => one.trial === trial)?.predictions ?? [],
  });
}

function cpuOf(work: readonly { readonly cpuSeconds: number }[]): number {
  return work.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** @returns null where the time was over before. */
async function inTimeOrNull<T>(
  work: Promise<T>,
  { time }: Pick<RunToFinish<unknown, unknown>, 'time'>,
): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (time && error instanceof DeadlinePassed) return null;
    throw error;
  });
}

/** As far as CPU seconds are limited. */
function affordable(
  members: readonly number[],
  best: number,
  { experiment }: Plan,
  { work, time }: Pick<RunToFinish<unknown, unknown>, 'work' | 'time'>,
): FinishPlan {
  const wanted = { members, onAllRows: experiment.refit === 'all' };
  if (!time) return wanted;
  const costs = { experiment, trialOf: trialsOf(work), best, judgingSeconds: time.judgingSeconds };
  return affordableFinish(wanted, costs, time.cpuSecondsLeft);
}

function trialsOf({ finished }: RunToFinish<unknown, unknown>['work']): (number: number) => TrialResult {
  return (number) => finished.get(number) as TrialResult;
}

/** Of trials that finished, so that their settings are known. */
function specsOf({
  schedule,
  finished,
}: RunToFinish<unknown, unknown>['work']): (number: number) => TrialSpec {
  return (number) => schedule.specOf(number, finished) as TrialSpec;
}

/** What is wrong with the trial will be wrong again; anything else (a lost thread, an abort) is no fault of the trial. */
function explainLoss(trial: number): (error: unknown) => never {
  return (error) => {
    throw error instanceof ModelwrightError && !error.retryable ? new LostTrial(trial, error) : error;
  };
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
