/** What everybody and what only the clicker sees of a decision on a plan. */
import type { PlanRecord } from '../src/plan/plan.ts';
import { refreshPlan } from '../src/slack/speaker.ts';
import type { Decision } from '../src/thread/decide.ts';
import type { HandlerDeps } from './deps.ts';
import { NOT_HERE } from './thread-access.ts';

export async function showDecision(
  deps: HandlerDeps,
  decision: Decision,
  whisper: (sentence: string) => Promise<void>,
): Promise<void> {
  switch (decision.kind) {
    case 'unknown':
      return whisper(NOT_HERE);
    case 'refused':
      return whisper(decision.sentence);
    case 'too-late': {
      await whisper(`${whyTooLate(decision.record)} Nothing has changed.`);
      await refreshPlan(deps.outbox, decision.record);
      return;
    }
    case 'decided': {
      const { record, replies } = decision;
      await refreshPlan(deps.outbox, record);
      const thread = await deps.story.threads.find(record.threadId);
      if (thread) await deps.speaker.say(thread.place, `decided-${record.id}`, replies);
    }
  }
}

/** Why the buttons of this plan do nothing any more. */
export function whyTooLate({ version, status, decision }: PlanRecord): string {
  if (status === 'superseded') {
    return `Plan ${version} was replaced by a newer version. Please use the newest plan in this thread.`;
  }
  return `Plan ${version} was already ${status}${decision ? ` by <@${decision.by}>` : ''}.`;
}
