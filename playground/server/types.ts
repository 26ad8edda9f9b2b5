/**
 * The workspace's nouns, in Slack's own field names so that a stored object and the one on the wire are easy to compare.
 *
 * - message: one entry of a channel or of a thread (`thread_ts` names the thread's first message)
 * - ephemeral: a message that one person sees until they reload; never part of a channel's history
 * - file: uploaded bytes and what Slack says about them; `mimetype` stays empty until it has been processed
 * - view: a modal or an App Home
 * - session: the status that an agent app shows for a thread
 */

/** A JSON object whose fields are not known beforehand. */
export type Fields = Record<string, unknown>;

export interface Block extends Fields {
  type: string;
  block_id?: string;
}

export interface Team {
  id: string;
  name: string;
  domain: string;
}

export interface AppIdentity {
  id: string;
  name: string;
  bot_id: string;
  bot_user_id: string;
  bot_token: string;
  app_token: string;
  commands: string[];
}

export interface User {
  id: string;
  team_id: string;
  name: string;
  real_name: string;
  /** Six hex digits, for the avatar. */
  color: string;
  is_bot: boolean;
  is_admin: boolean;
  /** A guest. */
  is_restricted: boolean;
  /** A guest of a single channel. */
  is_ultra_restricted: boolean;
  /** Belongs to another workspace that shares a channel with this one. */
  is_stranger: boolean;
  tz: string;
  profile: { display_name: string; real_name: string; title: string; email?: string };
}

export interface Channel {
  id: string;
  name: string;
  is_channel: boolean;
  is_group: boolean;
  is_im: boolean;
  is_private: boolean;
  is_ext_shared: boolean;
  is_archived: boolean;
  /** Unix seconds. */
  created: number;
  creator: string;
  /** The person at the other end of the app's direct message. */
  user?: string;
  members: string[];
  topic: { value: string };
  purpose: { value: string };
}

export interface Metadata {
  event_type: string;
  event_payload: Fields;
}

export interface StoredMessage {
  channel: string;
  ts: string;
  thread_ts?: string;
  subtype?: string;
  user?: string;
  bot_id?: string;
  text: string;
  blocks?: Block[];
  attachments?: Fields[];
  file_ids: string[];
  metadata?: Metadata;
  edited?: { user: string; ts: string };
  reactions: { name: string; users: string[] }[];
  stream?: Stream;
}

/** The part of a message that is still being written by `chat.appendStream`. */
export interface Stream {
  state: 'in_progress' | 'completed' | 'stopped_by_user';
  /** Unix milliseconds; Slack closes a stream some minutes after this moment. */
  started_at: number;
  markdown: string;
  /** Blocks that followed the text: tasks, plan, appended blocks. */
  tail: Block[];
  plan_title?: string;
}

export interface StoredEphemeral extends StoredMessage {
  user_seeing: string;
}

export interface StoredFile {
  id: string;
  user: string;
  name: string;
  title: string;
  alt_txt?: string;
  /** Unix seconds. */
  created: number;
  /** Bytes, as Slack reports them. */
  size: number;
  mimetype: string;
  filetype: string;
  pretty_type: string;
  original_w?: number;
  original_h?: number;
  /** Where it was shared, one entry per message. */
  shares: { channel: string; ts: string; thread_ts?: string }[];
  state: 'awaiting_bytes' | 'uploaded' | 'completed' | 'processed';
}

export interface View {
  id: string;
  team_id: string;
  app_id: string;
  app_installed_team_id: string;
  bot_id: string;
  type: 'modal' | 'home';
  title?: Fields;
  submit: Fields | null;
  close: Fields | null;
  blocks: Block[];
  private_metadata: string;
  callback_id: string;
  external_id: string;
  state: { values: Fields };
  hash: string;
  clear_on_close: boolean;
  notify_on_close: boolean;
  submit_disabled: boolean;
  root_view_id: string;
  previous_view_id: string | null;
}

export type SessionStatus = 'active' | 'processing' | 'suspended' | 'closed';

export interface Session {
  channel: string;
  thread_ts: string;
  status: SessionStatus;
  title?: string;
}

export interface ThreadStatus {
  channel: string;
  thread_ts: string;
  status: string;
  loading_messages?: string[];
}

export interface Prompts {
  channel: string;
  thread_ts?: string;
  title?: string;
  prompts: { title: string; message: string }[];
}

/** A message as Slack's APIs and the page see it. */
export interface WireMessage extends Fields {
  type: 'message';
  channel: string;
  ts: string;
  text: string;
  thread_ts?: string;
  subtype?: string;
  user?: string;
  bot_id?: string;
  blocks?: Block[];
  files?: WireFile[];
  metadata?: Metadata;
  edited?: { user: string; ts: string };
  reply_count?: number;
}

export interface WireEphemeral extends WireMessage {
  user_seeing: string;
}

export interface WireFile extends Fields {
  id: string;
  name: string;
  mimetype: string;
  size: number;
  url_private: string;
  url_private_download: string;
}

/** What the page and the driver hear about, one thing at a time and in order. */
export type Change =
  | { type: 'message'; message: WireMessage }
  | { type: 'message_deleted'; channel: string; ts: string }
  | { type: 'ephemeral'; message: WireEphemeral }
  | { type: 'ephemeral_deleted'; user: string; channel: string; ts: string }
  | { type: 'file'; file: WireFile }
  | { type: 'file_deleted'; id: string }
  | { type: 'channel'; channel: Channel }
  | { type: 'modals'; user: string; stack: View[] }
  | { type: 'home'; user: string; view: View }
  | { type: 'session'; session: Session }
  | { type: 'status'; status: ThreadStatus }
  | { type: 'prompts'; prompts: Prompts }
  | { type: 'connections'; count: number };
