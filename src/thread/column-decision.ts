/** A person decides about a suspicious column. */
import { isBlocking, openQuestions } from '../requirements/questions.ts';
import type { ColumnDecision } from '../requirements/requirements.ts';
import { dataInForce } from './intake.ts';
import type { Story } from './ports.ts';
import { type Reply, text } from './reply.ts';
import { code } from './say.ts';
import { threadState } from './state.ts';

const SAID: Readonly<Record<ColumnDecision, string>> = {
  keep: 'stays in',
  drop: 'is left out',
  known: 'stays in, because it is known at prediction time',
};

/** Writes the decision down. @returns what it means, and what is still open. */
export async function decideColumn(
  story: Story,
  threadId: string,
  user: string,
  key: string,
  column: string,
  decision: ColumnDecision,
): Promise<Reply[]> {
  const before = await dataInForce(story, threadId, threadState(await story.threads.events(threadId)));
  if (!before?.dataset.profile.columns.some((known) => known.name === column)) {
    return [text(`There is no column ${code(column)} in the data of this thread any more.`)];
  }
  await story.threads.append(threadId, `column-${key}`, { kind: 'column-decided', user, column, decision });
  const { requirements, planStatus } = threadState(await story.threads.events(threadId));
  const open = openQuestions(requirements, before.dataset.profile, before.target);
  const later =
    planStatus === 'proposed' ? ' The plan above does not know that yet: press Edit for a new one.' : '';
  const said = text(`${code(column)} ${SAID[decision]} (decided by <@${user}>).${later}`);
  // Once the last suspect is decided, the way to the plan is shown again.
  return open.some(isBlocking)
    ? [said]
    : [said, { kind: 'questions', questions: open, requirements, target: before.target }];
}
