/** Data comes in: from what a person sent to a profiled data set and the questions that it leaves. */
import type { TargetProfile } from '../profile/profile.ts';
import { openQuestions, settledTarget } from '../requirements/questions.ts';
import type { DatasetRecord, Story } from './ports.ts';
import type { Reply } from './reply.ts';
import { type ThreadState, threadState } from './state.ts';

/** The reply to a data set that has just been read, or to a change of target: what was seen, what is open. */
export async function profileReply(story: Story, threadId: string): Promise<Reply | null> {
  const state = threadState(await story.threads.events(threadId));
  const data = await dataInForce(story, threadId, state);
  if (!data) return null;
  return {
    kind: 'profile',
    name: data.dataset.name,
    hash: data.dataset.hash,
    profile: data.dataset.profile,
    target: data.target,
    requirements: state.requirements,
    questions: openQuestions(state.requirements, data.dataset.profile, data.target),
    notes: data.dataset.notes,
  };
}

export interface DataInForce {
  readonly dataset: DatasetRecord;
  /** The profile of the target in force; null while the target is undecided or not profiled yet. */
  readonly target: TargetProfile | null;
}

/** The thread's data set and target profile, or null when no data was read yet. */
export async function dataInForce(
  story: Story,
  threadId: string,
  state: ThreadState,
): Promise<DataInForce | null> {
  if (!state.dataset) return null;
  const thread = await story.threads.find(threadId);
  if (!thread) return null;
  const dataset = await story.datasets.find(thread.place.team, state.dataset.hash);
  if (!dataset) return null;
  const name = settledTarget(state.requirements, dataset.profile);
  const target = name ? await story.datasets.findTargetProfile(thread.place.team, dataset.hash, name) : null;
  return { dataset, target };
}
