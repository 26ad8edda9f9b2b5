/** Takes jobs from one queue and hands them to a processor. The processor computes elsewhere (training-pool.ts): a
 *  processor that keeps this event loop busy loses its lock, and with it its work. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  DelayedError,
  type Job,
  type JobProgress,
  UnrecoverableError,
  WaitingError,
  withBackend,
} from 'bullmq';
import { z } from 'zod';
import { ModelwrightError } from '../errors/errors.ts';
import { isOutage } from '../errors/outage.ts';
import type { JobPayloads, QueueName } from '../thread/ports.ts';
import type { Backend } from './backend.ts';
import { fromBullId } from './job-id.ts';
import { PAYLOADS } from './payloads.ts';

export interface JobContext {
  readonly jobId: string;
  /** Counts from 1; grows with every start, also with one after a crash. */
  readonly attempt: number;
  /** Starts before this one that ended without a word: the process that computed died, or was cut off. */
  readonly lost: number;
  /** How often the job was put off or given back before. */
  readonly putOff: number;
  /** How often `mark` was called before this start. */
  readonly marks: number;
  /** Counts something in the job itself, where the next start finds it, also after a crash. */
  mark(): Promise<void>;
  /** Aborts when this process is asked to end or when the job was given to another worker. Whatever the processor throws
   *  after that gives the job back to the queue. */
  readonly signal: AbortSignal;
  /** Tells listeners in any process; the latest value counts. */
  progress(value: JobProgress): Promise<void>;
}

/** Thrown by a processor that cannot do the job here and now: any worker may take it later. */
export class PutOff extends Error {
  override readonly name = 'PutOff';
  readonly ms: number;

  constructor(why: string, ms: number) {
    super(why);
    this.ms = ms;
  }
}

export type Processor<Q extends QueueName> = (payload: JobPayloads[Q], context: JobContext) => Promise<void>;

export interface WorkOptions<Q extends QueueName> {
  /** Jobs of this queue side by side in this process. Default 1 for runs, 4 for the others. */
  readonly concurrency?: number;
  /** Called when a job has failed for good: not retryable, too many attempts, or too many crashes. */
  readonly onGivenUp?: (payload: JobPayloads[Q], error: Error, jobId: string) => Promise<void>;
}

export interface WorkerTiming {
  /** How long a job counts as taken after its worker's last sign of life. */
  readonly lockMs: number;
  /** How often workers look for jobs whose lock has lapsed; twice this passes before such a job is taken again. */
  readonly stalledCheckMs: number;
  /** How long `close` waits for processors that were asked to stop. */
  readonly closeGraceMs: number;
}

/** A job whose worker died is taken up again so many times: a job that kills its worker must not do so forever. */
const MAX_STALLED = 5;
/** And it is started so many times altogether, orderly restarts included. */
const MAX_STARTED = 30;
/** A trial counts its own losses (jobs/trial.ts), before it comes to these. */
const LIMITS: Partial<Record<QueueName, { stalled: number; started: number }>> = {
  trial: { stalled: 50, started: 1000 },
};

/** While a server that a job needs is away, the job waits so long; this does not count as one of its attempts. */
const OUTAGE_MS = 3000;
/** An hour of that, and it fails. */
const MAX_PUT_OFF = 1200;

export interface JobWorker {
  /** Stops taking jobs, asks processors to stop, and gives back what they did not finish: another worker takes it at
   *  once, as if it had just been added. */
  close(): Promise<void>;
}

interface ActiveJob {
  readonly job: Job<unknown>;
  readonly token: string | undefined;
  readonly controller: AbortController;
  /** Resolves when the processor has ended and its job was given back, if it had to be. */
  readonly settled: Promise<void>;
}

export async function startWorker<Q extends QueueName>(
  queue: Q,
  processor: Processor<Q>,
  { factory }: Backend,
  { concurrency = queue === 'run' ? 1 : 4, onGivenUp }: WorkOptions<Q>,
  timing: WorkerTiming,
  onError: (error: Error) => void,
): Promise<JobWorker> {
  const active = new Set<ActiveJob>();
  const farewells = new Set<Promise<void>>();
  let closing = false;

  const payloadOf = (job: Job<unknown>) => PAYLOADS[queue].parse(job.data) as JobPayloads[Q];

  async function process(job: Job<unknown>, token: string | undefined, signal: AbortSignal): Promise<void> {
    try {
      await processor(payloadOf(job), {
        jobId: fromBullId(job.id),
        attempt: job.attemptsStarted,
        lost: Math.max(0, job.attemptsStarted - 1 - job.attemptsMade - counted(job, 'putOff')),
        putOff: counted(job, 'putOff'),
        marks: counted(job, 'marks'),
        mark: () => count(job, 'marks'),
        signal,
        progress: (value) => job.updateProgress(value),
      });
    } catch (error) {
      if (!signal.aborted) {
        const ms = error instanceof PutOff ? error.ms : isOutage(error) ? OUTAGE_MS : null;
        if (ms === null || counted(job, 'putOff') >= MAX_PUT_OFF)
          throw isWorthRepeating(error) ? error : unrecoverable(error);
        await count(job, 'putOff');
        await job.moveToDelayed(Date.now() + ms, token);
        throw new DelayedError();
      }
      if (closing) await giveBack(job, token);
      throw new WaitingError(); // tells BullMQ that the job is no longer ours to finish
    }
  }

  async function take(job: Job<unknown>, token: string | undefined): Promise<void> {
    const controller = new AbortController();
    if (closing) controller.abort();
    const processing = process(job, token, controller.signal);
    const settled = processing.catch(() => undefined);
    const entry: ActiveJob = { job, token, controller, settled };
    active.add(entry);
    void settled.then(() => active.delete(entry));
    return processing;
  }

  const { Worker } = withBackend(factory);
  const worker = new Worker<unknown, void>(queue, take, {
    connection: {},
    concurrency,
    lockDuration: timing.lockMs,
    stalledInterval: timing.stalledCheckMs,
    maxStalledCount: LIMITS[queue]?.stalled ?? MAX_STALLED,
    maxStartedAttempts: LIMITS[queue]?.started ?? MAX_STARTED,
  });
  worker.on('error', onError);
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const { job, controller } of active) {
      if (jobIds.includes(String(job.id))) controller.abort();
    }
  });
  worker.on('failed', (job, error) => {
    if (!job || !onGivenUp || !hasFailedForGood(job, error)) return;
    const farewell = (async () => onGivenUp(payloadOf(job), reasonOf(error), fromBullId(job.id)))()
      .catch(onError)
      .finally(() => farewells.delete(farewell));
    farewells.add(farewell);
  });
  await worker.waitUntilReady();

  return {
    async close() {
      closing = true;
      await worker.pause(true);
      for (const { controller } of active) controller.abort();
      const settled = Promise.all([...active].map((entry) => entry.settled));
      await Promise.race([settled, delay(timing.closeGraceMs, undefined, { ref: false })]);
      // Whoever does not listen is left behind: its job goes to another worker, and what it does later counts nothing.
      const deaf = [...active];
      await Promise.all(deaf.map(({ job, token }) => giveBack(job, token).catch(onError)));
      await worker.close(deaf.length > 0);
      await Promise.all(farewells);
    },
  };
}

/** Kept with the job's payload. */
type Counter = 'putOff' | 'marks';

function counted({ data }: Job<unknown>, counter: Counter): number {
  return (data as Partial<Record<Counter, number>>)[counter] ?? 0;
}

async function count(job: Job<unknown>, counter: Counter): Promise<void> {
  await job.updateData({ ...(job.data as object), [counter]: counted(job, counter) + 1 });
}

/** The next worker takes it at once. */
async function giveBack(job: Job<unknown>, token: string | undefined): Promise<void> {
  await count(job, 'putOff');
  await job.moveToWait(token);
}

/** Errors that we do not know are taken for passing ones: a connection that broke, a machine short of memory. */
function isWorthRepeating(error: unknown): boolean {
  if (error instanceof ModelwrightError) return error.retryable;
  return !(error instanceof z.ZodError);
}

function unrecoverable(error: unknown): UnrecoverableError {
  const { message } = error as Error;
  return Object.assign(new UnrecoverableError(message), { cause: error });
}

function hasFailedForGood(job: Job<unknown>, error: Error): boolean {
  return error instanceof UnrecoverableError || job.attemptsMade >= (job.opts.attempts ?? 1);
}

function reasonOf(error: Error): Error {
  return error instanceof UnrecoverableError && error.cause instanceof Error ? error.cause : error;
}
