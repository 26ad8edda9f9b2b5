/** The execution of one approved plan: trials side by side, then the choice of the model, its refits and its one look
 *  at the holdout.
 *
 *  Can be interrupted anywhere and called again: finished trials and folds are read from the journal, everything
 *  else is a pure function of the plan, so the report does not depend on how often the run was killed. */
import type { Judged } from '../ml/evidence.ts';
import { foldsPerTrial } from '../ml/experiment.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import { reservedCpuSeconds, strongestOf } from '../plan/allocate.ts';
import type { Plan } from '../plan/plan.ts';
import { Schedule } from '../plan/schedule.ts';
import { bestTrial } from './best-trial.ts';
import { CpuMeter } from './cpu-meter.ts';
import { finishRun } from './finish.ts';
import { cpuBudget, reserveFor } from './finish-budget.ts';
import { ENDLESS, finishTime } from './finish-time.ts';
import type { RunEngine, RunJournal, TrialDesk } from './ports.ts';
import { countFolds, describeProgress, type RunProgress, type WorkDone } from './progress.ts';
import { hasEnded, type Run, type RunState } from './run.ts';
import { DeadlinePassed, every, type RunClock, realTime } from './timer.ts';
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
  /** Timers in the milliseconds of `now`; real time, unless given. */
  readonly after?: RunClock['after'];
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
      /** What the finish had to give up to be over in time, as sentences; none usually. */
      readonly leftOut: readonly string[];
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
  const { after = realTime, hardStop } = options;
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
  const foldsBefore = countFolds(work, foldsPerTrial(plan.experiment));
  const meter = new CpuMeter(plan.budget.threads, Math.max(current.cpuSeconds, cpuOf(work)));
  const tell = (state: RunState) => {
    const clocks = { elapsedSeconds: wallSeconds(), secondsHere: secondsHere(), foldsBefore };
    options.onProgress(describeProgress(run, plan, state, work, clocks));
  };
  tell(current.state);

  const why =
    current.state === 'running'
      ? await runTrials(
          {
            ...{ run, plan, journal, work, options, tell, wallSeconds, meter, after },
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
  const isCut = finished.size < planned;
  const known = current.state === 'judging' ? current.reason : null;
  const cutShort = isCut ? (known ?? cutShortReason(why, plan, finished.size, planned)) : null;
  const cpuSeconds = meter.seconds(options.now());
  // For whoever takes the run up in its finish: what ended the trials is not known any more then.
  await journal.move(run.id, 'judging', { reason: cutShort, cpuSeconds });
  if (!bestTrial(plan.experiment.metric, finished.values()))
    return nothingToJudge(why, cutShort, finished.values());

  tell('judging');
  const { inTurn = (finish) => finish(), signal } = options;
  try {
    const time = hardStop ? finishTime(plan, { wallSeconds, cpuSeconds, after }) : ENDLESS;
    const { winner, judgement, model, leftOut } = await inTurn(() =>
      finishRun({
        ...{ runId: run.id, plan, journal, engine, work, signal, time },
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
      leftOut,
    };
  } catch (error) {
    if (error instanceof DeadlinePassed && !options.signal.aborted) return outOfTime(why, plan);
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

/** Of the trials that ended. */
function cpuOf({ finished }: WorkDone): number {
  return [...finished.values()].reduce((sum, trial) => sum + trial.cpuSeconds, 0);
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
  readonly meter: CpuMeter;
  readonly after: RunClock['after'];
}

/** How often the time of a run is written down, so that its budget counts it even when its process is killed. */
const CLOCK_MS = 5000;

/** Evaluates what is not finished yet. Resolves when no trial computes any more.
 *  @returns what ended the trials early, or null. */
async function runTrials(
  { run, plan, journal, desk, work, options, tell, wallSeconds, meter, after }: Attempt,
  secondsSoFar: number,
): Promise<EndReason | null> {
  const { schedule, finished } = work;
  const strongest = strongestOf(schedule.trials.map(({ family }) => family));
  const ofStrongest = schedule.trials.filter(({ family }) => family === strongest);
  const searchSeconds = () => {
    const hasTriedStrongest = ofStrongest.some(({ number }) => finished.has(number));
    return plan.budget.seconds - reserveFor(plan, finished.values(), hasTriedStrongest);
  };
  const mostCpu = cpuBudget(plan) - reservedCpuSeconds(plan.estimate.finishCpuSeconds ?? 0);
  const ranOut = () => (options.hardStop && meter.seconds(options.now()) >= mostCpu ? 'cpu' : null);
  const end = watchForEnd({
    look: () => journal.find(run.id),
    process: options.signal,
    secondsLeft: options.hardStop ? searchSeconds() - secondsSoFar : null,
    onEnd: (why) => why === 'stop' && tell('stopping'),
    ...{ ranOut, after },
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

  function settleAccounts(): void {
    const out = ranOut();
    if (out) end.end(out);
    // What the finish will take is known better with every trial.
    if (options.hardStop) end.hardStopIn(searchSeconds() - wallSeconds());
  }

  async function evaluate(spec: TrialSpec): Promise<void> {
    meter.begin(spec.number, options.now());
    const result = await desk.trial(spec, {
      signal: end.signal,
      together: computing(),
      onFold: (fold) => {
        addFold(work, spec.number, fold);
        meter.fold(spec.number, fold, options.now());
        tell(state());
        settleAccounts();
      },
    });
    meter.end(result, options.now());
    // A stopped trial is not a result: a continued run must evaluate it again.
    if (result.state === 'stopped') return;
    finished.set(spec.number, result);
    tell(state());
    settleAccounts();
  }

  const stopWriting = every(after, CLOCK_MS, () => {
    // Not where somebody has pressed Stop by now; that run is about to end anyway.
    const cpuSeconds = meter.seconds(options.now());
    journal.move(run.id, 'running', { earlierSeconds: wallSeconds(), cpuSeconds }).catch(() => undefined);
  });
  try {
    await startReady();
  } finally {
    end.close();
    stopWriting();
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

function cutShortReason(
  why: EndReason | null,
  { budget, price }: Pick<Plan, 'budget' | 'price'>,
  finished: number,
  planned: number,
): string {
  const share = `${finished} of ${planned} trials had finished`;
  if (why === 'stop') return `Stopped by a person when ${share}.`;
  if (why !== 'cpu') return `The time budget ran out when ${share}.`;
  const isPrice =
    cpuBudget({ budget, ...(price && { price }) }) < (budget.cpuSeconds ?? Number.POSITIVE_INFINITY);
  return isPrice ? `The price limit was reached when ${share}.` : `The CPU budget ran out when ${share}.`;
}

/** Even the least finish would have been too late. */
function outOfTime(why: EndReason | null, { budget }: Pick<Plan, 'budget'>): Outcome<never> {
  return {
    kind: 'nothing-to-judge',
    state: why === 'stop' ? 'stopped' : 'failed',
    reason: `Trials had finished, but the ${budget.seconds} s were over before a model could be trained again and judged: everything takes much longer on this data than the test before the plan suggested. A larger budget or fewer rows would do.`,
  };
}
