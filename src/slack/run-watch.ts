/** Turns the progress of runs, wherever they compute, into the one moving message of each. */
import type { WebClient } from '@slack/web-api';
import { RunProgress } from '../run/progress.ts';
import { hasEnded } from '../run/run.ts';
import type { QueueName, Story } from '../thread/ports.ts';
import { runCard } from './cards/run-card.ts';
import type { Outbox } from './outbox.ts';
import { ProgressBoard } from './progress-board.ts';
import { postKeys } from './speaker.ts';

/** The part of the queue that this needs. */
interface ProgressSource {
  onProgress(queue: QueueName, listener: (jobId: string, value: unknown) => void): Promise<() => void>;
}

interface Log {
  warn(...parts: unknown[]): void;
  debug(...parts: unknown[]): void;
}

export interface RunWatch {
  /** The run will not move any more: shows its last state at once. */
  runEnded(runId: string): Promise<void>;
  close(): Promise<void>;
}

export async function watchRuns(
  queue: ProgressSource,
  story: Story,
  outbox: Outbox,
  client: WebClient,
  log: Log,
): Promise<RunWatch> {
  const board = new ProgressBoard(
    (key, message) => outbox.update(key, message),
    (error) => log.warn('a progress message was not updated', error),
  );
  const latest = new Map<string, RunProgress>();

  async function show(progress: RunProgress | null, runId: string): Promise<void> {
    const [run, record] = await Promise.all([story.runs.find(runId), story.plans.find(runId)]);
    if (!run || !record) return;
    const ended = hasEnded(run);
    const isFirst = progress !== null && !latest.has(runId);
    if (progress) latest.set(runId, progress);
    const shown = progress ?? latest.get(runId) ?? null;
    const state = ended || !shown ? run.state : shown.state;
    board.show(postKeys.run(runId), runCard(run, record, shown && { ...shown, state }), ended);
    if (isFirst || ended) await setSession(run.threadId, ended ? 'active' : 'processing');
    if (ended) latest.delete(runId);
  }

  /** Slack's own sign of work in the thread, with its Stop button. Not every workspace has it yet. */
  async function setSession(threadId: string, status: 'processing' | 'active'): Promise<void> {
    const thread = await story.threads.find(threadId);
    if (!thread) return;
    const { channel, rootTs } = thread.place;
    await client
      .apiCall('agents.sessions.setStatus', { channel_id: channel, thread_ts: rootTs, status })
      .catch((error: unknown) => log.debug('the session status was not set', error));
  }

  const stopListening = await queue.onProgress('run', (runId, value) => {
    const progress = RunProgress.safeParse(value);
    if (!progress.success) return;
    show(progress.data, runId).catch((error: unknown) => log.warn('progress could not be shown', error));
  });
  return {
    runEnded: (runId) => show(null, runId),
    close: async () => {
      stopListening();
      await board.close();
    },
  };
}
