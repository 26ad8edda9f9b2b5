/** The execution of one approved plan: trials side by side, then the choice of the model, its refits and its one look
 *  at the holdout.
 *
 *  Can be interrupted anywhere and called again: finished trials and folds are read from the journal, everything
 *  else is a pure function of the plan, so the report does not depend on how often the run was killed. */
import type { Judged } from '../ml/evidence.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import { reservedSeconds } from '../plan/allocate.ts';
import type { Plan } from '../plan/plan.ts';
import { Schedule } from '../plan/schedule.ts';
import { bestTrial } from './best-trial.ts';
import { finishRun } from './finish.ts';
import type { RunEngine, RunJournal, TrialDesk } from './ports.ts';
import { countFolds, describeProgress, type RunProgress, type WorkDone } from './progress.ts';
import { hasEnded, type Run, type RunState } from './run.ts';
import { trialsHere } from './trial.ts';
import { type EndReason, watchForEnd } from './trials-end.ts';

export interface ExecutionOptions {
  /** Aborts when this process is asked to end: the run stays as it is and continues elsewhere. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether the plan's wall-clock budget ends the run; false when a stored plan is reproduced. */
  readonly hardStop: boolean;
  /** Where the trials are computed; here, unless given. */
  readonly trials?: TrialDesk;
  /** Lets the finish begin when its turn has come: it holds what all trials predicted. At once, unless given. */
  readonly inTurn?: <T>(finish: () => Promise<T>) => Promise<T>;
}

/** How a run ended. `interrupted` means that it did not end here: another worker will continue it, or has ended it. */
export type Outcome<Model> =
  | {
      readonly kind: 'judged';
      /** The trial that is the model, or its heaviest member. */
      readonly winner: TrialSpec;
      readonly judgement: Judged;
      readonly model: Model;
      readonly trials: readonly TrialResult[];
      /** Of these trials, in the same order. */
      readonly specs: readonly TrialSpec[];
      readonly wallSeconds: number;
      readonly cutShort: string | null;
    }
  | { readonly kind: 'nothing-to-judge'; readonly state: 'stopped' | 'failed'; readonly reason: string }
  | { readonly kind: 'interrupted' };

/** @throws only what the journal or the engine throw for reasons of their own (database gone, judging failed). */
export async function executeRun<Refit extends { readonly cpuSeconds: number }, Model>(
  run: Run,
  plan: Plan,
  journal: RunJournal,
  engine: RunEngine<Refit, Model>,
  options: ExecutionOptions,
): Promise<Outcome<Model>> {
  if (options.signal.aborted) return { kind: 'interrupted' };
  const startedMs = options.now();
  const secondsHere = () => (options.now() - startedMs) / 1000;
  const wallSeconds = () => run.earlierSeconds + secondsHere();
  const putDown = async (): Promise<Outcome<Model>> => {
    const { state } = (await journal.find(run.id)) ?? run;
    await journal.move(run.id, state, { earlierSeconds: wallSeconds() });
    return { kind: 'interrupted' };
  };

  const current = await takeUp(run, journal, startedMs);
  if (hasEnded(current)) return { kind: 'interrupted' };
  const work = await readWork(run, plan, journal);
  const foldsBefore = countFolds(work, plan.experiment.folds);
  const tell = (state: RunState) => {
    const clocks = { elapsedSeconds: wallSeconds(), secondsHere: secondsHere(), foldsBefore };
    options.onProgress(describeProgress(run, plan, state, work, clocks));
  };
  tell(current.state);

  const why =
    current.state === 'running'
      ? await runTrials(
          {
            ...{ run, plan, journal, work, options, tell, wallSeconds },
            desk: options.trials ?? trialsHere(run.id, plan, journal, engine, options.hardStop),
          },
          wallSeconds(),
        )
      : whyEndedEarlier(current);
  if (why === 'interrupt') return putDown();
  const { schedule, finished } = work;
  if (!(await journal.move(run.id, 'judging'))) return { kind: 'interrupted' };
  // From here on no result is kept any more. One may have come since the trials were told to end.
  for (const trial of await journal.trials(run.id)) finished.set(trial.number, trial);
  const planned = schedule.trials.length;
  const cutShort = finished.size < planned ? cutShortReason(why, finished.size, planned) : null;
  if (!bestTrial(plan.experiment.metric, finished.values()))
    return nothingToJudge(why, cutShort, finished.values());

  tell('judging');
  const { inTurn = (finish) => finish(), signal } = options;
  try {
    const { winner, judgement, model } = await inTurn(() =>
      finishRun({
        ...{ runId: run.id, plan, journal, engine, work, signal },
        secondsLeft: () => (options.hardStop ? plan.budget.seconds - wallSeconds() : null),
        isStopped: why === 'stop',
      }),
    );
    const trials = schedule.trials.flatMap(({ number }) => finished.get(number) ?? []);
    const specs = trials.flatMap(({ number }) => schedule.specOf(number, finished) ?? []);
    return {
      kind: 'judged',
      winner,
      judgement,
      model,
      trials,
      specs,
      wallSeconds: wallSeconds(),
      cutShort,
    };
  } catch (error) {
    if (!options.signal.aborted) throw error;
    return putDown();
  }
}

/** Marks the run as running, unless Stop was pressed or its trials were over before.
 *  @returns the run as the journal knows it then. */
async function takeUp(run: Run, journal: RunJournal, nowMs: number): Promise<Run> {
  const current = (await journal.find(run.id)) ?? run;
  if (current.state !== 'queued' && current.state !== 'running') return current;
  const startedAt = current.startedAt ?? new Date(nowMs).toISOString();
  const moved = await journal.move(run.id, 'running', { startedAt });
  // Not moved: somebody pressed Stop in this very moment.
  return moved ?? (await journal.find(run.id)) ?? current;
}

async function readWork(run: Run, plan: Plan, journal: RunJournal): Promise<WorkDone> {
  const trials = await journal.trials(run.id);
  const work: WorkDone = {
    schedule: new Schedule(plan),
    finished: new Map(trials.map((trial) => [trial.number, trial])),
    folds: new Map(),
  };
  for (const { trialNumber, fold } of await journal.folds(run.id)) addFold(work, trialNumber, fold);
  return work;
}

function addFold({ folds }: WorkDone, trialNumber: number, fold: FoldResult): void {
  // Told twice where a trial was computed twice: by a worker that was cut off, and by the next one.
  if (folds.get(trialNumber)?.some((known) => known.fold === fold.fold)) return;
  folds.set(trialNumber, [...(folds.get(trialNumber) ?? []), fold]);
}

interface Attempt {
  readonly run: Run;
  readonly plan: Plan;
  readonly journal: RunJournal;
  readonly desk: TrialDesk;
  readonly work: WorkDone;
  readonly options: ExecutionOptions;
  readonly tell: (state: RunState) => void;
  readonly wallSeconds: () => number;
}

/** How often the time of a run is written down, so that its budget counts it even when its process is killed. */
const CLOCK_MS = 5000;

/** Evaluates what is not finished yet. Resolves when no trial computes any more.
 *  @returns what ended the trials early, or null. */
async function runTrials(
  { run, plan, journal, desk, work, options, tell, wallSeconds }: Attempt,
  secondsSoFar: number,
): Promise<EndReason | null> {
  const end = watchForEnd({
    look: () => journal.find(run.id),
    process: options.signal,
    secondsLeft: options.hardStop
      ? plan.budget.seconds - reservedSeconds(plan.estimate) - secondsSoFar
      : null,
    onEnd: (why) => why === 'stop' && tell('stopping'),
  });
  const state = () => (end.why() === 'stop' ? 'stopping' : 'running');
  let failure: { readonly error: unknown } | undefined;
  // One failure ends all trials, and only when none computes any more is it thrown: a second attempt must not run
  // beside the rest of the first.
  const guard = (step: Promise<unknown>) =>
    step.catch((error: unknown) => {
      failure ??= { error };
      end.end('failure');
    });

  const { schedule, finished } = work;
  const started = new Set<number>(finished.keys());
  const computing = () => started.size - finished.size;

  /** Starts every trial whose setting is known and that was not started yet. Resolves when no trial computes any more that
   *  was started here, nor any that became possible through it. */
  async function startReady(): Promise<void> {
    if (end.why()) return;
    const ready = schedule.trials.flatMap(({ number }) =>
      started.has(number) ? [] : (schedule.specOf(number, finished) ?? []),
    );
    for (const { number } of ready) started.add(number);
    await Promise.all(ready.map((spec) => guard(evaluate(spec).then(startReady))));
  }

  async function evaluate(spec: TrialSpec): Promise<void> {
    const result = await desk.trial(spec, {
      signal: end.signal,
      together: computing(),
      onFold: (fold) => {
        addFold(work, spec.number, fold);
        tell(state());
      },
    });
    // A stopped trial is not a result: a continued run must evaluate it again.
    if (result.state === 'stopped') return;
    finished.set(spec.number, result);
    tell(state());
  }

  const writing = setInterval(() => {
    // Not where somebody has pressed Stop by now; that run is about to end anyway.
    journal.move(run.id, 'running', { earlierSeconds: wallSeconds() }).catch(() => undefined);
  }, CLOCK_MS);
  try {
    await startReady();
  } finally {
    end.close();
    clearInterval(writing);
  }
  if (failure) throw failure.error;
  return end.why();
}

/** The run's trials were over when this process took it up. */
function whyEndedEarlier({ state, stoppedBy }: Run): EndReason {
  return state === 'stopping' || stoppedBy !== null ? 'stop' : 'budget';
}

function nothingToJudge(
  why: EndReason | null,
  cutShort: string | null,
  finished: Iterable<TrialResult>,
): Outcome<never> {
  if (why === 'stop') {
    return {
      kind: 'nothing-to-judge',
      state: 'stopped',
      reason: 'Stopped before the first trial had finished.',
    };
  }
  const failure = [...finished].find((trial) => trial.state === 'failed');
  const reason = failure?.reason ?? cutShort ?? 'No trial finished.';
  return { kind: 'nothing-to-judge', state: 'failed', reason };
}

function cutShortReason(why: EndReason | null, finished: number, planned: number): string {
  const share = `${finished} of ${planned} trials had finished`;
  return why === 'stop' ? `Stopped by a person when ${share}.` : `The time budget ran out when ${share}.`;
}
