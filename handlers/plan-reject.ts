import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { PlanValue } from '../src/slack/actions.ts';
import { planRejectModal } from '../src/slack/modals/plan-modals.ts';
import { refreshPlan } from '../src/slack/speaker.ts';
import { type Click, clicked, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { whyTooLate } from './show-decision.ts';
import { NOT_HERE, openPlan } from './thread-access.ts';

/** Reject: asks for the reason first. */
export const handlePlanReject =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(PlanValue, body);
    const found = value && (await openPlan(deps, workspaceOf(body), value.planId));
    if (!value || !found) return whisper(deps, body, NOT_HERE);
    const { record, thread } = found;
    if (record.status !== 'proposed') {
      await whisper(deps, body, whyTooLate(record));
      return refreshPlan(deps.outbox, record);
    }
    const view = planRejectModal({ threadId: thread.place.id, planId: record.id, hash: value.hash }, record);
    await deps.interactive.views.open({ trigger_id: body.trigger_id, view });
  };
