import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { RunValue } from '../src/slack/actions.ts';
import { stopRun } from '../src/thread/stop.ts';
import { type Click, clicked, clickKey, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { NOT_HERE, openThread } from './thread-access.ts';

/** Stop on the moving message. */
export const handleRunStop =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(RunValue, body);
    const thread = value && (await openThread(deps, workspaceOf(body), value.threadId));
    if (!value || !thread) return whisper(deps, body, NOT_HERE);
    const key = clickKey(body);
    const replies = await stopRun(deps.story, thread.place.id, body.user.id, key, value.runId);
    await deps.speaker.say(thread.place, key, replies);
  };
