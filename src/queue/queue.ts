/** Jobs: what must still be done, kept outside of this process until it is done. */
import { type Queue, withBackend } from 'bullmq';
import type { JobQueue, QueueName } from '../thread/ports.ts';
import { openBackend, type QueueLocation } from './backend.ts';
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

export interface JobQueues extends JobQueue {
  /** Starts to take jobs of this queue in this process. Once per queue. */
  work<Q extends QueueName>(queue: Q, processor: Processor<Q>, options?: WorkOptions<Q>): Promise<void>;
  /** Listens to the progress of this queue's jobs in any process, from now on.
   *  @returns ends this listener. */
  onProgress(queue: QueueName, listener: ProgressListener): Promise<() => void>;
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
  const feed = progressFeed(backend, onError);
  /** Starting or started: also a worker that is not ready yet must be closed. */
  const workers: Promise<JobWorker>[] = [];
  let closed: Promise<void> | undefined;

  return {
    async add(queue, jobId, payload) {
      await queueOf(queue).add(queue, PAYLOADS[queue].parse(payload), { jobId: toBullId(jobId) });
    },
    async work(queue, processor, workOptions = {}) {
      const worker = startWorker(queue, processor, backend, workOptions, timing, onError);
      workers.push(worker);
      await worker;
    },
    onProgress: (queue, listener) => feed.listen(queue, listener),
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
