import type { SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { ModalContext, parseValue } from '../src/slack/actions.ts';
import { Submission } from '../src/slack/modals/inputs.ts';
import { rejectPlan } from '../src/thread/decide.ts';
import { profileReply } from '../src/thread/intake.ts';
import { text } from '../src/thread/reply.ts';
import { plainText } from '../src/thread/say.ts';
import { workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { showDecision } from './show-decision.ts';
import { NOT_HERE } from './thread-access.ts';

/** The reason for a rejection was sent: the conversation goes back to the requirements. */
export const handlePlanRejectSubmit =
  (deps: HandlerDeps) =>
  async ({ ack, body, view }: SlackViewMiddlewareArgs<ViewSubmitAction>) => {
    const refuse = (sentence: string) =>
      ack({ response_action: 'errors', errors: { reason: plainText(sentence) } });
    const context = parseValue(ModalContext, view.private_metadata);
    if (!context?.planId || !context.hash) return refuse(NOT_HERE);
    const { planId, hash, threadId } = context;
    const reason = new Submission(view).value('reason') ?? '';
    const person = await deps.people.find(body.user.id, workspaceOf(body), true);
    const decision = await rejectPlan(deps.story, deps.policy, person, { planId, hash }, reason);
    if (decision.kind !== 'decided') {
      return showDecision(deps, decision, async (sentence) => void (await refuse(sentence)));
    }
    await ack();
    const reply = await profileReply(deps.story, threadId);
    const { requirements = null, questions = [], target = null } = reply?.kind === 'profile' ? reply : {};
    const again = requirements ? [{ kind: 'questions', questions, requirements, target } as const] : [];
    const said = text(`Plan ${decision.record.version} will not run. What should be different?`);
    await showDecision(deps, { ...decision, replies: [said, ...again] }, async () => {});
  };
