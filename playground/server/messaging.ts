import type { EventFeed } from './events.ts';
import { presentMessage } from './present.ts';
import type { StoredMessage } from './types.ts';
import { threadKey, type Workspace } from './workspace.ts';

/** A message before it has a timestamp. */
export type Draft = Omit<StoredMessage, 'ts' | 'file_ids' | 'reactions'> & { file_ids?: string[] };

/** Puts messages into channels, changes and removes them, and tells the app about each. */
export class Messaging {
  private readonly workspace: Workspace;
  private readonly events: EventFeed;

  constructor(workspace: Workspace, events: EventFeed) {
    this.workspace = workspace;
    this.events = events;
  }

  /** Posts a draft; files that it carries are shared with it. */
  post(draft: Draft): StoredMessage {
    const message: StoredMessage = {
      ...draft,
      ts: this.workspace.ids.timestamp(),
      file_ids: draft.file_ids ?? [],
      reactions: [],
    };
    this.share(message);
    this.workspace.putMessage(message);
    if (message.bot_id && message.thread_ts) this.clearStatus(message.channel, message.thread_ts);
    this.events.messagePosted(message);
    for (const id of message.file_ids) {
      const file = this.workspace.files.get(id);
      if (file) this.events.fileShared(file, message.channel);
    }
    return message;
  }

  /** Changes a message in place through `change` and tells the app what it was before. */
  update(message: StoredMessage, change: (message: StoredMessage) => void): void {
    const previous = presentMessage(this.workspace, message);
    change(message);
    this.share(message);
    this.workspace.putMessage(message);
    this.events.messageChanged(message, previous);
  }

  /** Removes a message; the first message of a thread with replies leaves a tombstone, as in Slack. */
  remove(message: StoredMessage): void {
    this.events.messageDeleted(message);
    if (this.workspace.replies(message.channel, message.ts).length === 0) {
      this.workspace.removeMessage(message);
      return;
    }
    message.subtype = 'tombstone';
    message.text = 'This message was deleted.';
    message.file_ids = [];
    message.reactions = [];
    delete message.blocks;
    delete message.attachments;
    delete message.metadata;
    this.workspace.putMessage(message);
  }

  private share(message: StoredMessage): void {
    const { channel, ts, thread_ts } = message;
    for (const id of message.file_ids) {
      const file = this.workspace.files.get(id);
      if (!file || file.shares.some((s) => s.channel === channel && s.ts === ts)) continue;
      file.shares.push({ channel, ts, ...(thread_ts && { thread_ts }) });
    }
  }

  private clearStatus(channel: string, threadTs: string): void {
    if (this.workspace.statuses.has(threadKey(channel, threadTs))) {
      this.workspace.putStatus({ channel, thread_ts: threadTs, status: '' });
    }
  }
}
