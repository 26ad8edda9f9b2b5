import { type presentFile, presentMessage } from './present.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Channel, Fields, StoredFile, StoredMessage } from './types.ts';
import type { Workspace } from './workspace.ts';

/** The event subscriptions of an app that reads its channels, its direct messages and its files. */
const ALL_EVENTS = [
  'app_mention',
  'message.channels',
  'message.groups',
  'message.im',
  'app_home_opened',
  'file_shared',
  'agent_session_stopped',
  'reaction_added',
  'reaction_removed',
  'member_joined_channel',
];

/** Tells the app what happened, as Slack's Events API would: only what it subscribed to, only where it is a member. */
export class EventFeed {
  private readonly workspace: Workspace;
  private readonly sockets: SocketMode;
  private readonly subscriptions: ReadonlySet<string>;

  /** @param subscriptions the manifest's `bot_events`; default: everything this workspace can send. */
  constructor(workspace: Workspace, sockets: SocketMode, subscriptions: readonly string[] = ALL_EVENTS) {
    this.workspace = workspace;
    this.sockets = sockets;
    this.subscriptions = new Set(subscriptions);
  }

  /** A message was posted: one `message` event, and an `app_mention` beside it when the app is named in a channel. */
  messagePosted(message: StoredMessage): void {
    const channel = this.watched(message.channel);
    if (!channel) return;
    const body = this.messageBody(message, channel);
    this.send(messageSubscription(channel), channel, {
      ...body,
      ...this.parentAuthor(message),
      type: 'message',
      channel_type: channelType(channel),
    });
    const mention = `<@${this.workspace.app.bot_user_id}`;
    if (!channel.is_im && !message.bot_id && message.text.includes(mention)) {
      const { subtype, ...mentioned } = body;
      this.send('app_mention', channel, { ...mentioned, type: 'app_mention' });
    }
  }

  /** @param previous the message before the change, as it was presented. */
  messageChanged(message: StoredMessage, previous: Fields): void {
    const channel = this.watched(message.channel);
    if (!channel) return;
    this.send(messageSubscription(channel), channel, {
      type: 'message',
      subtype: 'message_changed',
      hidden: true,
      channel: channel.id,
      channel_type: channelType(channel),
      ts: this.workspace.ids.timestamp(),
      message: presentMessage(this.workspace, message),
      previous_message: previous,
    });
  }

  messageDeleted(message: StoredMessage): void {
    const channel = this.watched(message.channel);
    if (!channel) return;
    this.send(messageSubscription(channel), channel, {
      type: 'message',
      subtype: 'message_deleted',
      hidden: true,
      channel: channel.id,
      channel_type: channelType(channel),
      ts: this.workspace.ids.timestamp(),
      deleted_ts: message.ts,
      previous_message: presentMessage(this.workspace, message),
    });
  }

  fileShared(file: StoredFile, channelId: string): void {
    const channel = this.watched(channelId);
    if (!channel) return;
    this.send('file_shared', channel, {
      type: 'file_shared',
      file_id: file.id,
      user_id: file.user,
      file: { id: file.id },
      channel_id: channelId,
    });
  }

  /** Something else happened; `channel` when it happened in one, and then only if the app is there. */
  happened(event: Fields & { type: string }, channelId?: string): void {
    if (channelId === undefined) this.send(event.type, undefined, event);
    else {
      const channel = this.watched(channelId);
      if (channel) this.send(event.type, channel, event);
    }
  }

  private watched(channelId: string): Channel | undefined {
    const channel = this.workspace.channels.get(channelId);
    return channel?.members.includes(this.workspace.app.bot_user_id) ? channel : undefined;
  }

  private messageBody(message: StoredMessage, channel: Channel): Fields {
    const { reply_count, reply_users, reply_users_count, latest_reply, ...body } = presentMessage(
      this.workspace,
      message,
    );
    const team = body.team;
    return {
      ...body,
      ...(message.user && !message.bot_id && { client_msg_id: `client-${message.ts}` }),
      ...(channel.is_ext_shared && { user_team: team, source_team: team }),
      // Slack Connect hides file contents from events until the app asks for each file by id.
      ...(channel.is_ext_shared && body.files && { files: body.files.map(unseenFile) }),
    };
  }

  private parentAuthor(message: StoredMessage): Fields {
    if (!message.thread_ts || message.thread_ts === message.ts) return {};
    const parent = this.workspace.message(message.channel, message.thread_ts);
    return parent?.user ? { parent_user_id: parent.user } : {};
  }

  private send(subscription: string, channel: Channel | undefined, event: Fields & { type: string }): void {
    if (!this.subscriptions.has(subscription)) return;
    const { team, app, ids } = this.workspace;
    const eventTs = typeof event.ts === 'string' ? event.ts : ids.timestamp();
    this.sockets.deliverEvent(event.type, {
      token: 'local-verification-token',
      team_id: team.id,
      context_team_id: team.id,
      context_enterprise_id: null,
      api_app_id: app.id,
      event: { event_ts: eventTs, ...event },
      type: 'event_callback',
      event_id: ids.next('E'),
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: team.id,
          user_id: app.bot_user_id,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: channel?.is_ext_shared ?? false,
      event_context: `4-${ids.next('E')}`,
    });
  }
}

/** Slack's name for the kind of a conversation, as in `channel_type`. */
function channelType(channel: Channel): 'im' | 'group' | 'channel' {
  if (channel.is_im) return 'im';
  return channel.is_group ? 'group' : 'channel';
}

function messageSubscription(channel: Channel): string {
  const type = channelType(channel);
  return type === 'im' ? 'message.im' : `message.${type}s`;
}

function unseenFile({ id, timestamp, user }: ReturnType<typeof presentFile>): Fields {
  return { id, created: timestamp, timestamp, user, file_access: 'check_file_info', mode: 'file_access' };
}
