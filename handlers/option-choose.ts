import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { OptionValue } from '../src/slack/actions.ts';
import { text } from '../src/thread/reply.ts';
import { code } from '../src/thread/say.ts';
import { type Click, clicked, clickKey, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { respond } from './receive.ts';
import { NOT_HERE, openThread } from './thread-access.ts';

/** The person presses an answer: it counts as if they had written it. */
export const handleOptionChoose =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(OptionValue, body);
    const thread = value && (await openThread(deps, workspaceOf(body), value.threadId));
    if (!value || !thread) return whisper(deps, body, NOT_HERE);
    const key = clickKey(body);
    await deps.speaker.say(thread.place, `${key}-said`, [text(`<@${body.user.id}>: ${code(value.option)}`)]);
    await respond(deps, { place: thread.place, key, user: body.user.id, text: value.option, files: [] });
  };
