import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { namedByButton, TargetValue } from '../src/slack/actions.ts';
import { requestPlan } from '../src/thread/proposal.ts';
import { setRequirements } from '../src/thread/turn.ts';
import { type Click, clicked, clickKey, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { columnGone, NOT_HERE, openThread } from './thread-access.ts';

/** The person picks the column to predict: profiled as a target, then planned unless questions arise. */
export const handleTargetChoose =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(TargetValue, body);
    const thread = value && (await openThread(deps, workspaceOf(body), value.threadId));
    if (!value || !thread?.data) return whisper(deps, body, NOT_HERE);
    const target = namedByButton(value.target, thread.data.dataset.profile);
    if (target === null) return whisper(deps, body, columnGone(value.target));
    const key = clickKey(body);
    const set = await setRequirements(deps.story, thread.place.id, body.user.id, key, { target });
    if (!set.ok) return whisper(deps, body, set.sentence);
    await deps.speaker.say(
      thread.place,
      key,
      await requestPlan(deps.story, thread.place.id, body.user.id, key),
    );
  };
