/** Computes one trial of a run: on whichever worker takes the job. */
import { ModelwrightError } from '../src/errors/errors.ts';
import { isOutage } from '../src/errors/outage.ts';
import type { FoldResult } from '../src/ml/tuning/trial.ts';
import { MEMORY_MARGIN } from '../src/plan/allocate.ts';
import type { Plan } from '../src/plan/plan.ts';
import { type JobContext, PutOff } from '../src/queue/worker.ts';
import type { RunJournal } from '../src/run/ports.ts';
import {
  costOf,
  executeTrial,
  failedTrial,
  isTooSmall,
  saveTrial,
  type TrialToRun,
  trialLimitSeconds,
} from '../src/run/trial.ts';
import { watchForEnd } from '../src/run/trials-end.ts';
import type { JobPayloads, Story } from '../src/thread/ports.ts';
import type { Engine, PlanEngine } from './engine.ts';
import { runJournal } from './journal.ts';
import type { MemoryRoom } from './memory-room.ts';
import { patient } from './patience.ts';
import type { ShardDesks } from './shard-desk.ts';
import type { Tables } from './tables.ts';

export type TrialPayload = Extract<JobPayloads['trial'], { spec: unknown }>;

export interface TrialDeps {
  readonly story: Story;
  readonly tables: Tables;
  engine(...material: Parameters<Engine['forPlan']>): Pick<PlanEngine, 'trial'>;
  readonly room: MemoryRoom;
  /** Who computes parts of one fit; idle threads of this process, unless given. */
  readonly shardDesks?: ShardDesks;
  /** Trials side by side in this process. */
  readonly threads: number;
  /** Whether there may be other workers, with more memory. */
  readonly mayPutOff: boolean;
  /** Told in a sentence what went wrong and was got around. */
  readonly warn?: (sentence: string) => void;
}

/** The jobs' progress: what a trial has done since it began here. */
export interface TrialProgress {
  readonly fold: FoldResult;
}

/** A trial whose process was lost this often computes alone, so that it does not take others along ... */
const ALONE_AFTER = 2;
/** ... and this often, it is given up, if it had begun to compute alone so many times: one that only waited beside another
 *  is lost with it as well. */
const GIVEN_UP_AFTER = 4;
const ALONE_BEFORE_GIVEN_UP = 2;
/** A trial that is too large for this worker waits so long for a larger one, so many times. */
const TOO_LARGE_MS = 2000;
const MOST_PUT_OFF = 15;

/** Does nothing where the trial is finished or its run takes no results any more.
 *  @throws PutOff; what the journal and the engine throw for reasons of their own. */
export async function trial(
  deps: TrialDeps,
  { runId, spec, together }: TrialPayload,
  context: Pick<JobContext, 'signal' | 'lost' | 'putOff' | 'marks' | 'mark' | 'progress'>,
): Promise<void> {
  const { signal, lost, putOff, marks, mark, progress } = context;
  const { story } = deps;
  const open = await openTrial(story, runId, spec.number);
  if (!open) return;
  const { plan, team, threadId } = open;
  const journal = patient(runJournal(story, team, deps.warn), signal);
  if (lost >= GIVEN_UP_AFTER && marks >= ALONE_BEFORE_GIVEN_UP) {
    const given = new ModelwrightError('TRIAL_LOSES_WORKERS', { trial: spec.number, runId, times: lost });
    await saveTrial(journal, runId, failedTrial(spec, given.person));
    return;
  }
  const end = watchForEnd({
    look: () => story.runs.find(runId),
    process: signal,
    secondsLeft: null,
    onEnd: () => undefined,
  });
  try {
    const desk = deps.shardDesks?.open({ id: runId, threadId }, plan, team);
    const engine = deps.engine(() => deps.tables.read(team, plan.dataset), plan, desk);
    const onFold = (fold: FoldResult) => {
      // A courtesy: whoever waits for the trial finds everything in the journal.
      progress({ fold } satisfies TrialProgress).catch(() => undefined);
    };
    const result = await inTheRoom(
      deps,
      { runId, spec, journal, engine },
      { plan, together, signal: end.signal, onFold, ...(lost >= ALONE_AFTER && { onAlone: mark }) },
    );
    if (result !== 'too large') {
      // Asked to end by its own process: another worker goes on.
      if (result.state === 'stopped') signal.throwIfAborted();
      return;
    }
    const planDecides = mostMegabytes(deps.room, plan) < deps.room.totalMb;
    if (deps.mayPutOff && putOff < MOST_PUT_OFF && !planDecides)
      throw new PutOff(`trial ${spec.number} of run ${runId} needs more memory`, TOO_LARGE_MS);
    await saveTrial(journal, runId, failedTrial(spec, tooLarge(deps.room, plan, spec).person));
  } catch (error) {
    signal.throwIfAborted();
    if (end.why()) return; // the run was stopped while this waited
    if (!(error instanceof ModelwrightError) || error.retryable || isOutage(error)) throw error;
    await saveTrial(journal, runId, failedTrial(spec, error.person));
  } finally {
    end.close();
  }
}

async function openTrial(
  story: Story,
  runId: string,
  number: number,
): Promise<{ plan: Plan; team: string; threadId: string } | null> {
  const [run, [finished], record] = await Promise.all([
    story.runs.find(runId),
    story.runs.trials(runId, [number]),
    story.plans.find(runId),
  ]);
  if (finished || !run || (run.state !== 'running' && run.state !== 'queued')) return null;
  const thread = await story.threads.find(run.threadId);
  if (!thread || record?.status !== 'approved') return null;
  return { plan: record.plan, team: thread.place.team, threadId: run.threadId };
}

interface Stay {
  readonly plan: Plan;
  readonly together: number;
  readonly signal: AbortSignal;
  readonly onFold: (fold: FoldResult) => void;
  /** Where it must compute alone: told when it is about to. */
  readonly onAlone?: () => Promise<void>;
}

/** Computes the trial when there is room for it; alone, where its share of the memory turns out too small. */
async function inTheRoom(
  { room, threads }: TrialDeps,
  toRun: TrialToRun,
  { plan, together, signal, onFold, onAlone }: Stay,
): Promise<Awaited<ReturnType<typeof executeTrial>> | 'too large'> {
  const neededMb = MEMORY_MARGIN * (costOf(plan, toRun.spec)?.memoryMb ?? 0);
  const mostMb = mostMegabytes(room, plan);
  if (neededMb > MEMORY_MARGIN * mostMb) return 'too large';
  const share = Math.max(room.totalMb / threads, neededMb);
  for (const mb of onAlone ? [mostMb] : [share, mostMb]) {
    const memoryMb = Math.min(mb, mostMb);
    const leave = await room.enter(memoryMb, signal);
    try {
      await onAlone?.();
      return await executeTrial(toRun, {
        signal,
        together: Math.max(together, room.inside),
        onFold,
        memoryMb,
        limitSeconds: trialLimitSeconds(plan, toRun.spec),
      });
    } catch (error) {
      if (!isTooSmall(error)) throw error;
    } finally {
      leave();
    }
  }
  return 'too large';
}

/** What one trial may hold: all that this worker has, or that the plan allows. */
function mostMegabytes({ totalMb }: Pick<MemoryRoom, 'totalMb'>, { budget }: Pick<Plan, 'budget'>): number {
  return Math.min(totalMb, budget.memoryMb ?? Number.POSITIVE_INFINITY);
}

function tooLarge(room: MemoryRoom, plan: Plan, spec: TrialToRun['spec']): ModelwrightError {
  const totalMb = mostMegabytes(room, plan);
  const needed = Math.max(costOf(plan, spec)?.memoryMb ?? 0, Math.ceil(totalMb) + 1);
  return new ModelwrightError('MEMORY_TOO_SMALL', { needed, available: Math.floor(totalMb) });
}

/** Written down when the job has failed for good, so that the run goes on without the trial. */
export async function giveTrialUp(
  { story }: Pick<TrialDeps, 'story'>,
  { runId, spec }: TrialPayload,
  sentence: string,
): Promise<void> {
  await saveTrial(
    story.runs satisfies Pick<RunJournal, 'saveTrial' | 'trials'>,
    runId,
    failedTrial(spec, sentence),
  );
}
