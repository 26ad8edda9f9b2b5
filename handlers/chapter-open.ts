import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { ChapterValue } from '../src/slack/actions.ts';
import { openChapter } from '../src/thread/chapter.ts';
import { type Click, clicked, clickKey, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { NOT_HERE, openThread } from './thread-access.ts';

/** A chapter of a report, from what its run has stored. */
export const handleChapterOpen =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(ChapterValue, body);
    const thread = value && (await openThread(deps, workspaceOf(body), value.threadId));
    if (!value || !thread) return whisper(deps, body, NOT_HERE);
    const replies = await openChapter(deps.story, thread.place, value);
    await deps.speaker.say(thread.place, clickKey(body), replies);
  };
