import { checkBlocks, sentences, withIds } from '../blocks/check.ts';
import { isFields } from '../blocks/rules.ts';
import type { EventFeed } from '../events.ts';
import type { Files } from '../files.ts';
import type { Messaging } from '../messaging.ts';
import type { Tier } from '../rate-limits.ts';
import { refusal, SlackError } from '../slack-error.ts';
import type { SocketMode } from '../socket-mode.ts';
import type { Triggers } from '../triggers.ts';
import type { Block, Channel, Fields, StoredMessage } from '../types.ts';
import type { Views } from '../views.ts';
import type { Workspace } from '../workspace.ts';

/** Everything a Web API method may use. */
export interface Backend {
  readonly workspace: Workspace;
  readonly messaging: Messaging;
  readonly events: EventFeed;
  readonly files: Files;
  readonly views: Views;
  readonly triggers: Triggers;
  readonly sockets: SocketMode;
  /** Unix milliseconds that a stream may last before Slack closes it. */
  readonly streamLifeMs: number;
}

/** One Web API method: what it asks of its caller and what it does. */
export interface Method {
  /** Any one of these allows the call; none are needed when missing. */
  scopes?: readonly string[];
  /** Which kind of token may call it; a bot's by default. */
  token?: 'bot' | 'app';
  tier: Tier;
  run: (args: Arguments, backend: Backend) => Fields | Promise<Fields>;
}

export type Methods = Record<string, Method>;

/** A call's arguments. Forms carry everything as strings, structured values as JSON; JSON bodies carry both as they are. */
export class Arguments {
  private readonly fields: Fields;

  constructor(fields: Fields) {
    this.fields = fields;
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== '';
  }

  /** A string, empty when the argument is missing. */
  text(name: string): string {
    const value = this.fields[name];
    return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
  }

  /** @throws SlackError `code`, by default `invalid_arguments` naming the missing field. */
  required(name: string, code?: string): string {
    const value = this.text(name);
    if (value) return value;
    throw code ? new SlackError(code) : refusal('invalid_arguments', [`missing required field: ${name}`]);
  }

  flag(name: string): boolean {
    return ['true', '1'].includes(this.text(name));
  }

  integer(name: string, fallback: number): number {
    if (!this.has(name)) return fallback;
    const value = Number(this.text(name));
    if (Number.isInteger(value)) return value;
    throw refusal('invalid_arguments', [`must provide an integer [json-pointer:/${name}]`]);
  }

  /**
   * A structured argument; undefined when missing.
   * @param malformed the error code for text that is not JSON.
   */
  json(name: string, malformed = 'invalid_arguments'): unknown {
    const value = this.fields[name];
    if (typeof value !== 'string') return value;
    if (value === '') return undefined;
    try {
      return JSON.parse(value);
    } catch {
      throw new SlackError(malformed);
    }
  }
}

/** @throws SlackError `channel_not_found`. */
export function channelOf(args: Arguments, { workspace }: Backend, name = 'channel'): Channel {
  const id = args.required(name, 'channel_not_found');
  const channel = workspace.channels.get(id);
  if (channel) return channel;
  // Slack opens a direct message when a person's id is given as the channel.
  if (workspace.users.has(id) && id !== workspace.app.bot_user_id) return workspace.directMessage(id);
  throw new SlackError('channel_not_found');
}

/** A channel that the app is in. @throws SlackError `channel_not_found`, `not_in_channel`, `is_archived`. */
export function joinedChannelOf(args: Arguments, backend: Backend, name = 'channel'): Channel {
  const channel = channelOf(args, backend, name);
  const isMember = channel.members.includes(backend.workspace.app.bot_user_id);
  if (!isMember) throw new SlackError(channel.is_private ? 'channel_not_found' : 'not_in_channel');
  if (channel.is_archived) throw new SlackError('is_archived');
  return channel;
}

/**
 * The first message of the thread that a reply goes to; a reply's own ts leads to its thread, as in Slack.
 * @throws SlackError `thread_not_found`.
 */
export function threadOf(args: Arguments, backend: Backend, channel: Channel): string | undefined {
  if (!args.has('thread_ts')) return undefined;
  const message = backend.workspace.message(channel.id, args.text('thread_ts'));
  if (!message) throw new SlackError('thread_not_found');
  return message.thread_ts ?? message.ts;
}

/** A message of the app's own. @throws SlackError `message_not_found`, or `notOwn` when somebody else wrote it. */
export function ownMessage(
  args: Arguments,
  backend: Backend,
  channel: Channel,
  notOwn: string,
): StoredMessage {
  const message = backend.workspace.message(channel.id, args.required('ts', 'message_not_found'));
  if (!message || message.subtype === 'tombstone') throw new SlackError('message_not_found');
  if (message.bot_id !== backend.workspace.app.bot_id) throw new SlackError(notOwn);
  return message;
}

/** Checked `blocks` with ids; undefined when the argument is missing. @throws SlackError `invalid_blocks`, `invalid_blocks_format`. */
export function blocksOf(args: Arguments, backend: Backend): Block[] | undefined {
  const blocks = args.json('blocks', 'invalid_blocks_format');
  if (blocks === undefined || blocks === null) return undefined;
  return checkedBlocks(blocks, backend);
}

export function checkedBlocks(blocks: unknown, { files }: Backend): Block[] {
  if (!Array.isArray(blocks)) throw new SlackError('invalid_blocks_format');
  const problems = checkBlocks(blocks, 'message', (reference) => files.pictureIsReady(reference));
  if (problems.length > 0) throw refusal('invalid_blocks', sentences(problems));
  return withIds(blocks.filter(isFields) as Block[]);
}
