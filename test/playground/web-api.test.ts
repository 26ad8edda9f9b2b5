import { WebClient } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { connected, SILENT, workspaceForTest } from './support.ts';

/** A call as a bare HTTP client makes it. */
async function post(
  url: string,
  token: string,
  body: string,
  contentType = 'application/x-www-form-urlencoded',
) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: token ? `Bearer ${token}` : '', 'content-type': contentType },
    body,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe('authentication', () => {
  test('names what is wrong with a token', async () => {
    const { apiUrl, appToken, botToken } = await workspaceForTest();
    const errorOf = async (token: string) => (await post(`${apiUrl}auth.test`, token, '')).body.error;
    expect(await errorOf('')).toBe('not_authed');
    expect(await errorOf('xoxb-wrong')).toBe('invalid_auth');
    expect(await errorOf(appToken)).toBe('not_allowed_token_type');
    expect(await errorOf(botToken)).toBeUndefined();
    expect((await post(`${apiUrl}auth.test`, '', `token=${botToken}`)).body).toMatchObject({
      ok: true,
      bot_id: 'B0MODELWRIGHT',
    });
    expect((await post(`${apiUrl}no.such`, botToken, '')).body).toMatchObject({
      ok: false,
      error: 'unknown_method',
    });
  });

  test('refuses what the scopes do not cover', async () => {
    const { apiUrl, botToken } = await workspaceForTest({ scopes: ['chat:write'] });
    const answer = await post(`${apiUrl}users.info`, botToken, 'user=U0ANA');
    expect(answer.body).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write',
    });
    expect(answer.headers.get('x-oauth-scopes')).toBe('chat:write');
  });
});

describe('bodies', () => {
  test('forms, JSON and parts say the same', async () => {
    const { apiUrl, botToken, driver } = await workspaceForTest();
    const url = `${apiUrl}chat.postMessage`;
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'x' } }];
    const form = new URLSearchParams({ channel: 'C0GENERAL', text: 'form', blocks: JSON.stringify(blocks) });
    await post(url, botToken, form.toString());
    await post(
      url,
      botToken,
      JSON.stringify({ channel: 'C0GENERAL', text: 'json', blocks }),
      'application/json; charset=utf-8',
    );
    const parts = new FormData();
    parts.set('channel', 'C0GENERAL');
    parts.set('text', 'parts');
    parts.set('blocks', JSON.stringify(blocks));
    await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${botToken}` }, body: parts });
    const messages = driver.messages({ channel: '#general' });
    expect(messages.map((message) => message.text)).toEqual(['form', 'json', 'parts']);
    expect(messages.every((message) => message.blocks?.[0].type === 'section')).toBe(true);
  });

  test('malformed blocks and bodies have their own errors', async () => {
    const { apiUrl, botToken } = await workspaceForTest();
    const url = `${apiUrl}chat.postMessage`;
    expect((await post(url, botToken, 'channel=C0GENERAL&blocks=[{')).body.error).toBe(
      'invalid_blocks_format',
    );
    expect((await post(url, botToken, '{', 'application/json')).body.error).toBe('invalid_form_data');
  });
});

describe('chat', () => {
  test('names what is wrong with a message', async () => {
    const { app } = await connected();
    const { chat } = app.client;
    const refused = (args: Record<string, unknown>) =>
      expect(chat.postMessage({ channel: 'C0GENERAL', ...args } as never)).rejects;
    await refused({ channel: 'C404', text: 'x' }).toThrow('channel_not_found');
    await refused({}).toThrow('no_text');
    await refused({ markdown_text: 'a', text: 'b' }).toThrow('markdown_text_conflict');
    await refused({ markdown_text: 'x'.repeat(12_001) }).toThrow('msg_too_long');
    await refused({ text: 'x', thread_ts: '1.000001' }).toThrow('thread_not_found');
    await refused({ text: 'x', metadata: { event_type: 'run' } }).toThrow('invalid_metadata_format');
    await refused({
      text: 'x',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    }).toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: {
          messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
        },
      },
    });
  });

  test('an update with text alone removes the blocks and marks the message; one with blocks does not mark it', async () => {
    const { app, driver } = await connected();
    const blocks = [{ type: 'divider' as const }];
    const sent = await app.client.chat.postMessage({ channel: 'C0GENERAL', text: 'a', blocks });
    const place = { channel: 'C0GENERAL', ts: sent.ts ?? '' };
    await app.client.chat.update({ ...place, text: 'b', blocks: [...blocks, ...blocks] });
    expect(driver.messages(place)[0]).toMatchObject({
      text: 'b',
      blocks: [{ type: 'divider' }, { type: 'divider' }],
    });
    expect(driver.messages(place)[0].edited).toBeUndefined();
    await app.client.chat.update({ ...place, text: 'c' });
    expect(driver.messages(place)[0]).toMatchObject({ text: 'c', edited: { user: 'U0MODELWRIGHT' } });
    expect(driver.messages(place)[0].blocks?.[0].type).toBe('rich_text');
  });

  test("the app changes and removes only its own messages; a thread's first message leaves a tombstone", async () => {
    const { app, driver } = await connected();
    const asked = await driver.say({ user: 'ana', channel: '#general', text: 'hi' });
    const { chat } = app.client;
    await expect(chat.update({ channel: asked.channel, ts: asked.ts, text: 'x' })).rejects.toThrow(
      'cant_update_message',
    );
    await expect(chat.delete({ channel: asked.channel, ts: asked.ts })).rejects.toThrow(
      'cant_delete_message',
    );
    await expect(chat.update({ channel: asked.channel, ts: '1.2', text: 'x' })).rejects.toThrow(
      'message_not_found',
    );
    const root = await chat.postMessage({ channel: 'C0GENERAL', text: 'root' });
    await driver.reply({ user: 'ana', channel: '#general', thread: root.ts ?? '', text: 'reply' });
    await chat.delete({ channel: 'C0GENERAL', ts: root.ts ?? '' });
    const [first, reply] = driver.messages({ channel: '#general', thread: root.ts ?? '' });
    expect(first).toMatchObject({ subtype: 'tombstone', text: 'This message was deleted.', reply_count: 1 });
    expect(reply.text).toBe('reply');
  });

  test("the app hears of its own messages' changes as Slack tells them", async () => {
    const subtypes: unknown[] = [];
    const { app } = await connected((bolt) => {
      bolt.event('message', async ({ event }) => void subtypes.push(event.subtype));
    });
    const { ts } = await app.client.chat.postMessage({ channel: 'C0GENERAL', text: 'a' });
    await app.client.chat.update({ channel: 'C0GENERAL', ts: ts ?? '', text: 'b' });
    await app.client.chat.delete({ channel: 'C0GENERAL', ts: ts ?? '' });
    await expect.poll(() => subtypes).toEqual(['message_changed', 'message_deleted']);
  });

  test('a permalink names channel, message and thread', async () => {
    const { app, driver, workspace } = await connected();
    const root = await driver.say({ user: 'ana', channel: '#general', text: 'hi' });
    const { ts = '' } = await app.client.chat.postMessage({
      channel: root.channel,
      thread_ts: root.ts,
      text: 'a',
    });
    const { permalink } = await app.client.chat.getPermalink({ channel: root.channel, message_ts: ts });
    expect(permalink).toBe(
      `${workspace.url}/archives/C0GENERAL/p${ts.replace('.', '')}?thread_ts=${root.ts}&cid=C0GENERAL`,
    );
  });

  test('a stream closes by itself, and cannot be updated while it runs', async () => {
    const { app, driver } = await connected(undefined, { streamLifeMs: 30 });
    const root = await driver.directMessage({ user: 'ana', text: 'hi' });
    const { ts = '' } = await app.client.chat.startStream({
      channel: root.channel,
      thread_ts: root.ts,
      markdown_text: 'a',
    });
    await expect(app.client.chat.update({ channel: root.channel, ts, text: 'x' })).rejects.toThrow(
      'streaming_state_conflict',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(
      app.client.chat.appendStream({ channel: root.channel, ts, markdown_text: 'b' }),
    ).rejects.toThrow('message_not_in_streaming_state');
    const elsewhere = await driver.say({ user: 'ana', channel: '#general', text: 'hi' });
    await expect(
      app.client.chat.startStream({ channel: elsewhere.channel, thread_ts: elsewhere.ts } as never),
    ).rejects.toThrow('missing_recipient_user_id');
  });
});

describe('conversations', () => {
  test('replies come oldest first and in pages, with metadata only when asked for', async () => {
    const { app, driver } = await connected();
    const root = await driver.say({ user: 'ana', channel: '#general', text: 'root' });
    for (const text of ['one', 'two']) {
      await app.client.chat.postMessage({
        channel: root.channel,
        thread_ts: root.ts,
        text,
        metadata: { event_type: 'run', event_payload: { id: text } },
      });
    }
    const page = await app.client.conversations.replies({ channel: root.channel, ts: root.ts, limit: 2 });
    expect(page.messages?.map((m) => m.text)).toEqual(['root', 'one']);
    expect(page.messages?.[0]).toMatchObject({ reply_count: 2 });
    expect(page.messages?.[1]).not.toHaveProperty('metadata');
    expect(page.has_more).toBe(true);
    const rest = await app.client.conversations.replies({
      channel: root.channel,
      ts: root.ts,
      limit: 2,
      include_all_metadata: true,
      cursor: page.response_metadata?.next_cursor ?? '',
    });
    expect(rest.messages?.[0]).toMatchObject({ text: 'two', metadata: { event_payload: { id: 'two' } } });
    expect(rest.has_more).toBe(false);
    await expect(app.client.conversations.replies({ channel: root.channel, ts: '1.2' })).rejects.toThrow(
      'thread_not_found',
    );
    const history = await app.client.conversations.history({ channel: root.channel });
    expect(history.messages?.map((m) => m.text)).toEqual(['root']);
  });

  test('members, channels and people tell who may do what', async () => {
    const { app } = await connected();
    const { conversations, users } = app.client;
    expect((await conversations.info({ channel: 'C0PARTNER' })).channel).toMatchObject({
      is_ext_shared: true,
      is_member: true,
    });
    expect((await conversations.members({ channel: 'C0CHURN' })).members).toContain('U0GUS');
    expect((await conversations.list({})).channels?.map((c) => c.name)).toContain('random');
    expect((await conversations.open({ users: 'U0ANA' })).channel?.id).toBe('D0ANA');
    expect((await conversations.join({ channel: 'C0RANDOM' })).channel).toMatchObject({ is_member: true });
    expect((await users.info({ user: 'U0GUS' })).user).toMatchObject({
      is_restricted: true,
      is_ultra_restricted: true,
    });
    expect((await users.info({ user: 'U0EVE' })).user).toMatchObject({
      is_stranger: true,
      team_id: 'T0ACME',
    });
    expect((await users.info({ user: 'U0BEN' })).user).toMatchObject({ is_admin: true });
    expect((await users.list({})).members).toHaveLength(5);
    await expect(users.info({ user: 'U404' })).rejects.toThrow('user_not_found');
    expect((await app.client.bots.info({ bot: 'B0MODELWRIGHT' })).bot?.name).toBe('Modelwright');
    expect((await app.client.team.info()).team?.domain).toBe('northwind');
  });
});

test('reactions, status lines, sessions and prompts show up where the page reads them', async () => {
  const { app, driver, workspace } = await connected();
  const root = await driver.directMessage({ user: 'ana', text: 'hi' });
  const place = { channel_id: root.channel, thread_ts: root.ts };
  const { client } = app;
  await client.reactions.add({ channel: root.channel, timestamp: root.ts, name: 'eyes' });
  await expect(
    client.reactions.add({ channel: root.channel, timestamp: root.ts, name: 'eyes' }),
  ).rejects.toThrow('already_reacted');
  await client.assistant.threads.setStatus({
    ...place,
    status: 'is training…',
    loading_messages: ['Fitting'],
  });
  await client.assistant.threads.setTitle({ ...place, title: 'Churn' });
  await client.assistant.threads.setSuggestedPrompts({
    ...place,
    prompts: [{ title: 'Help', message: 'help' }],
  });
  await client.agents.sessions.setStatus({ ...place, status: 'processing' });
  const state = async () =>
    (await (await fetch(`${workspace.url}/page/state`)).json()) as Record<string, unknown>;
  expect(await state()).toMatchObject({
    messages: [{ reactions: [{ name: 'eyes', users: ['U0MODELWRIGHT'], count: 1 }] }],
    statuses: [
      { channel: root.channel, thread_ts: root.ts, status: 'is training…', loading_messages: ['Fitting'] },
    ],
    sessions: [{ channel: root.channel, thread_ts: root.ts, status: 'processing', title: 'Churn' }],
    prompts: [{ channel: root.channel, prompts: [{ title: 'Help', message: 'help' }] }],
  });
  await client.chat.postMessage({ channel: root.channel, thread_ts: root.ts, text: 'done' });
  expect((await state()).statuses).toEqual([]);
});

test('blocks.validate names every fault without posting', async () => {
  const { app, driver } = await connected();
  await expect(app.client.blocks.validate({ blocks: [{ type: 'header' }] as never })).rejects.toMatchObject({
    data: { errors: [{ message: 'missing required field: text', pointer: '/blocks/0' }] },
  });
  expect((await app.client.blocks.validate({ blocks: [{ type: 'divider' }] })).ok).toBe(true);
  expect(driver.messages({ channel: '#general' })).toEqual([]);
});

test('a response address takes five answers', async () => {
  let address = '';
  const { driver } = await connected((app) => {
    app.command('/modelwright', async ({ ack, command }) => {
      address = command.response_url;
      await ack();
    });
  });
  await driver.command({ user: 'ana', channel: '#general', command: '/modelwright' });
  const respond = (answer: unknown) =>
    fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(answer),
    });
  expect((await respond({})).status).toBe(400);
  const statuses: number[] = [];
  for (let use = 0; use < 6; use += 1) {
    statuses.push(
      (await respond({ text: `${use}`, response_type: use === 0 ? 'in_channel' : 'ephemeral' })).status,
    );
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
  expect(driver.messages({ channel: '#general' }).map((m) => m.text)).toEqual(['0']);
  expect(driver.ephemerals('ana').map((m) => m.text)).toEqual(['1', '2', '3', '4']);
});

describe('faults', () => {
  test('a call can be made to fail, to be limited, to break off and to be slow', async () => {
    const { apiUrl, botToken, driver } = await workspaceForTest();
    const client = new WebClient(botToken, {
      slackApiUrl: apiUrl,
      rejectRateLimitedCalls: true,
      retryConfig: { retries: 0 },
      logger: SILENT,
    });
    const call = () => client.chat.postMessage({ channel: 'C0GENERAL', text: 'x' });
    driver.faults.failNext('chat.postMessage', { error: 'fatal_error' });
    driver.faults.failNext('chat.postMessage', { rateLimitedSeconds: 7 });
    driver.faults.failNext('chat.postMessage', { status: 503 });
    driver.faults.failNext('chat.postMessage', { hangUp: true });
    driver.faults.failNext('chat.postMessage', { delayMs: 30 });
    await expect(call()).rejects.toThrow('fatal_error');
    await expect(call()).rejects.toMatchObject({ retryAfter: 7 });
    await expect(call()).rejects.toMatchObject({ statusCode: 503 });
    await expect(call()).rejects.toThrow();
    const start = performance.now();
    expect((await call()).ok).toBe(true);
    expect(performance.now() - start).toBeGreaterThanOrEqual(29);
    expect(driver.messages({ channel: '#general' })).toHaveLength(1);
    expect(driver.apiCalls.map((c) => c.ok)).toEqual([false, false, false, false, true]);
  });

  test('rate limits answer 429 with the seconds to wait', async () => {
    const { apiUrl, botToken } = await workspaceForTest({ rateLimits: true });
    const call = () => post(`${apiUrl}chat.postMessage`, botToken, 'channel=C0GENERAL&text=x');
    const statuses: number[] = [];
    for (let i = 0; i < 6; i += 1) statuses.push((await call()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await call()).headers.get('retry-after')).toBe('1');
  });
});
