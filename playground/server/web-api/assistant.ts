import { isFields } from '../blocks/rules.ts';
import { refusal, SlackError } from '../slack-error.ts';
import { threadKey } from '../workspace.ts';
import { type Arguments, type Backend, joinedChannelOf, type Methods } from './method.ts';
import { sessionStatusOf } from './streams.ts';

const MOST_PROMPTS = 4;
const MOST_LOADING_MESSAGES = 10;
const MOST_TITLE = 200;
/** Slack takes a status line away when no message followed it for this long. */
const STATUS_LIFE_MS = 120_000;

/** What an agent shows around a conversation: status lines, titles, suggested prompts, session states. */
export const assistantMethods: Methods = {
  'assistant.threads.setStatus': {
    scopes: ['chat:write', 'assistant:write'],
    tier: 'special',
    run: (args, backend) => {
      const { channel, threadTs } = placeOf(args, backend);
      const messages = args.json('loading_messages');
      if (Array.isArray(messages) && messages.length > MOST_LOADING_MESSAGES) {
        throw refusal('invalid_arguments', [
          `no more than ${MOST_LOADING_MESSAGES} items allowed [json-pointer:/loading_messages]`,
        ]);
      }
      const status = {
        channel,
        thread_ts: threadTs,
        status: args.text('status'),
        ...(Array.isArray(messages) && { loading_messages: messages.map(String) }),
      };
      const { workspace } = backend;
      workspace.putStatus(status);
      setTimeout(() => {
        if (workspace.statuses.get(threadKey(channel, threadTs)) === status) {
          workspace.putStatus({ channel, thread_ts: threadTs, status: '' });
        }
      }, STATUS_LIFE_MS).unref();
      return {};
    },
  },
  'assistant.threads.setTitle': {
    scopes: ['assistant:write'],
    tier: 'tier4',
    run: (args, backend) => {
      const { channel, threadTs } = placeOf(args, backend);
      const title = args.required('title');
      const { sessions } = backend.workspace;
      const status = sessions.get(threadKey(channel, threadTs))?.status ?? 'active';
      backend.workspace.putSession({ channel, thread_ts: threadTs, status, title });
      return {};
    },
  },
  'assistant.threads.setSuggestedPrompts': {
    scopes: ['assistant:write'],
    tier: 'tier4',
    run: (args, backend) => {
      const channel = joinedChannelOf(args, backend, 'channel_id').id;
      const prompts = args.json('prompts');
      if (!Array.isArray(prompts) || !prompts.every(isPrompt))
        throw refusal('invalid_arguments', ['invalid `prompts`']);
      if (prompts.length > MOST_PROMPTS) throw new SlackError('too_many_prompts');
      backend.workspace.putPrompts({
        channel,
        ...(args.has('thread_ts') && { thread_ts: args.text('thread_ts') }),
        ...(args.has('title') && { title: args.text('title') }),
        prompts,
      });
      return {};
    },
  },
  'agents.sessions.setStatus': {
    scopes: ['chat:write'],
    tier: 'tier3',
    run: (args, backend) => {
      const { channel, threadTs } = placeOf(args, backend);
      const status = sessionStatusOf(args, 'status');
      const known = backend.workspace.sessions.get(threadKey(channel, threadTs))?.title;
      const title = titleOf(args) ?? known;
      backend.workspace.putSession({ channel, thread_ts: threadTs, status, ...(title && { title }) });
      return {};
    },
  },
  'agents.sessions.rename': {
    scopes: ['chat:write'],
    tier: 'tier3',
    run: (args, backend) => {
      const { channel, threadTs } = placeOf(args, backend);
      const session = backend.workspace.sessions.get(threadKey(channel, threadTs));
      if (!session) throw new SlackError('session_not_found');
      args.required('title');
      const title = titleOf(args);
      backend.workspace.putSession({ ...session, ...(title && { title }) });
      return {};
    },
  },
};

function placeOf(args: Arguments, backend: Backend): { channel: string; threadTs: string } {
  const channel = joinedChannelOf(args, backend, 'channel_id');
  const message = backend.workspace.message(channel.id, args.required('thread_ts'));
  if (!message) throw new SlackError('thread_not_found');
  return { channel: channel.id, threadTs: message.thread_ts ?? message.ts };
}

function titleOf(args: Arguments): string | undefined {
  const title = args.text('title');
  if (title.length > MOST_TITLE) {
    throw refusal('invalid_arguments', [
      `must be less than ${MOST_TITLE + 1} characters [json-pointer:/title]`,
    ]);
  }
  return title || undefined;
}

function isPrompt(value: unknown): value is { title: string; message: string } {
  return isFields(value) && typeof value.title === 'string' && typeof value.message === 'string';
}
