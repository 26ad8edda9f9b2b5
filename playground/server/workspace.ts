import { EventEmitter } from 'node:events';
import { IdSource } from './ids.ts';
import { presentEphemeral, presentFile, presentMessage } from './present.ts';
import { directMessage, type Seed } from './seed.ts';
import type {
  AppIdentity,
  Change,
  Channel,
  Prompts,
  Session,
  StoredEphemeral,
  StoredFile,
  StoredMessage,
  Team,
  ThreadStatus,
  User,
  View,
} from './types.ts';

/** Everything of a workspace that outlives the process. */
export interface WorkspaceData extends Seed {
  ids: { counter: number; lastMicroseconds: number };
  messages: StoredMessage[];
  files: StoredFile[];
  homes: [string, View][];
  sessions: Session[];
  prompts: Prompts[];
}

/** The state of one workspace: who is there and what was said. Every change is announced to the listeners of `onChange`. */
export class Workspace {
  readonly team: Team;
  readonly app: AppIdentity;
  readonly ids: IdSource;
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
  readonly files: Map<string, StoredFile>;
  readonly homes: Map<string, View>;
  /** Open modals per person, the visible one last; they close with the process, as a browser's would. */
  readonly modals = new Map<string, View[]>();
  readonly ephemerals: StoredEphemeral[] = [];
  readonly sessions = new Map<string, Session>();
  readonly statuses = new Map<string, ThreadStatus>();
  readonly prompts = new Map<string, Prompts>();
  /** The server's own address without a trailing slash; file addresses are built on it. */
  origin = '';
  private readonly history = new Map<string, StoredMessage[]>();
  private readonly emitter = new EventEmitter();

  constructor(data: Seed & Partial<WorkspaceData>) {
    this.team = data.team;
    this.app = data.app;
    this.ids = new IdSource(data.ids);
    this.users = new Map(data.users.map((user) => [user.id, user]));
    this.channels = new Map(data.channels.map((channel) => [channel.id, channel]));
    this.files = new Map((data.files ?? []).map((file) => [file.id, file]));
    this.homes = new Map(data.homes ?? []);
    for (const session of data.sessions ?? []) {
      this.sessions.set(threadKey(session.channel, session.thread_ts), session);
    }
    for (const prompts of data.prompts ?? []) {
      this.prompts.set(threadKey(prompts.channel, prompts.thread_ts ?? ''), prompts);
    }
    for (const message of data.messages ?? []) this.messages(message.channel).push(message);
    this.emitter.setMaxListeners(0);
  }

  /** What a snapshot keeps. */
  data(): WorkspaceData {
    return {
      team: this.team,
      app: this.app,
      ids: this.ids.saved(),
      users: [...this.users.values()],
      channels: [...this.channels.values()],
      messages: [...this.history.values()].flat(),
      files: [...this.files.values()],
      homes: [...this.homes],
      sessions: [...this.sessions.values()],
      prompts: [...this.prompts.values()],
    };
  }

  /** Calls `listener` after every change; returns the function that ends it. */
  onChange(listener: (change: Change) => void): () => void {
    this.emitter.on('change', listener);
    return () => this.emitter.off('change', listener);
  }

  announce(change: Change): void {
    this.emitter.emit('change', change);
  }

  /** A channel's messages, thread replies included, oldest first. */
  messages(channelId: string): StoredMessage[] {
    let messages = this.history.get(channelId);
    if (!messages) {
      messages = [];
      this.history.set(channelId, messages);
    }
    return messages;
  }

  message(channelId: string, ts: string): StoredMessage | undefined {
    return this.messages(channelId).findLast((message) => message.ts === ts);
  }

  /** A thread's replies without its first message, oldest first. */
  replies(channelId: string, threadTs: string): StoredMessage[] {
    return this.messages(channelId).filter(
      (message) => message.thread_ts === threadTs && message.ts !== threadTs,
    );
  }

  /** Adds a new message or announces that a stored one was changed in place. */
  putMessage(message: StoredMessage): void {
    const messages = this.messages(message.channel);
    const isNew = !messages.includes(message);
    if (isNew) messages.push(message);
    this.announce({ type: 'message', message: presentMessage(this, message) });
    const parent = isNew && message.thread_ts ? this.message(message.channel, message.thread_ts) : undefined;
    if (parent && parent !== message) {
      this.announce({ type: 'message', message: presentMessage(this, parent) });
    }
  }

  removeMessage(message: StoredMessage): void {
    const messages = this.messages(message.channel);
    messages.splice(messages.indexOf(message), 1);
    this.announce({ type: 'message_deleted', channel: message.channel, ts: message.ts });
    const parent = message.thread_ts ? this.message(message.channel, message.thread_ts) : undefined;
    if (parent) this.announce({ type: 'message', message: presentMessage(this, parent) });
  }

  putEphemeral(message: StoredEphemeral): void {
    if (!this.ephemerals.includes(message)) this.ephemerals.push(message);
    this.announce({ type: 'ephemeral', message: presentEphemeral(this, message) });
  }

  removeEphemeral(message: StoredEphemeral): void {
    this.ephemerals.splice(this.ephemerals.indexOf(message), 1);
    const { user_seeing: user, channel, ts } = message;
    this.announce({ type: 'ephemeral_deleted', user, channel, ts });
  }

  /** Adds or changes a file, and sends the messages that carry it again. */
  putFile(file: StoredFile): void {
    this.files.set(file.id, file);
    this.announce({ type: 'file', file: presentFile(this, file) });
    for (const share of file.shares) {
      const message = this.message(share.channel, share.ts);
      if (message) this.putMessage(message);
    }
  }

  putModals(userId: string, stack: View[]): void {
    if (stack.length > 0) this.modals.set(userId, stack);
    else this.modals.delete(userId);
    this.announce({ type: 'modals', user: userId, stack });
  }

  putHome(userId: string, view: View): void {
    this.homes.set(userId, view);
    this.announce({ type: 'home', user: userId, view });
  }

  putSession(session: Session): void {
    this.sessions.set(threadKey(session.channel, session.thread_ts), session);
    this.announce({ type: 'session', session });
  }

  putStatus(status: ThreadStatus): void {
    const key = threadKey(status.channel, status.thread_ts);
    if (status.status) this.statuses.set(key, status);
    else this.statuses.delete(key);
    this.announce({ type: 'status', status });
  }

  putPrompts(prompts: Prompts): void {
    this.prompts.set(threadKey(prompts.channel, prompts.thread_ts ?? ''), prompts);
    this.announce({ type: 'prompts', prompts });
  }

  putChannel(channel: Channel): void {
    this.channels.set(channel.id, channel);
    this.announce({ type: 'channel', channel });
  }

  /** The app's direct message with a person, opened when it is not there yet. */
  directMessage(userId: string): Channel {
    const known = [...this.channels.values()].find((channel) => channel.is_im && channel.user === userId);
    if (known) return known;
    const opened = directMessage(this.ids.next('D'), userId, this.app.bot_user_id);
    this.putChannel(opened);
    return opened;
  }
}

/** The key under which a thread's session, status and prompts are kept. */
export function threadKey(channel: string, threadTs: string): string {
  return `${channel}/${threadTs}`;
}
