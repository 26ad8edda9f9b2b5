/** What the handlers of mentions, thread replies and direct messages share: Slack's event into the story's message. */
import { whyNotTakePart } from '../src/plan/who-may-approve.ts';
import type { DataSource } from '../src/thread/events.ts';
import { threadPlace } from '../src/thread/events.ts';
import { text } from '../src/thread/reply.ts';
import { type IncomingMessage, receiveMessage } from '../src/thread/turn.ts';
import type { HandlerDeps } from './deps.ts';

/** The members of Slack's message and mention events that we read. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string | undefined;
  readonly user?: string | undefined;
  readonly bot_id?: string | undefined;
  readonly text?: string | undefined;
  readonly files?:
    | readonly { readonly id: string; readonly name?: string | null; readonly size?: number }[]
    | undefined;
}

/** Hands a person's message to the story and says what comes back. A message that arrives twice, or as both a mention
 *  and a channel message, comes here once: the receiver knows it by its channel and timestamp. */
export async function receive(deps: HandlerDeps, team: string, message: SlackMessage): Promise<void> {
  if (!message.user || message.bot_id) return;
  const place = threadPlace(team, message.channel, message.thread_ts ?? message.ts);
  const person = await deps.people.find(message.user, team);
  if (person.isBot) return;
  const refusal = whyNotTakePart(person);
  if (refusal) {
    // Outsiders may read along; what they send is neither stored nor computed on. They hear so once in a thread.
    await deps.speaker.say(place, `outsider-${message.user}`, [text(refusal)]);
    return;
  }
  await respond(deps, {
    place,
    key: message.ts,
    user: message.user,
    text: withoutMention(message.text ?? '', deps.botUserId),
    files: await Promise.all((message.files ?? []).map((file) => sourceOf(deps, file))),
  });
}

/** Hands words to the story and says what comes back; what is shown early is shown in the thread itself. */
export async function respond(deps: HandlerDeps, message: IncomingMessage): Promise<void> {
  const { place, key, user } = message;
  const senses = { voice: deps.openVoice(place, user), desk: deps.desk };
  const replies = await receiveMessage(deps.story, deps.specialist, message, senses);
  await deps.speaker.say(place, `reply-${key}`, replies);
}

function withoutMention(text: string, botUserId: string): string {
  return text.replaceAll(new RegExp(`<@${botUserId}(\\|[^>]*)?>`, 'g'), ' ').trim();
}

/** In channels that several workspaces share, an event tells no more of a file than its id. */
async function sourceOf(
  { interactive, log }: HandlerDeps,
  event: NonNullable<SlackMessage['files']>[number],
): Promise<DataSource> {
  const { file } = event.name
    ? { file: event }
    : await interactive.files.info({ file: event.id }).catch((error: unknown) => {
        log.error(`Slack does not say what file ${event.id} is`, error);
        return { file: undefined };
      });
  return { kind: 'file', fileId: event.id, name: file?.name ?? 'the file', bytes: file?.size ?? 0 };
}
