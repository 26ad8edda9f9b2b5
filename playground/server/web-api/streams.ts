import { isFields } from '../blocks/rules.ts';
import { refusal, SlackError } from '../slack-error.ts';
import type { Block, Fields, SessionStatus, StoredMessage, Stream } from '../types.ts';
import { author, markdownOf, metadataOf, posted } from './chat.ts';
import {
  type Arguments,
  type Backend,
  blocksOf,
  checkedBlocks,
  joinedChannelOf,
  type Methods,
  ownMessage,
  threadOf,
} from './method.ts';

const MOST_TASK_CHARACTERS = 256;

/** Messages that are written piece by piece. */
export const streamMethods: Methods = {
  'chat.startStream': {
    scopes: ['chat:write'],
    tier: 'tier2',
    run: (args, backend) => {
      const channel = joinedChannelOf(args, backend);
      args.required('thread_ts');
      const threadTs = threadOf(args, backend, channel);
      if (!channel.is_im) {
        args.required('recipient_user_id', 'missing_recipient_user_id');
        args.required('recipient_team_id', 'missing_recipient_team_id');
      }
      const stream: Stream = { state: 'in_progress', started_at: Date.now(), markdown: '', tail: [] };
      extend(stream, args, backend);
      const message = backend.messaging.post({
        ...author(backend),
        channel: channel.id,
        ...(threadTs && { thread_ts: threadTs }),
        ...rendered(stream),
        stream,
      });
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.appendStream': {
    scopes: ['chat:write'],
    tier: 'tier4',
    run: (args, backend) => {
      const { message, stream } = liveStream(args, backend);
      extend(stream, args, backend);
      Object.assign(message, rendered(stream));
      backend.workspace.putMessage(message);
      return { channel: message.channel, ts: message.ts };
    },
  },
  'chat.stopStream': {
    scopes: ['chat:write'],
    tier: 'tier2',
    run: (args, backend) => {
      const { message, stream } = liveStream(args, backend);
      extend(stream, args, backend);
      const blocks = blocksOf(args, backend);
      const metadata = metadataOf(args);
      backend.messaging.update(message, (current) => {
        stream.tail.push(...(blocks ?? []));
        stream.state = 'completed';
        Object.assign(current, rendered(stream));
        if (metadata) current.metadata = metadata;
      });
      if (args.has('session_status') && message.thread_ts) {
        const status = sessionStatusOf(args, 'session_status');
        backend.workspace.putSession({ channel: message.channel, thread_ts: message.thread_ts, status });
      }
      return posted(message, backend);
    },
  },
};

/** @throws SlackError `invalid_arguments` for a status that Slack does not know. */
export function sessionStatusOf(args: Arguments, name: string): SessionStatus {
  const status = args.required(name);
  if (status === 'active' || status === 'processing' || status === 'suspended' || status === 'closed')
    return status;
  throw refusal('invalid_arguments', [`must be a valid enum value [json-pointer:/${name}]`]);
}

function liveStream(args: Arguments, backend: Backend): { message: StoredMessage; stream: Stream } {
  const channel = joinedChannelOf(args, backend);
  const message = ownMessage(args, backend, channel, 'message_not_owned_by_app');
  const { stream } = message;
  if (stream?.state === 'stopped_by_user') throw new SlackError('stopped_by_user');
  const isOld = stream !== undefined && Date.now() - stream.started_at > backend.streamLifeMs;
  if (isOld) stream.state = 'completed';
  if (stream?.state !== 'in_progress') throw new SlackError('message_not_in_streaming_state');
  return { message, stream };
}

function extend(stream: Stream, args: Arguments, backend: Backend): void {
  stream.markdown += markdownOf(args);
  const chunks = args.json('chunks');
  if (chunks === undefined || chunks === null) return;
  if (!Array.isArray(chunks)) throw new SlackError('invalid_chunks');
  for (const chunk of chunks) addChunk(stream, isFields(chunk) ? chunk : {}, backend);
}

function addChunk(stream: Stream, chunk: Fields, backend: Backend): void {
  switch (chunk.type) {
    case 'markdown_text':
      stream.markdown += String(chunk.text ?? '');
      return;
    case 'task_update':
      updateTask(stream, chunk);
      return;
    case 'plan_update':
      stream.plan_title = shortText(chunk, 'title');
      return;
    case 'blocks':
      stream.tail.push(...checkedBlocks(chunk.blocks, backend));
      return;
    default:
      throw new SlackError('invalid_chunks');
  }
}

function updateTask(stream: Stream, chunk: Fields): void {
  const id = shortText(chunk, 'id');
  let task = stream.tail.find((block) => block.type === 'task_card' && block.task_id === id);
  if (!task) {
    task = { type: 'task_card', block_id: id, task_id: id, title: '', status: 'pending' };
    stream.tail.push(task);
  }
  task.title = shortText(chunk, 'title');
  if (chunk.status !== undefined) task.status = chunk.status;
  if (chunk.sources !== undefined) task.sources = chunk.sources;
  for (const field of ['details', 'output']) {
    if (chunk[field] !== undefined) task[field] = paragraph(shortText(chunk, field));
  }
}

function shortText(chunk: Fields, field: string): string {
  const value = chunk[field];
  if (typeof value !== 'string' || value.length > MOST_TASK_CHARACTERS)
    throw new SlackError('invalid_chunks');
  return value;
}

function paragraph(text: string): Block {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  };
}

/** A stream's text and blocks so far: its markdown, then its tasks (inside a plan when it has a title), then the rest. */
function rendered(stream: Stream): { text: string; blocks: Block[] } {
  const tasks = stream.tail.filter((block) => block.type === 'task_card');
  const others = stream.tail.filter((block) => block.type !== 'task_card');
  const plan: Block[] =
    stream.plan_title === undefined
      ? tasks
      : [{ type: 'plan', block_id: 'plan', title: stream.plan_title, tasks }];
  const markdown: Block[] = stream.markdown
    ? [{ type: 'markdown', block_id: 'markdown', text: stream.markdown }]
    : [];
  return { text: stream.markdown, blocks: [...plan, ...markdown, ...others] };
}
