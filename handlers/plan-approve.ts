import type { SlackActionMiddlewareArgs } from '@slack/bolt';
import { PlanValue } from '../src/slack/actions.ts';
import { approvePlan } from '../src/thread/decide.ts';
import { type Click, clicked, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';
import { showDecision } from './show-decision.ts';
import { NOT_HERE } from './thread-access.ts';

/** Approve: checked against the workspace at this moment, decided once. */
export const handlePlanApprove =
  (deps: HandlerDeps) =>
  async ({ ack, body }: SlackActionMiddlewareArgs<Click>) => {
    await ack();
    const value = clicked(PlanValue, body);
    if (!value) return whisper(deps, body, NOT_HERE);
    const person = await deps.people.find(body.user.id, workspaceOf(body), true);
    const decision = await approvePlan(deps.story, deps.policy, person, value);
    await showDecision(deps, decision, (sentence) => whisper(deps, body, sentence));
  };
