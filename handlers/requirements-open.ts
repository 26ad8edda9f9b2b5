import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { ThreadValue } from '../src/slack/actions.ts';
import { requirementsModal } from '../src/slack/modals/requirements-modal.ts';
import { type Click, clicked, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { NOT_HERE, openThread } from './thread-access.ts';

/** "Answer questions": the requirements in a form. */
export const handleRequirementsOpen =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(ThreadValue, body);
    const thread = value && (await openThread(deps, workspaceOf(body), value.threadId));
    if (!thread?.data) return whisper(deps, body, NOT_HERE);
    const { dataset, target } = thread.data;
    const view = requirementsModal(
      { threadId: thread.place.id },
      dataset.profile,
      target,
      thread.state.requirements,
    );
    await deps.interactive.views.open({ trigger_id: body.trigger_id, view });
  };
