/** Somebody says how good an existing model is, or shows what it predicts: checked before anything is trained, and again
 *  once a model of ours has been judged. */
import { dataInForce } from './intake.ts';
import type { Story } from './ports.ts';
import { type Reply, text } from './reply.ts';
import { threadState } from './state.ts';

/** @param key unique per check; a repeated key changes nothing. */
export async function requestClaimCheck(story: Story, threadId: string, key: string): Promise<void> {
  await story.queue.add('claim', `claim-${threadId}-${key}`, { threadId, key });
}

/** Asks for a check where there is something to check and data to check it on. While data is being read nothing is said:
 *  the check follows its profile. */
export async function askForClaimCheck(story: Story, threadId: string, key: string): Promise<Reply[]> {
  const state = threadState(await story.threads.events(threadId));
  const data = await dataInForce(story, threadId, state);
  const isSomething = state.requirements.existing !== null || state.theirs !== null;
  if (!data || !isSomething || state.reading) return [];
  if (!data.target)
    return [text('Once it is clear which column is to be predicted, I check that on the data.')];
  await requestClaimCheck(story, threadId, key);
  return [text('Checking that on the data: what quick models reach, and whether more is in it. A moment.')];
}
