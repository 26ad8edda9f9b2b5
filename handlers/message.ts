import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { threadPlace } from '../src/thread/events.ts';
import type { HandlerDeps } from './deps.ts';
import { receive, type SlackMessage } from './receive.ts';

type Args = AllMiddlewareArgs & SlackEventMiddlewareArgs<'message'>;

/** Messages that carry a person's words; edits, joins and the like are not for us. */
const SPOKEN = new Set([undefined, 'file_share', 'thread_broadcast']);

/** A direct message, a reply in a thread of ours, or a mention that Slack also sends as a channel message. */
export const handleMessage =
  (deps: HandlerDeps) =>
  async ({ event, context }: Args) => {
    if (!SPOKEN.has(event.subtype)) return;
    const message = event as SlackMessage;
    const team = context.teamId ?? '';
    const isDirect = event.channel_type === 'im';
    const isMention = message.text?.includes(`<@${deps.botUserId}`) ?? false;
    const isForUs =
      isDirect || isMention || (!isForSomebodyElse(message) && (await isOurs(deps, team, message)));
    if (isForUs) await receive(deps, team, message);
  };

/** People also talk to each other in our threads: "@ben, can you approve this?" is not for us. */
function isForSomebodyElse({ text, files }: SlackMessage): boolean {
  return /^\s*<@[A-Z0-9]+/.test(text ?? '') && !files?.length;
}

async function isOurs(deps: HandlerDeps, team: string, message: SlackMessage): Promise<boolean> {
  if (!message.thread_ts) return false;
  const { id } = threadPlace(team, message.channel, message.thread_ts);
  return (await deps.story.threads.find(id)) !== null;
}
