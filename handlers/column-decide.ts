import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { ColumnValue, namedByButton } from '../src/slack/actions.ts';
import { decideColumn } from '../src/thread/column-decision.ts';
import { type Click, clicked, clickKey, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { columnGone, NOT_HERE, openThread } from './thread-access.ts';

/** Keep, Drop or Known at prediction time, for a suspicious column. */
export const handleColumnDecide =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(ColumnValue, body);
    const thread = value && (await openThread(deps, workspaceOf(body), value.threadId));
    if (!value || !thread?.data) return whisper(deps, body, NOT_HERE);
    const column = namedByButton(value.column, thread.data.dataset.profile);
    if (column === null) return whisper(deps, body, columnGone(value.column));
    const key = clickKey(body);
    const { decision } = value;
    const replies = await decideColumn(deps.story, thread.place.id, body.user.id, key, column, decision);
    await deps.speaker.say(thread.place, key, replies);
  };
