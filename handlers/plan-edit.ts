import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { PlanValue } from '../src/slack/actions.ts';
import { planEditModal } from '../src/slack/modals/plan-modals.ts';
import { refreshPlan } from '../src/slack/speaker.ts';
import { type Click, clicked, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { whyTooLate } from './show-decision.ts';
import { NOT_HERE, openPlan } from './thread-access.ts';

/** Edit: the plan's main choices in a form. */
export const handlePlanEdit =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(PlanValue, body);
    const found = value && (await openPlan(deps, workspaceOf(body), value.planId));
    if (!value || !found?.thread.data) return whisper(deps, body, NOT_HERE);
    const { record, thread } = found;
    if (record.status !== 'proposed') {
      await whisper(deps, body, whyTooLate(record));
      return refreshPlan(deps.outbox, record);
    }
    const context = { threadId: thread.place.id, planId: record.id, hash: record.hash };
    const view = planEditModal(context, record, found.thread.data.dataset.profile, thread.state.requirements);
    await deps.interactive.views.open({ trigger_id: body.trigger_id, view });
  };
