/** Trains a part of the rows of a trial that another job computes: on whichever worker takes it. */
import { ModelwrightError } from '../src/errors/errors.ts';
import { decodeWeights } from '../src/models/weights.ts';
import type { JobContext } from '../src/queue/worker.ts';
import { watchForEnd } from '../src/run/trials-end.ts';
import { shardFolder } from '../src/thread/artifact-names.ts';
import type { JobPayloads, Story } from '../src/thread/ports.ts';
import type { KeptParts } from './kept-parts.ts';
import type { MemoryRoom } from './memory-room.ts';
import { shardFiles } from './shard-files.ts';
import type { ComputeShard } from './shard-questions.ts';

export interface ShardDeps {
  readonly story: Pick<Story, 'runs' | 'plans' | 'threads' | 'artifacts'>;
  readonly room: MemoryRoom;
  readonly parts: KeptParts;
  readonly shard: ComputeShard;
}

export type ShardPayload = Extract<JobPayloads['trial'], { shard: unknown }>;

/** A part whose process was lost so often is left to the fit's own: it must not take others along. */
const LEFT_AFTER = 2;

/** Does nothing where the part is done, its fit is over, or this worker is too small: the fit waits for nobody.
 *  @throws what the store and the engine throw for reasons of their own. */
export async function shard(
  { story, room, parts, shard: compute }: ShardDeps,
  { runId, shard: { fit, rows, round, part, memoryMb } }: ShardPayload,
  { signal, lost }: Pick<JobContext, 'signal' | 'lost'>,
): Promise<void> {
  if (lost >= LEFT_AFTER || memoryMb > room.totalMb) return;
  const run = await story.runs.find(runId);
  const thread = run && (await story.threads.find(run.threadId));
  const record = await story.plans.find(runId);
  if (!thread || !record) return;
  const files = shardFiles(story.artifacts, shardFolder(thread.place.team, runId, fit));
  const end = watchForEnd({
    look: async () => {
      const now = await story.runs.find(runId);
      // A run that is judged still trains its members again.
      return now?.state === 'judging' ? null : now;
    },
    process: signal,
    secondsLeft: null,
    onEnd: () => undefined,
  });
  try {
    const leave = await room.enter(memoryMb, end.signal);
    try {
      if (await files.result(round, part)) return;
      const told = await files.read(round);
      const known = told && (await parts.find(files.folder + rows, () => files.read(rows)));
      if (!told || !known) return;
      const result = await compute(
        { key: files.folder + rows, rows: known, round: decodeWeights(told), shard: part },
        { signal: end.signal, limitMs: 1000 * record.plan.budget.seconds },
      );
      // What comes late, when the fit has gone on by itself, would be left behind.
      if (result && (await files.read(round))) await files.putResult(round, part, result);
    } finally {
      leave();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (end.why()) return;
    // A part that cannot be computed here, for want of memory or time, is computed by the fit itself.
    if (error instanceof ModelwrightError && !error.retryable) return;
    throw error;
  } finally {
    end.close();
  }
}
