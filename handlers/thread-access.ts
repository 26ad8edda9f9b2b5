/** The thread that a button or modal names, if it lies in the workspace that the click came from. Values come back
 *  from outside, so every id is checked against the workspace before anything is read or changed. */
import type { PlanRecord } from '../src/plan/plan.ts';
import type { ThreadPlace } from '../src/thread/events.ts';
import { type DataInForce, dataInForce } from '../src/thread/intake.ts';
import { code } from '../src/thread/say.ts';
import { type ThreadState, threadState } from '../src/thread/state.ts';
import type { HandlerDeps } from './deps.ts';

export interface OpenThread {
  readonly place: ThreadPlace;
  readonly state: ThreadState;
  readonly data: DataInForce | null;
}

export async function openThread(
  { story }: HandlerDeps,
  workspace: string,
  threadId: string,
): Promise<OpenThread | null> {
  const thread = await story.threads.find(threadId);
  if (!thread || thread.place.team !== workspace) return null;
  const state = threadState(await story.threads.events(threadId));
  return { place: thread.place, state, data: await dataInForce(story, threadId, state) };
}

/** The plan and its thread, if both are in the workspace. */
export async function openPlan(
  deps: HandlerDeps,
  workspace: string,
  planId: string,
): Promise<{ record: PlanRecord; thread: OpenThread } | null> {
  const record = await deps.story.plans.find(planId);
  const thread = record && (await openThread(deps, workspace, record.threadId));
  return record && thread ? { record, thread } : null;
}

export const NOT_HERE = 'I do not know this thread any more. Please mention me again with your data.';

/** The button is older than the data in force. */
export function columnGone(column: string): string {
  return `There is no column ${code(column)} in the data of this thread any more.`;
}
