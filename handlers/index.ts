/** Everything we listen to. */
import type { App } from '@slack/bolt';
import { ACTIONS, VIEWS } from '../src/slack/actions.ts';
import { apologise } from './apologise.ts';
import { handleAppHomeOpened } from './app-home-opened.ts';
import { handleAppMention } from './app-mention.ts';
import { handleAssumptionsAccept } from './assumptions-accept.ts';
import { handleChapterOpen } from './chapter-open.ts';
import { handleColumnDecide } from './column-decide.ts';
import type { HandlerDeps } from './deps.ts';
import { membersOnly } from './members-only.ts';
import { handleMessage } from './message.ts';
import { handlePlanApprove } from './plan-approve.ts';
import { handlePlanEdit } from './plan-edit.ts';
import { handlePlanEditSubmit } from './plan-edit-submit.ts';
import { handlePlanReject } from './plan-reject.ts';
import { handlePlanRejectSubmit } from './plan-reject-submit.ts';
import { handleRequirementsOpen } from './requirements-open.ts';
import { handleRequirementsSubmit } from './requirements-submit.ts';
import { handleRunStop } from './run-stop.ts';
import { handleSessionStopped } from './session-stopped.ts';
import { handleTargetChoose } from './target-choose.ts';

export function listen(app: App, deps: HandlerDeps): void {
  app.use(membersOnly(deps));
  app.error(apologise(deps));

  app.event('app_mention', handleAppMention(deps));
  app.event('message', handleMessage(deps));
  app.event('app_home_opened', handleAppHomeOpened(deps));
  app.event('agent_session_stopped', handleSessionStopped(deps));

  app.action(ACTIONS.openRequirements, handleRequirementsOpen(deps));
  app.action(ACTIONS.acceptAssumptions, handleAssumptionsAccept(deps));
  app.action(new RegExp(`^${ACTIONS.chooseTarget}_\\d+$`), handleTargetChoose(deps));
  for (const action of [ACTIONS.keepColumn, ACTIONS.dropColumn, ACTIONS.knownColumn]) {
    app.action(action, handleColumnDecide(deps));
  }
  app.action(ACTIONS.approvePlan, handlePlanApprove(deps));
  app.action(ACTIONS.editPlan, handlePlanEdit(deps));
  app.action(ACTIONS.rejectPlan, handlePlanReject(deps));
  app.action(ACTIONS.stopRun, handleRunStop(deps));
  app.action(new RegExp(`^${ACTIONS.openChapter}_[a-z]+$`), handleChapterOpen(deps));

  app.view(VIEWS.requirements, handleRequirementsSubmit(deps));
  app.view(VIEWS.planEdit, handlePlanEditSubmit(deps));
  app.view(VIEWS.planReject, handlePlanRejectSubmit(deps));
}
