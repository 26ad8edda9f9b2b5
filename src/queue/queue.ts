/** Jobs: what must still be done, kept outside of this process until it is done. */
import { type Queue, withBackend } from 'bullmq';
import type { JobPayloads, JobQueue, QueueName } from '../thread/ports.ts';
import { openBackend, type QueueLocation } from './backend.ts';
import { FairShare } from './fair-share.ts';
import { toBullId } from './job-id.ts';
import { PAYLOADS, QUEUE_NAMES } from './payloads.ts';
import { type ProgressListener, progressFeed } from './progress-feed.ts';
import {
  type JobWorker,
  type Processor,
  startWorker,
  type WorkerTiming,
  type WorkOptions,
} from './worker.ts';

/** Where a job is. `gone`: done and forgotten, or never known. */
export type JobState = 'waiting' | 'active' | 'failed' | 'gone';

export interface JobQueues extends JobQueue {
  /** Adds a job that shares the workers fairly with those of other lanes (fair-share.ts). It is forgotten when it has
   *  succeeded. @param cost of the job, in any unit that all lanes of the queue use; 1 at least. */
  addShared<Q extends QueueName>(
    queue: Q,
    jobId: string,
    payload: JobPayloads[Q],
    share: { readonly lane: string; readonly cost: number },
  ): Promise<void>;
  /** Takes back a job that nobody has begun. */
  withdraw(queue: QueueName, jobId: string): Promise<void>;
  stateOf(queue: QueueName, jobId: string): Promise<JobState>;
  /** Starts to take jobs of this queue in this process. Once per queue. */
  work<Q extends QueueName>(queue: Q, processor: Processor<Q>, options?: WorkOptions<Q>): Promise<void>;
  /** Listens to the progress of this queue's jobs in any process, from now on.
   *  @returns ends this listener. */
  onProgress(queue: QueueName, listener: ProgressListener): Promise<() => void>;
  /** Listens to the ends of this queue's jobs in any process, from now on. Whoever waits for one must also look by
   *  itself from time to time: what happened while a connection was lost is not told.
   *  @returns ends this listener. */
  onEnded(queue: QueueName, listener: (jobId: string) => void): Promise<() => void>;
  /** Stops taking jobs and gives back unfinished ones (worker.ts), then lets go of the connections. May be called again. */
  close(): Promise<void>;
}

export interface QueueOptions {
  /** Hears of everything that goes wrong outside of a job: connections, locks. BullMQ carries on by itself. */
  readonly onError?: (error: Error) => void;
  readonly timing?: Partial<WorkerTiming>;
}

const DEFAULT_TIMING: WorkerTiming = { lockMs: 12_000, stalledCheckMs: 5_000, closeGraceMs: 5_000 };

/** A finished job is remembered for so long; until then a second job of its id is not added. */
const KEEP_SECONDS = 30 * 24 * 3600;

const JOB_OPTIONS = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1000 }, // 1, 2, 4, 8 seconds
  removeOnComplete: { age: KEEP_SECONDS },
  removeOnFail: { age: KEEP_SECONDS },
};

/** A shared job that failed is remembered for a day, until whoever waits for it has seen that. */
const SHARED_OPTIONS = { attempts: 3, removeOnComplete: true, removeOnFail: { age: 24 * 3600 } };

/** Events of a queue that are kept for listeners that read late. */
const EVENTS_KEPT = 1000;

/** @throws ModelwrightError QUEUE_UNREACHABLE. */
export async function openQueue(location: QueueLocation, options: QueueOptions = {}): Promise<JobQueues> {
  const { onError = () => undefined } = options;
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  const backend = await openBackend(location);
  const bull = withBackend(backend.factory);
  const queues = new Map<QueueName, Queue>();
  for (const name of QUEUE_NAMES) {
    const queue = new bull.Queue(name, {
      connection: {},
      defaultJobOptions: JOB_OPTIONS,
      streams: { events: { maxLen: EVENTS_KEPT } },
    }) as unknown as Queue;
    queue.on('error', onError);
    queues.set(name, queue);
  }
  const queueOf = (name: QueueName) => queues.get(name) as Queue;
  await Promise.all([...queues.values()].map((queue) => queue.waitUntilReady()));
  if ('pool' in location && location.soleProcess) {
    await Promise.all([...queues.values()].map(giveBackAbandoned));
  }
  const shares = new Map<QueueName, FairShare>();
  const feed = progressFeed(backend, onError);
  /** Starting or started: also a worker that is not ready yet must be closed. */
  const workers: Promise<JobWorker>[] = [];
  let closed: Promise<void> | undefined;

  return {
    async add(queue, jobId, payload) {
      await queueOf(queue).add(queue, PAYLOADS[queue].parse(payload), { jobId: toBullId(jobId) });
    },
    async addShared(queue, jobId, payload, { lane, cost }) {
      const share = shares.get(queue) ?? new FairShare(queueOf(queue));
      shares.set(queue, share);
      const priority = await share.place(lane, cost);
      const data = PAYLOADS[queue].parse(payload);
      await queueOf(queue).add(queue, data, { ...SHARED_OPTIONS, priority, jobId: toBullId(jobId) });
    },
    async withdraw(queue, jobId) {
      const state = await queueOf(queue).getJobState(toBullId(jobId));
      if (state === 'active') return;
      // Somebody may begin it in this very moment: then it is left to them.
      await queueOf(queue)
        .remove(toBullId(jobId))
        .catch(() => undefined);
    },
    async stateOf(queue, jobId) {
      const state = await queueOf(queue).getJobState(toBullId(jobId));
      if (state === 'active' || state === 'failed') return state;
      return state === 'unknown' || state === 'completed' ? 'gone' : 'waiting';
    },
    async work(queue, processor, workOptions = {}) {
      const worker = startWorker(queue, processor, backend, workOptions, timing, onError);
      workers.push(worker);
      await worker;
    },
    onProgress: (queue, listener) => feed.listen(queue, listener),
    onEnded: (queue, listener) => feed.listenToEnds(queue, listener),
    close() {
      closed ??= close();
      return closed;
    },
  };

  async function close(): Promise<void> {
    // A worker that could not start has said so to whoever asked for it.
    await Promise.all(
      workers.map((worker) =>
        worker.then(
          ({ close }) => close(),
          () => undefined,
        ),
      ),
    );
    await feed.close();
    await Promise.all([...queues.values()].map((queue) => queue.close()));
    await backend.close();
  }
}

/** Puts back what an earlier process was working on when it died, without waiting for its locks to lapse. */
async function giveBackAbandoned(queue: Queue): Promise<void> {
  const anyToken = '0';
  for (const job of await queue.getActive()) await job.moveToWait(anyToken);
}
