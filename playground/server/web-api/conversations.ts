import { presentChannel, presentMessage } from '../present.ts';
import { SlackError } from '../slack-error.ts';
import type { Fields, StoredMessage } from '../types.ts';
import { type Arguments, type Backend, channelOf, joinedChannelOf, type Methods } from './method.ts';

const LARGEST_PAGE = 999;

/** Channels, their members and their messages. */
export const conversationMethods: Methods = {
  'conversations.info': {
    scopes: ['channels:read', 'groups:read', 'im:read'],
    tier: 'tier3',
    run: (args, backend) => {
      const channel = channelOf(args, backend);
      const isMember = channel.members.includes(backend.workspace.app.bot_user_id);
      if (channel.is_private && !isMember) throw new SlackError('channel_not_found');
      const counted = args.flag('include_num_members') ? { num_members: channel.members.length } : {};
      return { channel: { ...presentChannel(backend.workspace, channel), ...counted } };
    },
  },
  'conversations.members': {
    scopes: ['channels:read', 'groups:read', 'im:read'],
    tier: 'tier4',
    run: (args, backend) => {
      const channel = channelOf(args, backend);
      const { items, ...page } = paginate(channel.members, args, 100);
      return { members: items, ...page };
    },
  },
  'conversations.list': {
    scopes: ['channels:read', 'groups:read', 'im:read'],
    tier: 'tier2',
    run: (args, { workspace }) => {
      const types = (args.text('types') || 'public_channel').split(',').map((type) => type.trim());
      const seen = [...workspace.channels.values()].filter((channel) => {
        if (channel.is_im) return types.includes('im');
        if (!channel.is_private) return types.includes('public_channel');
        return types.includes('private_channel') && channel.members.includes(workspace.app.bot_user_id);
      });
      const { items, ...page } = paginate(seen, args, 100);
      return { channels: items.map((channel) => presentChannel(workspace, channel)), ...page };
    },
  },
  'conversations.replies': {
    scopes: ['channels:history', 'groups:history', 'im:history'],
    tier: 'tier3',
    run: (args, backend) => {
      const channel = joinedChannelOf(args, backend);
      const named = backend.workspace.message(channel.id, args.required('ts', 'thread_not_found'));
      const root = named && backend.workspace.message(channel.id, named.thread_ts ?? named.ts);
      if (!root) throw new SlackError('thread_not_found');
      const replies = backend.workspace.replies(channel.id, root.ts).filter((reply) => inWindow(reply, args));
      return messagePage([root, ...replies], args, backend);
    },
  },
  'conversations.history': {
    scopes: ['channels:history', 'groups:history', 'im:history'],
    tier: 'tier3',
    run: (args, backend) => {
      const channel = joinedChannelOf(args, backend);
      const shown = backend.workspace
        .messages(channel.id)
        .filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.subtype === 'thread_broadcast')
        .filter((message) => inWindow(message, args));
      return messagePage(shown.reverse(), args, backend);
    },
  },
  'conversations.open': {
    scopes: ['im:write'],
    tier: 'tier3',
    run: (args, { workspace }) => {
      const [user, ...others] = args.required('users', 'users_list_not_supplied').split(',');
      if (others.length > 0) throw new SlackError('not_enough_users');
      if (!workspace.users.has(user)) throw new SlackError('user_not_found');
      const channel = workspace.directMessage(user);
      return { channel: args.flag('return_im') ? presentChannel(workspace, channel) : { id: channel.id } };
    },
  },
  'conversations.join': {
    scopes: ['channels:join'],
    tier: 'tier3',
    run: (args, backend) => {
      const { workspace } = backend;
      const channel = channelOf(args, backend);
      if (channel.is_private) throw new SlackError('method_not_supported_for_channel_type');
      const isNew = !channel.members.includes(workspace.app.bot_user_id);
      if (isNew) {
        channel.members.push(workspace.app.bot_user_id);
        workspace.putChannel(channel);
      }
      return {
        channel: presentChannel(workspace, channel),
        ...(!isNew && { warning: 'already_in_channel' }),
      };
    },
  },
};

/** One page of a list, with the cursor of the next one. @throws SlackError `invalid_cursor`, `invalid_limit`. */
export function paginate<T>(
  all: readonly T[],
  args: Arguments,
  usual: number,
): { items: T[]; has_more: boolean; response_metadata: { next_cursor: string } } {
  const limit = args.integer('limit', usual);
  if (limit < 0 || limit > 1000) throw new SlackError('invalid_limit');
  const cursor = args.text('cursor');
  const start = cursor
    ? Number(
        Buffer.from(cursor, 'base64')
          .toString()
          .replace(/^next:/, ''),
      )
    : 0;
  if (!Number.isInteger(start)) throw new SlackError('invalid_cursor');
  const end = start + Math.min(limit || usual, LARGEST_PAGE);
  const hasMore = end < all.length;
  const next = hasMore ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: all.slice(start, end), has_more: hasMore, response_metadata: { next_cursor: next } };
}

function messagePage(messages: StoredMessage[], args: Arguments, { workspace }: Backend): Fields {
  const { items, ...page } = paginate(messages, args, 100);
  const withMetadata = args.flag('include_all_metadata');
  return {
    messages: items.map((message) => {
      const { channel, metadata, ...shown } = presentMessage(workspace, message);
      return withMetadata && metadata ? { ...shown, metadata } : shown;
    }),
    ...page,
  };
}

/** Whether a message lies between `oldest` and `latest`; the ends count when `inclusive` is set. */
function inWindow({ ts }: StoredMessage, args: Arguments): boolean {
  const oldest = args.has('oldest') ? Number(args.text('oldest')) : Number.NEGATIVE_INFINITY;
  const latest = args.has('latest') ? Number(args.text('latest')) : Number.POSITIVE_INFINITY;
  const at = Number(ts);
  return args.flag('inclusive') ? at >= oldest && at <= latest : at > oldest && at < latest;
}
