/** A run: the execution of one approved plan. Its id is the plan's id, so approving twice cannot start two. */
import { z } from 'zod';

export const RunState = z.enum(['queued', 'running', 'stopping', 'judging', 'finished', 'stopped', 'failed']);
export type RunState = z.infer<typeof RunState>;

/** The legal changes of state. A stopped run has judged its best trial, if it had one; a failed run has none. */
export const NEXT_STATES: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'stopping', 'failed'],
  running: ['running', 'stopping', 'judging', 'failed'],
  stopping: ['stopping', 'judging', 'stopped', 'failed'],
  judging: ['judging', 'finished', 'stopped', 'failed'],
  finished: [],
  stopped: [],
  failed: [],
};

export const Run = z.object({
  /** The id of its plan. */
  id: z.string(),
  threadId: z.string(),
  /** Counts from 1 in its workspace: "run 12". */
  number: z.number().int().min(1),
  state: RunState,
  queuedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** Who pressed Stop. */
  stoppedBy: z.string().nullable(),
  /** Why it failed or stopped, as a sentence for the person. */
  reason: z.string().nullable(),
  /** Wall seconds spent in earlier attempts that a crash or restart cut short. */
  earlierSeconds: z.number().default(0),
  /** CPU seconds used so far, as far as they are known. */
  cpuSeconds: z.number().default(0),
});
export type Run = z.infer<typeof Run>;

/** Whether nothing more will happen to the run. */
export function hasEnded(run: Pick<Run, 'state'>): boolean {
  return NEXT_STATES[run.state].length === 0;
}
