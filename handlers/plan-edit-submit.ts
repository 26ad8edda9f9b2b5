import type { SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { ModalContext, parseValue } from '../src/slack/actions.ts';
import { Submission } from '../src/slack/modals/inputs.ts';
import { readPlanEdit } from '../src/slack/modals/plan-modals.ts';
import { requestPlan } from '../src/thread/proposal.ts';
import { plainText } from '../src/thread/say.ts';
import { setRequirements } from '../src/thread/turn.ts';
import { workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { whyTooLate } from './show-decision.ts';
import { NOT_HERE, openPlan } from './thread-access.ts';

/** The edited plan was sent: a new version follows, unless somebody was faster. */
export const handlePlanEditSubmit =
  (deps: HandlerDeps) =>
  async ({ ack, body, view }: SlackViewMiddlewareArgs<ViewSubmitAction>) => {
    const refuse = (errors: Record<string, string>) => ack({ response_action: 'errors', errors });
    const context = parseValue(ModalContext, view.private_metadata);
    const found = context?.planId ? await openPlan(deps, workspaceOf(body), context.planId) : null;
    if (!found?.thread.data) return refuse({ target: NOT_HERE });
    const { record, thread } = found;
    if (record.status !== 'proposed') return refuse({ target: plainText(whyTooLate(record)) });
    if (thread.state.proposing) {
      const sentence = `Somebody has just edited plan ${record.version}: please close this form and wait for the next version.`;
      return refuse({ target: sentence });
    }
    const read = readPlanEdit(new Submission(view), found.thread.data.dataset.profile);
    if ('errors' in read) return refuse(read.errors);
    // A view has one id for its whole life, so sending the same form twice is one change.
    const key = `view-${view.id}`;
    const set = await setRequirements(deps.story, thread.place.id, body.user.id, key, read.change);
    if (!set.ok) return refuse({ target: plainText(set.sentence) });
    await ack();
    const replies = await requestPlan(deps.story, thread.place.id, body.user.id, key);
    await deps.speaker.say(thread.place, key, replies);
  };
