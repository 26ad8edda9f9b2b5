/** What jobs say of their progress, wherever they run. */
import { type QueueEvents, withBackend } from 'bullmq';
import type { QueueName } from '../thread/ports.ts';
import type { Backend } from './backend.ts';
import { fromBullId } from './job-id.ts';

/** @param value what the processor passed to `progress`, after a journey as JSON: parse it before use. */
export type ProgressListener = (jobId: string, value: unknown) => void;

export interface ProgressFeed {
  /** @returns ends this listener. */
  listen(queue: QueueName, listener: ProgressListener): Promise<() => void>;
  /** Hears of every job of the queue that has ended, well or not.
   *  @returns ends this listener. */
  listenToEnds(queue: QueueName, listener: (jobId: string) => void): Promise<() => void>;
  close(): Promise<void>;
}

export function progressFeed({ factory }: Backend, onError: (error: Error) => void): ProgressFeed {
  const { QueueEvents } = withBackend(factory);
  const sources = new Map<QueueName, QueueEvents>();

  function source(queue: QueueName): QueueEvents {
    const opened = sources.get(queue);
    if (opened) return opened;
    const events = new QueueEvents(queue, { connection: {} }) as unknown as QueueEvents;
    events.on('error', onError);
    events.setMaxListeners(0);
    sources.set(queue, events);
    return events;
  }

  return {
    async listen(queue, listener) {
      const events = source(queue);
      const onProgress = ({ jobId, data }: { jobId: string; data: unknown }) =>
        listener(fromBullId(jobId), data);
      events.on('progress', onProgress);
      await events.waitUntilReady();
      return () => {
        events.off('progress', onProgress);
      };
    },
    async listenToEnds(queue, listener) {
      const events = source(queue);
      const onEnd = ({ jobId }: { jobId: string }) => listener(fromBullId(jobId));
      events.on('completed', onEnd);
      events.on('failed', onEnd);
      await events.waitUntilReady();
      return () => {
        events.off('completed', onEnd);
        events.off('failed', onEnd);
      };
    },
    async close() {
      await Promise.all([...sources.values()].map((events) => events.close()));
    },
  };
}
