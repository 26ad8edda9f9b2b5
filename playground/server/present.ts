import type {
  AppIdentity,
  Channel,
  Fields,
  StoredEphemeral,
  StoredFile,
  StoredMessage,
  Team,
  User,
  WireEphemeral,
  WireFile,
  WireMessage,
} from './types.ts';

/** What is read of a workspace in order to show something of it. */
interface Workspace {
  readonly team: Team;
  readonly app: AppIdentity;
  readonly origin: string;
  readonly users: ReadonlyMap<string, User>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly files: ReadonlyMap<string, StoredFile>;
  replies(channel: string, threadTs: string): readonly StoredMessage[];
}

/** A stored message as `conversations.replies` and events show it, with its `channel` added. */
export function presentMessage(workspace: Workspace, message: StoredMessage): WireMessage {
  const { file_ids: fileIds, reactions, stream, channel, ...stored } = message;
  const sender = message.user ? workspace.users.get(message.user) : undefined;
  const replies =
    message.thread_ts && message.thread_ts !== message.ts ? [] : workspace.replies(channel, message.ts);
  const files = fileIds.flatMap((id) => workspace.files.get(id) ?? []);
  return {
    type: 'message',
    channel,
    ...stored,
    team: sender?.team_id ?? workspace.team.id,
    ...(message.bot_id && { app_id: workspace.app.id, bot_profile: botProfile(workspace) }),
    ...(files.length > 0 && { files: files.map((file) => presentFile(workspace, file)), upload: false }),
    ...(reactions.length > 0 && { reactions: reactions.map((r) => ({ ...r, count: r.users.length })) }),
    ...(stream && { streaming_state: stream.state === 'in_progress' ? 'in_progress' : 'completed' }),
    ...(replies.length > 0 && {
      thread_ts: message.ts,
      reply_count: replies.length,
      reply_users: [...new Set(replies.flatMap((reply) => reply.user ?? []))],
      reply_users_count: new Set(replies.map((reply) => reply.user)).size,
      latest_reply: replies[replies.length - 1].ts,
      is_locked: false,
      subscribed: false,
    }),
  };
}

export function presentEphemeral(workspace: Workspace, message: StoredEphemeral): WireEphemeral {
  const { user_seeing, ...stored } = message;
  return { ...presentMessage(workspace, stored), user_seeing };
}

/** A stored file as `files.info` shows it; thumbnails and type are missing until Slack has processed it. */
export function presentFile(workspace: Workspace, file: StoredFile): WireFile {
  const { state, shares, original_w: width, original_h: height, ...stored } = file;
  const key = `${workspace.team.id}-${file.id}`;
  const name = encodeURIComponent(file.name);
  const slug = `${workspace.origin}/files-pri/${key}`;
  const isPicture = state === 'processed' && width !== undefined && height !== undefined;
  const byPlace: { public: Fields; private: Fields } = { public: {}, private: {} };
  for (const { channel, ts, thread_ts } of shares) {
    const place = workspace.channels.get(channel)?.is_private ? byPlace.private : byPlace.public;
    const earlier = Array.isArray(place[channel]) ? place[channel] : [];
    place[channel] = [...earlier, { ts, ...(thread_ts && { thread_ts }), team_id: workspace.team.id }];
  }
  const sharedIn = (match: (channel: Channel) => boolean) => [
    ...new Set(shares.map((s) => s.channel).filter((id) => matches(workspace.channels.get(id), match))),
  ];
  return {
    ...stored,
    timestamp: file.created,
    user_team: workspace.users.get(file.user)?.team_id ?? workspace.team.id,
    mode: 'hosted',
    file_access: 'visible',
    editable: false,
    is_external: false,
    external_type: '',
    is_public: Object.keys(byPlace.public).length > 0,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: `${slug}/${name}`,
    url_private_download: `${slug}/download/${name}`,
    permalink: `${workspace.origin}/files/${file.user}/${file.id}/${name}`,
    ...(isPicture && {
      original_w: width,
      original_h: height,
      ...thumbnail(workspace, key, 64, width, height),
      ...thumbnail(workspace, key, 360, width, height),
    }),
    shares: {
      ...(Object.keys(byPlace.public).length > 0 && { public: byPlace.public }),
      ...(Object.keys(byPlace.private).length > 0 && { private: byPlace.private }),
    },
    channels: sharedIn((channel) => !channel.is_private),
    groups: sharedIn((channel) => channel.is_group),
    ims: sharedIn((channel) => channel.is_im),
  };
}

function matches(channel: Channel | undefined, match: (channel: Channel) => boolean): boolean {
  return channel !== undefined && match(channel);
}

function thumbnail(workspace: Workspace, key: string, edge: number, width: number, height: number): Fields {
  const scale = Math.min(1, edge / Math.max(width, height));
  return {
    [`thumb_${edge}`]: `${workspace.origin}/files-tmb/${key}/${edge}`,
    ...(edge > 64 && {
      [`thumb_${edge}_w`]: Math.round(width * scale),
      [`thumb_${edge}_h`]: Math.round(height * scale),
    }),
  };
}

/** What `users.info` says about a person. */
export function presentUser(user: User): Fields {
  return {
    deleted: false,
    is_owner: false,
    is_primary_owner: false,
    is_app_user: false,
    updated: 0,
    ...user,
  };
}

/** What `conversations.info` says about a channel, from the app's side of it. */
export function presentChannel(workspace: Workspace, channel: Channel): Fields {
  const { members, ...rest } = channel;
  return {
    ...rest,
    is_member: members.includes(workspace.app.bot_user_id),
    is_general: channel.name === 'general',
    is_mpim: false,
    is_shared: channel.is_ext_shared,
    is_org_shared: false,
    name_normalized: channel.name,
    context_team_id: workspace.team.id,
  };
}

/** The app as its messages and `bots.info` name it. */
export function botProfile(workspace: Workspace): Fields {
  const { bot_id: id, id: app_id, name } = workspace.app;
  return {
    id,
    app_id,
    user_id: workspace.app.bot_user_id,
    name,
    deleted: false,
    updated: 0,
    team_id: workspace.team.id,
  };
}
