import type { Change, Message, PageState, SharedFile } from './page-api.ts';

/** `items` with `item` in the place of the one that `same` finds, or at the end. */
function upsert<T>(items: readonly T[], item: T, same: (other: T) => boolean): readonly T[] {
  const at = items.findIndex(same);
  return at === -1 ? [...items, item] : items.with(at, item);
}

const isAt = (channel: string, ts: string) => (message: Message) =>
  message.channel === channel && message.ts === ts;

function withFile(messages: readonly Message[], file: SharedFile): readonly Message[] {
  return messages.map((message) =>
    message.files?.some(({ id }) => id === file.id)
      ? { ...message, files: message.files.map((other) => (other.id === file.id ? file : other)) }
      : message,
  );
}

function withoutFile(messages: readonly Message[], id: string): readonly Message[] {
  return messages.map((message) =>
    message.files ? { ...message, files: message.files.filter((file) => file.id !== id) } : message,
  );
}

/** The state after one change. Pure; the order of messages is the order in which they were first seen. */
export function applyChange(state: PageState, change: Change): PageState {
  switch (change.type) {
    case 'message': {
      const { message } = change;
      return { ...state, messages: upsert(state.messages, message, isAt(message.channel, message.ts)) };
    }
    case 'message_deleted': {
      const isDeleted = isAt(change.channel, change.ts);
      return { ...state, messages: state.messages.filter((message) => !isDeleted(message)) };
    }
    case 'ephemeral': {
      const { message } = change;
      return { ...state, ephemerals: upsert(state.ephemerals, message, isAt(message.channel, message.ts)) };
    }
    case 'ephemeral_deleted': {
      const isDeleted = isAt(change.channel, change.ts);
      return { ...state, ephemerals: state.ephemerals.filter((message) => !isDeleted(message)) };
    }
    case 'file':
      return { ...state, messages: withFile(state.messages, change.file) };
    case 'file_deleted':
      return { ...state, messages: withoutFile(state.messages, change.id) };
    case 'channel': {
      const { channel } = change;
      return { ...state, channels: upsert(state.channels, channel, ({ id }) => id === channel.id) };
    }
    case 'modals': {
      const { user, stack } = change;
      return { ...state, modals: upsert(state.modals, { user, stack }, (other) => other.user === user) };
    }
    case 'home': {
      const { user, view } = change;
      return { ...state, homes: upsert(state.homes, { user, view }, (other) => other.user === user) };
    }
    case 'session': {
      const { session } = change;
      const isSame = (other: typeof session) =>
        other.channel === session.channel && other.thread_ts === session.thread_ts;
      return { ...state, sessions: upsert(state.sessions, session, isSame) };
    }
    case 'status': {
      const { status } = change;
      const isSame = (other: typeof status) =>
        other.channel === status.channel && other.thread_ts === status.thread_ts;
      return { ...state, statuses: upsert(state.statuses, status, isSame) };
    }
    case 'prompts': {
      const { prompts } = change;
      const isSame = (other: typeof prompts) =>
        other.channel === prompts.channel && other.thread_ts === prompts.thread_ts;
      return { ...state, prompts: upsert(state.prompts, prompts, isSame) };
    }
    case 'connections':
      return { ...state, app: { ...state.app, connections: change.count } };
  }
}
