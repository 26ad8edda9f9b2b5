import { randomUUID } from 'node:crypto';
import { ModelwrightError } from '../src/errors/errors.ts';
import { ModalContext, parseValue } from '../src/slack/actions.ts';
import { say } from '../src/thread/say.ts';
import type { HandlerDeps } from './deps.ts';

/** What Bolt tells an error handler. */
interface Failure {
  readonly error: Error & { readonly original?: unknown };
  readonly body: unknown;
}

/** Where something happened, as far as Slack's body says. */
interface Place {
  readonly channel?: string | { readonly id: string };
  readonly user?: string | { readonly id: string };
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly message?: { readonly ts?: string; readonly thread_ts?: string };
  readonly view?: { readonly private_metadata?: string };
}

/** A handler failed (the app must be made with `extendedErrorHandler`, or nothing says where): the log gets the whole story under a reference, the person gets the reference. */
export const apologise =
  (deps: HandlerDeps) =>
  async ({ error, body: received }: Failure): Promise<void> => {
    const cause = error.original instanceof Error ? error.original : error;
    const reference = randomUUID().slice(0, 8);
    deps.log.error(`reference ${reference}`, cause);
    const known =
      cause instanceof ModelwrightError
        ? cause
        : new ModelwrightError('INTERNAL', { detail: cause.message, reference });
    const body = received as Place & { readonly event?: Place };
    const place = body.event ?? body;
    const user = idOf(place.user);
    if (!user) return;
    try {
      // A form has no channel of its own; it says to which thread it belongs.
      const form = await threadOfForm(deps, place);
      const channel = idOf(place.channel) ?? form?.channel;
      if (!channel) return;
      const thread =
        place.thread_ts ?? place.message?.thread_ts ?? place.message?.ts ?? place.ts ?? form?.rootTs;
      await deps.interactive.chat.postEphemeral({
        channel,
        user,
        text: say`${known.person}`,
        ...(thread ? { thread_ts: thread } : {}),
      });
    } catch (failure) {
      deps.log.error('nor could I apologise', failure);
    }
  };

async function threadOfForm({ story }: HandlerDeps, { view }: Place) {
  const context = parseValue(ModalContext, view?.private_metadata);
  return context ? (await story.threads.find(context.threadId))?.place : undefined;
}

function idOf(value: string | { readonly id: string } | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.id;
}
