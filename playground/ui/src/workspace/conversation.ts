import type { Channel, Ephemeral, Message, PageState } from './page-api.ts';

/** What a message tells about its thread. */
export interface ThreadSummary {
  readonly replies: number;
  readonly unread: number;
  readonly latestTs: string;
  /** "is training…" while the app works in the thread. */
  readonly status: string;
}

/** A message in a thread that is not the thread's first one. */
export const isReply = (message: Message): boolean =>
  message.thread_ts !== undefined && message.thread_ts !== message.ts;

const byTs = (left: Message, right: Message) => (left.ts < right.ts ? -1 : 1);

function seenBy(actorId: string, ephemerals: readonly Ephemeral[]): readonly Message[] {
  return ephemerals.filter((message) => message.user_seeing === actorId);
}

/** What stands in the channel itself: no thread replies, but those that were also sent to the channel. */
export function topLevelMessages(state: PageState, actorId: string, channelId: string): readonly Message[] {
  return [...state.messages, ...seenBy(actorId, state.ephemerals)]
    .filter((message) => message.channel === channelId)
    .filter((message) => !isReply(message) || message.subtype === 'thread_broadcast')
    .toSorted(byTs);
}

/** A thread's first message and its replies. */
export function threadMessages(
  state: PageState,
  actorId: string,
  channelId: string,
  threadTs: string,
): readonly Message[] {
  return [...state.messages, ...seenBy(actorId, state.ephemerals)]
    .filter((message) => message.channel === channelId)
    .filter((message) => message.ts === threadTs || message.thread_ts === threadTs)
    .toSorted(byTs);
}

/** What a message tells about its thread: replies, how many are new, and what the app is doing there. */
export function summarizeThread(
  state: PageState,
  message: Message,
  isUnread: (message: Message) => boolean,
): ThreadSummary | undefined {
  const replies = state.messages.filter(
    (other) => other.channel === message.channel && other.thread_ts === message.ts && isReply(other),
  );
  const status = state.statuses.find(
    (other) => other.channel === message.channel && other.thread_ts === message.ts,
  );
  if (replies.length === 0 && !status?.status) return undefined;
  return {
    replies: replies.length,
    unread: replies.filter(isUnread).length,
    latestTs: replies.at(-1)?.ts ?? message.ts,
    status: status?.status ? `${state.app.name} ${status.status}` : '',
  };
}

/** The channels that a person is in, in the workspace's order, and their own direct message with the app. */
export function channelsOf(state: PageState, actorId: string): readonly Channel[] {
  return state.channels.filter((channel) => channel.members.includes(actorId));
}
