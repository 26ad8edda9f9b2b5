import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { HandlerDeps } from './deps.ts';
import { receive, type SlackMessage } from './receive.ts';

type Args = AllMiddlewareArgs & SlackEventMiddlewareArgs<'app_mention'>;

/** Somebody mentions us, with or without files: a thread begins, or goes on. */
export const handleAppMention =
  (deps: HandlerDeps) =>
  async ({ event, context }: Args) => {
    await receive(deps, context.teamId ?? '', event as SlackMessage);
  };
