import type { AllMiddlewareArgs, AnyMiddlewareArgs } from '@slack/bolt';
import { whyNotTakePart } from '../src/plan/who-may-approve.ts';
import { type Click, whisper, workspaceOf } from './click.ts';
import type { HandlerDeps } from './deps.ts';

/** Clicks and forms count only from full members of the workspace; everybody else hears why not. Runs before every
 *  listener, so that no button can forget it. Approving is checked once more, and more strictly, by its handler. */
export const membersOnly =
  (deps: HandlerDeps) =>
  async ({ body, next, ...args }: AnyMiddlewareArgs & AllMiddlewareArgs) => {
    const type = 'type' in body ? body.type : undefined;
    if (type !== 'block_actions' && type !== 'view_submission') return next();
    const act = body as Click;
    const person = await deps.people.find(act.user.id, workspaceOf(act));
    const refusal = whyNotTakePart(person);
    if (!refusal) return next();
    if ('ack' in args && typeof args.ack === 'function') await args.ack();
    await whisper(deps, act, refusal);
  };
