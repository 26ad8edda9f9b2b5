/** Has the trials of runs computed by whichever worker is free: each is a job, and its result is read from the journal. */
import { setMaxListeners } from 'node:events';
import { z } from 'zod';
import { FoldResult, type TrialResult } from '../src/ml/tuning/trial.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { JobQueues } from '../src/queue/queue.ts';
import type { TrialDesk } from '../src/run/ports.ts';
import { hasEnded, type Run } from '../src/run/run.ts';
import { expectedSeconds, failedTrial, saveTrial } from '../src/run/trial.ts';
import type { Story } from '../src/thread/ports.ts';

export interface TrialDesks {
  /** The desk of one run. */
  open(run: Pick<Run, 'id' | 'threadId'>, plan: Plan, team: string): TrialDesk;
  close(): void;
}

type DeskQueue = Pick<JobQueues, 'addShared' | 'withdraw' | 'stateOf' | 'onEnded' | 'onProgress'>;

/** Somebody who waits for a trial. */
interface Waiter {
  readonly runId: string;
  readonly number: number;
  readonly onFold: (fold: FoldResult) => void;
  readonly settle: (result: TrialResult) => void;
  /** Adds the job again, where the queue has lost it. */
  readonly add: () => Promise<void>;
  /** When its job was last seen to be on its way. */
  seenMs: number;
  missing: number;
}

export interface DeskTiming {
  /** Ends of jobs are told. What was not, because a connection was lost, is found out so often. */
  readonly lookMs: number;
  /** Whether a job is still in the queue is asked when it was not seen for so long. */
  readonly unseenMs: number;
}

const DEFAULT_TIMING: DeskTiming = { lookMs: 2000, unseenMs: 10_000 };
/** Of so many jobs at a time. */
const MOST_ASKED = 50;
/** One look may fall between the end of a job and its result. */
const LOOKS_TO_BE_MISSING = 2;

const Progress = z.object({ fold: FoldResult });

/** @param onError hears of what went wrong while a desk looked for results; it looks again. */
export async function openTrialDesks(
  queue: DeskQueue,
  { runs }: Pick<Story, 'runs'>,
  onError: (error: unknown) => void,
  { lookMs, unseenMs }: DeskTiming = DEFAULT_TIMING,
): Promise<TrialDesks> {
  const waiting = new Map<string, Waiter>();
  const shares = workShares(runs);

  async function settleFinished(runId: string, jobIds: readonly string[]): Promise<void> {
    const numbers = jobIds.flatMap((jobId) => waiting.get(jobId)?.number ?? []);
    for (const result of await runs.trials(runId, numbers))
      waiting.get(jobIdOf(runId, result.number))?.settle(result);
  }

  async function look(): Promise<void> {
    const nowMs = performance.now();
    const unseen = [...waiting].filter(([, { seenMs }]) => nowMs - seenMs > unseenMs).slice(0, MOST_ASKED);
    const states = new Map<string, Awaited<ReturnType<DeskQueue['stateOf']>>>();
    for (const [jobId] of unseen) states.set(jobId, await queue.stateOf('trial', jobId));
    // After that, so that a job which ended well has its result.
    const byRun = new Map<string, string[]>();
    for (const [jobId, { runId }] of waiting) byRun.set(runId, [...(byRun.get(runId) ?? []), jobId]);
    for (const [runId, jobIds] of byRun) await settleFinished(runId, jobIds);
    for (const [jobId, waiter] of unseen) {
      if (waiting.get(jobId) !== waiter) continue;
      const state = states.get(jobId);
      if (state === 'waiting' || state === 'active') {
        waiter.seenMs = nowMs;
        waiter.missing = 0;
      } else if (++waiter.missing >= LOOKS_TO_BE_MISSING) await replace(jobId, waiter, state === 'failed');
    }
  }

  /** The queue has given the job up, or lost it with what its server had not written to disk. */
  async function replace(jobId: string, waiter: Waiter, hasFailed: boolean): Promise<void> {
    waiter.missing = 0;
    waiter.seenMs = performance.now();
    if (!hasFailed) return waiter.add();
    const failed = failedTrial(waiter, 'It was given up after its retries.');
    waiter.settle(await saveTrial(runs, waiter.runId, failed));
    await queue.withdraw('trial', jobId);
  }

  const unlisten = await Promise.all([
    queue.onEnded('trial', (jobId) => {
      const waiter = waiting.get(jobId);
      if (waiter) settleFinished(waiter.runId, [jobId]).catch(onError);
    }),
    queue.onProgress('trial', (jobId, value) => {
      const waiter = waiting.get(jobId);
      const progress = Progress.safeParse(value);
      if (!waiter || !progress.success) return;
      waiter.seenMs = performance.now();
      waiter.onFold(progress.data.fold);
    }),
  ]);
  let looking = false;
  const timer = setInterval(() => {
    if (looking || waiting.size === 0) return;
    looking = true;
    look()
      .catch(onError)
      .finally(() => {
        looking = false;
      });
  }, lookMs);

  return {
    open(run, plan, team) {
      return {
        async trial(spec, { signal, together, onFold }) {
          const jobId = jobIdOf(run.id, spec.number);
          const stopped: TrialResult = { ...failedTrial(spec, 'stopped'), state: 'stopped' };
          if (signal.aborted) return stopped;
          setMaxListeners(0, signal); // all trials of a run share one
          const add = async () => {
            const cost = expectedSeconds(plan, spec) * (await shares(run, plan, team));
            const payload = { runId: run.id, spec, together };
            await queue.addShared('trial', jobId, payload, { lane: run.id, cost: PER_SECOND * cost });
          };
          let abort: (() => void) | undefined;
          const settled = new Promise<TrialResult>((settle) => {
            abort = () => settle(stopped);
            const { number } = spec;
            waiting.set(jobId, {
              ...{ runId: run.id, number, onFold, settle, add },
              seenMs: performance.now(),
              missing: 0,
            });
            signal.addEventListener('abort', abort, { once: true });
          });
          try {
            await add();
            return await settled;
          } finally {
            waiting.delete(jobId);
            if (abort) signal.removeEventListener('abort', abort);
            // An interrupted run goes on elsewhere, and its trials meanwhile.
            if (['stop', 'budget', 'cpu'].includes(signal.reason))
              await queue.withdraw('trial', jobId).catch(onError);
          }
        },
      };
    },
    close() {
      clearInterval(timer);
      for (const end of unlisten) end();
    },
  };
}

function jobIdOf(runId: string, number: number): string {
  return `${runId}-${number}`;
}

/** Units of work in a second of a trial. */
export const PER_SECOND = 10;
/** A run whose trials are expected to take no longer than this is small, and gets so many times the share of another:
 *  somebody is waiting for it, and it is soon over. */
const SMALL_SECONDS = 300;
const SMALL_SHARE = 4;
/** How long it counts as known which runs there are. */
const KNOWN_MS = 2000;
const MOST_RUNS = 100;

type RunShare = (run: Pick<Run, 'id' | 'threadId'>, plan: Plan, team: string) => Promise<number>;

/** By how much a run's work counts more than it is: the workers are shared equally between teams, in a team between its
 *  threads, and in a thread between its runs. */
export function workShares(runs: Pick<Story['runs'], 'ofTeam'>): RunShare {
  const known = new Map<string, { readonly live: Promise<readonly Run[]>; readonly atMs: number }>();
  return async ({ id, threadId }, plan, team) => {
    let entry = known.get(team);
    if (!entry || performance.now() - entry.atMs > KNOWN_MS) {
      const live = runs.ofTeam(team, MOST_RUNS).then((all) => all.filter((run) => !hasEnded(run)));
      entry = { live, atMs: performance.now() };
      live.catch(() => known.delete(team));
      known.set(team, entry);
    }
    const live = await entry.live;
    const others = live.filter((run) => run.id !== id);
    const threads = new Set([threadId, ...others.map((run) => run.threadId)]).size;
    const inThread = 1 + others.filter((run) => run.threadId === threadId).length;
    return (threads * inThread) / (isSmall(plan) ? SMALL_SHARE : 1);
  };
}

function isSmall(plan: Plan): boolean {
  const seconds = plan.candidates.reduce(
    (sum, { family, trials }) => sum + trials * expectedSeconds(plan, { family }),
    0,
  );
  return seconds <= SMALL_SECONDS;
}
