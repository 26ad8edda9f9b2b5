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
import type { RunEngine, RunJournal } from './ports.ts';
import type { WorkDone } from './progress.ts';
import { studyModel } from './study-model.ts';

export interface Finished<Model> {
  /** The trial that is the model, or its heaviest member. */
  readonly winner: TrialSpec;
  readonly judgement: Judged;
  readonly model: Model;
}

interface RunToFinish<Refit, Model> {
  readonly runId: string;
  readonly plan: Plan;
  readonly journal: RunJournal;
  readonly engine: RunEngine<Refit, Model>;
  readonly work: Pick<WorkDone, 'schedule' | 'finished'>;
  readonly signal: AbortSignal;
  /** Wall seconds that the run still has; null for as many as it needs. */
  readonly secondsLeft?: () => number | null;
  readonly isStopped?: boolean;
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

/** A pure function of the finished trials, so it can be interrupted anywhere and done again. Where a chosen trial cannot
 *  be trained again, the choice is made among the others.
 *  @throws what journal and engine throw; the signal's reason when it aborts. */
export async function finishRun<Refit extends { readonly cpuSeconds: number }, Model>(
  run: RunToFinish<Refit, Model>,
): Promise<Finished<Model>> {
  let ranked = rankTrials(run.plan.experiment.metric, run.work.finished.values());
  for (;;) {
    try {
      const candidates = await readCandidates(ranked, run);
      const selection = await run.engine.select(candidates, { signal: run.signal });
      return await finishWith(selection, candidates, run);
    } catch (error) {
      if (!(error instanceof LostTrial)) throw error;
      ranked = ranked.filter(({ number }) => number !== error.trial);
      if (ranked.length === 0) throw error.cause;
    }
  }
}

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

/** Trains what was chosen, and judges it. @throws LostTrial */
async function finishWith<Refit extends { readonly cpuSeconds: number }, Model>(
  selection: Selection,
  candidates: readonly Candidate[],
  run: RunToFinish<Refit, Model>,
): Promise<Finished<Model>> {
  const { runId, plan, journal, engine, work, signal } = run;
  const { experiment } = plan;
  const { finished } = work;
  const specOf = specsOf(work);
  const parts = selection.members.map(({ trial }) => trial);
  const onTrainingRows = [...new Set([...parts, selection.best])];
  const together = onTrainingRows.length + (experiment.refit === 'all' ? parts.length : 0);
  const refit = (which: RefitRows) => async (number: number) => {
    const { folds } = finished.get(number) as TrialResult;
    const saved: Promise<void>[] = [];
    const checkpoint = await journal.checkpoint(runId, number, which);
    const refitted = engine.refit(specOf(number), folds, which, {
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
  };
  const onTraining = onTrainingRows.map(refit('training'));
  // What people get is trained while the holdout is looked at: nothing that is seen there can change it.
  const forUse = experiment.refit === 'all' ? parts.map(refit('all')) : onTraining.slice(0, parts.length);
  const judged = Promise.all(onTraining).then((refits) => engine.judge(selection, refits, { signal }));
  const importance = judged.then((judgement) => judgement.importance);
  importance.catch(() => undefined); // looked at when the studies come to it
  const studied = Promise.all([...onTraining, ...forUse]).then(() =>
    studyModel({
      ...{ runId, plan, journal, engine, selection, specOf, signal },
      resultOf: (trial) => finished.get(trial) as TrialResult,
      predictionsOf: (trial) => candidates.find((one) => one.trial === trial)?.predictions ?? [],
      importance,
      secondsLeft: run.secondsLeft ?? (() => null),
      isStopped: run.isStopped ?? false,
    }),
  );
  // Whatever fails, nothing of it may compute beside a second attempt.
  await Promise.allSettled([...onTraining, ...forUse, judged, studied]);
  const [judgement, refits, studies] = [await judged, await Promise.all(forUse), await studied];
  const extraSeconds =
    experiment.refit === 'all' ? refits.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) : 0;
  return {
    winner: specOf(parts[0] as number),
    judgement: {
      ...judgement,
      ...(judgement.evidence && { evidence: { ...judgement.evidence, studies } }),
      cpuSeconds: judgement.cpuSeconds + extraSeconds + ('cpuSeconds' in studies ? studies.cpuSeconds : 0),
    },
    model: engine.assemble(
      selection,
      selection.members.map(({ weight }, i) => ({ weight, refit: refits[i] as Refit })),
    ),
  };
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
