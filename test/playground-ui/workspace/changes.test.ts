import { expect, test } from 'vitest';
import { applyChange } from '../../../playground/ui/src/workspace/changes.ts';
import {
  summarizeThread,
  threadMessages,
  topLevelMessages,
} from '../../../playground/ui/src/workspace/conversation.ts';
import type { Change, Message, PageState } from '../../../playground/ui/src/workspace/page-api.ts';

const EMPTY: PageState = {
  team: { id: 'T1', name: 'Northwind' },
  app: { name: 'Modelwright', bot_user_id: 'U0', connections: 0, commands: [] },
  users: [],
  channels: [],
  messages: [],
  ephemerals: [],
  modals: [],
  homes: [],
  sessions: [],
  statuses: [],
  prompts: [],
};

const after = (...changes: Change[]) => changes.reduce(applyChange, EMPTY);
const said = (ts: string, more: Partial<Message> = {}): Change => ({
  type: 'message',
  message: { channel: 'C1', ts, text: ts, user: 'U0', ...more },
});

test('a message with a known channel and ts replaces the earlier one, in its place', () => {
  const state = after(said('1'), said('2'), said('1', { text: 'new' }), said('1', { channel: 'C2' }));
  expect(state.messages.map(({ channel, ts, text }) => [channel, ts, text])).toEqual([
    ['C1', '1', 'new'],
    ['C1', '2', '2'],
    ['C2', '1', '1'],
  ]);
});

test('deletions remove messages, ephemerals and files', () => {
  const file = { id: 'F1', name: 'a', title: 'a', mimetype: '', filetype: '', size: 1 };
  const state = after(
    said('1', { files: [file] }),
    said('2'),
    { type: 'message_deleted', channel: 'C1', ts: '2' },
    { type: 'file', file: { ...file, mimetype: 'text/csv' } },
  );
  expect(state.messages.map(({ ts }) => ts)).toEqual(['1']);
  expect(state.messages[0].files?.[0].mimetype).toBe('text/csv');
  expect(applyChange(state, { type: 'file_deleted', id: 'F1' }).messages[0].files).toEqual([]);
});

test('a status is known by its thread and is cleared by an empty one', () => {
  const status = (text: string): Change => ({
    type: 'status',
    status: { channel: 'C1', thread_ts: '1', status: text },
  });
  const state = after(said('1'), status('is reading…'));
  const isUnread = () => true;
  expect(summarizeThread(state, state.messages[0], isUnread)?.status).toBe('Modelwright is reading…');
  const cleared = applyChange(state, status(''));
  expect(summarizeThread(cleared, cleared.messages[0], isUnread)).toBeUndefined();
});

test('replies stand in their thread, ephemerals only before the person they are for', () => {
  const state = after(
    said('1', { thread_ts: '1' }),
    said('3', { thread_ts: '1' }),
    said('2'),
    said('4', { thread_ts: '1', subtype: 'thread_broadcast' }),
    {
      type: 'ephemeral',
      message: { channel: 'C1', ts: '5', thread_ts: '1', text: 'psst', user_seeing: 'U1' },
    },
  );
  const times = (messages: readonly Message[]) => messages.map(({ ts }) => ts);
  expect(times(topLevelMessages(state, 'U1', 'C1'))).toEqual(['1', '2', '4']);
  expect(times(threadMessages(state, 'U1', 'C1', '1'))).toEqual(['1', '3', '4', '5']);
  expect(times(threadMessages(state, 'U2', 'C1', '1'))).toEqual(['1', '3', '4']);
  const summary = summarizeThread(state, state.messages[0], ({ ts }) => ts > '3');
  expect(summary).toMatchObject({ replies: 2, unread: 1, latestTs: '4' });
});
