import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { ThreadValue } from '../src/slack/actions.ts';
import { requestPlan } from '../src/thread/proposal.ts';
import { type Click, clicked, clickKey, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { NOT_HERE, openThread } from './thread-access.ts';

/** "Plan with these": the assumptions stand. */
export const handleAssumptionsAccept =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(ThreadValue, body);
    const thread = value && (await openThread(deps, workspaceOf(body), value.threadId));
    if (!thread) return whisper(deps, body, NOT_HERE);
    if (thread.state.proposing) return whisper(deps, body, 'I am already making a plan.');
    const key = clickKey(body);
    await deps.speaker.say(
      thread.place,
      key,
      await requestPlan(deps.story, thread.place.id, body.user.id, key),
    );
  };
