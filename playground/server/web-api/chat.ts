import { isFields } from '../blocks/rules.ts';
import { presentMessage } from '../present.ts';
import { richText } from '../rich-text.ts';
import { SlackError } from '../slack-error.ts';
import type { Block, Fields, Metadata, StoredMessage } from '../types.ts';
import {
  type Arguments,
  type Backend,
  blocksOf,
  channelOf,
  joinedChannelOf,
  type Methods,
  ownMessage,
  threadOf,
} from './method.ts';

const MOST_TEXT = 40_000;
const MOST_MARKDOWN = 12_000;
const MOST_ATTACHMENTS = 100;
const MOST_METADATA = 16_000;

type Content = Pick<StoredMessage, 'text' | 'blocks' | 'attachments' | 'metadata'>;

/** Posting, changing and removing messages. */
export const chatMethods: Methods = {
  'chat.postMessage': {
    scopes: ['chat:write'],
    tier: 'posting',
    run: (args, backend) => {
      const channel = joinedChannelOf(args, backend);
      const threadTs = threadOf(args, backend, channel);
      const message = backend.messaging.post({
        ...author(backend),
        channel: channel.id,
        ...content(args, backend),
        ...(threadTs && { thread_ts: threadTs }),
        ...(threadTs && args.flag('reply_broadcast') && { subtype: 'thread_broadcast' }),
      });
      return posted(message, backend);
    },
  },
  'chat.postEphemeral': {
    scopes: ['chat:write'],
    tier: 'tier4',
    run: (args, backend) => {
      const channel = joinedChannelOf(args, backend);
      const user = args.required('user', 'user_not_found');
      if (!channel.members.includes(user)) throw new SlackError('user_not_in_channel');
      const threadTs = threadOf(args, backend, channel);
      const ts = backend.workspace.ids.timestamp();
      backend.workspace.putEphemeral({
        ...author(backend),
        channel: channel.id,
        ts,
        ...content(args, backend),
        ...(threadTs && { thread_ts: threadTs }),
        file_ids: [],
        reactions: [],
        user_seeing: user,
      });
      return { message_ts: ts };
    },
  },
  'chat.update': {
    scopes: ['chat:write'],
    tier: 'tier3',
    run: (args, backend) => {
      const channel = joinedChannelOf(args, backend);
      const message = ownMessage(args, backend, channel, 'cant_update_message');
      if (message.stream?.state === 'in_progress') throw new SlackError('streaming_state_conflict');
      const fileIds = fileIdsOf(args, backend);
      const next = args.has('file_ids') && !hasContent(args) ? undefined : content(args, backend);
      backend.messaging.update(message, (current) => {
        if (next) revise(current, next, args, backend);
        if (fileIds) current.file_ids = fileIds;
      });
      return { ...posted(message, backend), text: message.text };
    },
  },
  'chat.delete': {
    scopes: ['chat:write'],
    tier: 'tier3',
    run: (args, backend) => {
      const channel = joinedChannelOf(args, backend);
      const message = ownMessage(args, backend, channel, 'cant_delete_message');
      backend.messaging.remove(message);
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.getPermalink': {
    tier: 'special',
    run: (args, backend) => {
      const channel = channelOf(args, backend);
      const message = backend.workspace.message(channel.id, args.text('message_ts'));
      if (!message) throw new SlackError('message_not_found');
      const address = `${backend.workspace.origin}/archives/${channel.id}/p${message.ts.replace('.', '')}`;
      const query = message.thread_ts ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : '';
      return { channel: channel.id, permalink: address + query };
    },
  },
};

/** The fields that say that the app wrote a message. */
export function author({ workspace: { app } }: Backend): Pick<StoredMessage, 'user' | 'bot_id'> {
  return { user: app.bot_user_id, bot_id: app.bot_id };
}

/** A posted message as the chat methods return it. */
export function posted(message: StoredMessage, { workspace }: Backend): Fields {
  return { channel: message.channel, ts: message.ts, message: presentMessage(workspace, message) };
}

/** `metadata`, checked; undefined when missing. */
export function metadataOf(args: Arguments): Metadata | undefined {
  const metadata = args.json('metadata', 'invalid_metadata_format');
  if (metadata === undefined || metadata === null) return undefined;
  if (!isFields(metadata) || typeof metadata.event_type !== 'string' || !isFields(metadata.event_payload)) {
    throw new SlackError('invalid_metadata_format');
  }
  if (JSON.stringify(metadata).length > MOST_METADATA) throw new SlackError('metadata_too_large');
  return { event_type: metadata.event_type, event_payload: metadata.event_payload };
}

/** `markdown_text`, at most 12,000 characters. */
export function markdownOf(args: Arguments): string {
  const markdown = args.text('markdown_text');
  if (markdown.length > MOST_MARKDOWN) throw new SlackError('msg_too_long');
  return markdown;
}

function hasContent(args: Arguments): boolean {
  return ['text', 'blocks', 'attachments', 'markdown_text'].some((name) => args.has(name));
}

function content(args: Arguments, backend: Backend): Content {
  const text = args.text('text').slice(0, MOST_TEXT);
  const markdown = markdownOf(args);
  const blocks = blocksOf(args, backend);
  const attachments = attachmentsOf(args);
  const metadata = metadataOf(args);
  if (markdown && (text || blocks)) throw new SlackError('markdown_text_conflict');
  if (!text && !markdown && !blocks?.length && !attachments?.length) throw new SlackError('no_text');
  const shown: Block[] | undefined = markdown
    ? [{ type: 'markdown', block_id: 'markdown', text: markdown }]
    : blocks;
  return {
    text: text || markdown || fallbackText(blocks),
    ...(shown?.length ? { blocks: shown } : text && !attachments && { blocks: [richText(text)] }),
    ...(attachments && { attachments }),
    ...(metadata && { metadata }),
  };
}

/** Slack says this in notifications when blocks came without text. */
function fallbackText(blocks: Block[] | undefined): string {
  const section = blocks?.find((block) => isFields(block.text));
  return section && isFields(section.text) ? String(section.text.text) : 'This content can’t be displayed.';
}

function attachmentsOf(args: Arguments): Fields[] | undefined {
  const attachments = args.json('attachments');
  if (attachments === undefined || attachments === null) return undefined;
  if (!Array.isArray(attachments)) throw new SlackError('invalid_attachments');
  if (attachments.length > MOST_ATTACHMENTS) throw new SlackError('too_many_attachments');
  return attachments.filter(isFields);
}

function fileIdsOf(args: Arguments, { files }: Backend): string[] | undefined {
  const ids = args.json('file_ids');
  return Array.isArray(ids) ? ids.map((id) => files.get(String(id)).id) : undefined;
}

/** Text without blocks removes the blocks and marks the message as edited; new blocks alone do not mark it. */
function revise(message: StoredMessage, next: Content, args: Arguments, { workspace }: Backend): void {
  const textOnly = !args.has('blocks');
  if (textOnly && next.text !== message.text) {
    message.edited = { user: workspace.app.bot_user_id, ts: workspace.ids.timestamp() };
  }
  message.text = args.has('text') || textOnly ? next.text : message.text;
  if (next.blocks) message.blocks = next.blocks;
  else delete message.blocks;
  if (next.attachments) message.attachments = next.attachments;
  if (next.metadata) message.metadata = next.metadata;
}
