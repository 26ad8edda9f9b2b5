/** From "go ahead" to a plan: what stands in the way is asked, then the calibration is queued. */
import { isBlocking, openQuestions } from '../requirements/questions.ts';
import { dataInForce } from './intake.ts';
import type { Story } from './ports.ts';
import { type Reply, text } from './reply.ts';
import { threadState } from './state.ts';

/** Asks for the thread's next plan version. One at a time: a second request while the first is being answered changes
 *  nothing.
 *  @param key unique per request of a person; a repeated key changes nothing. */
export async function requestPlan(
  story: Story,
  threadId: string,
  user: string,
  key: string,
): Promise<Reply[]> {
  const state = threadState(await story.threads.events(threadId));
  const data = await dataInForce(story, threadId, state);
  if (!data) {
    return [
      text(
        state.reading
          ? 'I am still reading the data; the plan comes right after it.'
          : 'I need data before I can plan. Please upload a CSV, TSV, JSON Lines or Parquet file, or a zip of pictures, in this thread.',
      ),
    ];
  }
  const { requirements } = state;
  const blocking = openQuestions(requirements, data.dataset.profile, data.target).filter(isBlocking);
  if (blocking.length > 0) {
    return [{ kind: 'questions', questions: blocking, requirements, target: data.target }];
  }
  const enqueue = (name: string) =>
    story.queue.add('propose', `propose-${threadId}-${name}`, { threadId, key: name });
  if (!state.proposing) {
    await story.threads.append(threadId, `proposal-${key}`, { kind: 'proposal-requested', user, key });
  }
  // Asked again, because somebody else may have asked in the same moment.
  const { proposalKey } = threadState(await story.threads.events(threadId));
  if (proposalKey !== key) {
    // Harmless when the job is there, and the cure when a crash lost it.
    if (proposalKey !== null) await enqueue(proposalKey);
    return [text('I am making a plan already. What you said since then counts from the next one on.')];
  }
  await enqueue(key);
  return [
    text(
      'Making a plan: a short test on your data first, so that time and memory are measured, not guessed.',
    ),
  ];
}
