import type { SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { ModalContext, parseValue } from '../src/slack/actions.ts';
import { Submission } from '../src/slack/modals/inputs.ts';
import { readRequirements } from '../src/slack/modals/requirements-modal.ts';
import { requestClaimCheck } from '../src/thread/claim.ts';
import { requestPlan } from '../src/thread/proposal.ts';
import { plainText } from '../src/thread/say.ts';
import { setRequirements } from '../src/thread/turn.ts';
import { workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { NOT_HERE, openThread } from './thread-access.ts';

/** The requirements form was sent: written down, and a plan asked for. */
export const handleRequirementsSubmit =
  (deps: HandlerDeps) =>
  async ({ ack, body, view }: SlackViewMiddlewareArgs<ViewSubmitAction>) => {
    const context = parseValue(ModalContext, view.private_metadata);
    const thread = context && (await openThread(deps, workspaceOf(body), context.threadId));
    if (!thread?.data) return ack({ response_action: 'errors', errors: { target: NOT_HERE } });
    const read = readRequirements(new Submission(view), thread.data.dataset.profile);
    if ('errors' in read) return ack({ response_action: 'errors', errors: read.errors });
    // A view has one id for its whole life, so sending the same form twice is one change.
    const key = `view-${view.id}`;
    const set = await setRequirements(deps.story, thread.place.id, body.user.id, key, read.change);
    if (!set.ok) return ack({ response_action: 'errors', errors: { target: plainText(set.sentence) } });
    await ack();
    if (read.change.existing) await requestClaimCheck(deps.story, thread.place.id, key);
    const replies = await requestPlan(deps.story, thread.place.id, body.user.id, key);
    await deps.speaker.say(thread.place, key, replies);
  };
