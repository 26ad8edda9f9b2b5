import { expect, test } from 'vitest';
import { button, connected } from './support.ts';

test('a mention reaches the app and its answer appears in the thread', async () => {
  const { driver } = await connected((app) => {
    app.event('app_mention', async ({ event, say }) => {
      await say({ text: `heard: ${event.text}`, thread_ts: event.ts });
    });
  });
  const asked = await driver.mention({ user: 'ana', channel: '#churn-project', text: 'train a model' });
  const answer = await driver.waitForMessage((m) => m.text.startsWith('heard:'), { thread: asked.ts });
  expect(answer.text).toBe('heard: <@U0MODELWRIGHT> train a model');
  expect(answer).toMatchObject({ thread_ts: asked.ts, bot_id: 'B0MODELWRIGHT', user: 'U0MODELWRIGHT' });
  expect(driver.messages({ channel: '#churn-project' })[0]).toMatchObject({
    reply_count: 1,
    thread_ts: asked.ts,
  });
});

test('one mention fires app_mention and message, with the same ts and different event ids', async () => {
  const seen: { type: string; ts: string; id: string }[] = [];
  const { driver } = await connected((app) => {
    app.event(
      'app_mention',
      async ({ event, body }) => void seen.push({ type: event.type, ts: event.ts, id: body.event_id }),
    );
    app.event(
      'message',
      async ({ event, body }) => void seen.push({ type: event.type, ts: event.ts, id: body.event_id }),
    );
  });
  const { ts } = await driver.mention({ user: 'ana', channel: 'C0GENERAL', text: 'hello' });
  await expect.poll(() => seen.length).toBe(2);
  expect(seen.map((event) => event.type).sort()).toEqual(['app_mention', 'message']);
  expect(seen.every((event) => event.ts === ts)).toBe(true);
  expect(new Set(seen.map((event) => event.id)).size).toBe(2);
});

test('a typed @name is a mention, and a thread reply without one is a message event with thread_ts', async () => {
  const seen: Record<string, unknown>[] = [];
  const { driver } = await connected((app) => {
    app.event('app_mention', async ({ event }) => void seen.push({ ...event }));
    app.event('message', async ({ event }) => void seen.push({ ...event }));
  });
  const asked = await driver.say({ user: 'ana', channel: '#general', text: 'hey @Modelwright, <3 & so on' });
  expect(asked.text).toBe('hey <@U0MODELWRIGHT>, &lt;3 &amp; so on');
  await driver.reply({ user: 'ben', channel: '#general', thread: asked.ts, text: 'me too' });
  await expect.poll(() => seen.length).toBe(3);
  expect(seen.at(-1)).toMatchObject({
    type: 'message',
    thread_ts: asked.ts,
    parent_user_id: 'U0ANA',
    channel_type: 'channel',
  });
});

test('a channel without the app sends nothing until somebody invites it', async () => {
  const texts: string[] = [];
  const { driver, app } = await connected((bolt) => {
    bolt.event('message', async ({ event }) => void texts.push('text' in event ? String(event.text) : ''));
  });
  await driver.mention({ user: 'ana', channel: '#random', text: 'first' });
  await expect(app.client.chat.postMessage({ channel: 'C0RANDOM', text: 'x' })).rejects.toThrow(
    'not_in_channel',
  );
  driver.invite({ user: 'ana', channel: '#random' });
  await driver.say({ user: 'ana', channel: '#random', text: 'second' });
  await expect.poll(() => texts).toEqual(['second']);
});

test('a direct message arrives as message.im and is not a mention', async () => {
  const types: string[] = [];
  const { driver } = await connected((app) => {
    app.event('app_mention', async () => void types.push('app_mention'));
    app.message(async ({ message, say }) => {
      types.push(message.channel_type ?? '');
      await say('hi');
    });
  });
  const asked = await driver.directMessage({ user: 'gus', text: 'hello @modelwright' });
  const answer = await driver.waitForMessage((m) => m.text === 'hi');
  expect(answer.channel).toBe(asked.channel);
  expect(types).toEqual(['im']);
});

test('a click is acknowledged at once and the app can change the message through respond and chat.update', async () => {
  const { driver, app } = await connected((bolt) => {
    bolt.action('approve', async ({ ack, respond, body }) => {
      await ack();
      await respond({ text: `approved by ${body.user.id}`, replace_original: true });
    });
  });
  const { ts } = await app.client.chat.postMessage({
    channel: 'C0CHURN',
    text: 'plan',
    blocks: [{ type: 'actions', block_id: 'card', elements: [button('approve', 'plan-1') as never] }],
  });
  const message = { channel: 'C0CHURN', ts: ts ?? '' };
  const click = await driver.click({ user: 'ben', message, actionId: 'approve' });
  expect(click.acked).toBe(true);
  expect(click.ackMs).toBeLessThan(1000);
  const changed = await driver.waitForUpdate(message, (m) => m.text === 'approved by U0BEN');
  expect(changed.blocks).toBeUndefined();
  await expect(driver.click({ user: 'ben', message, actionId: 'approve' })).rejects.toThrow(
    'nothing to press',
  );
  expect(driver.ackTimes.find((a) => a.name === 'approve')).toMatchObject({
    type: 'interactive',
    acked: true,
  });
});

test('block_actions carries what Slack sends: container, message, state, trigger and response address', async () => {
  let body: Record<string, unknown> = {};
  const { driver, app } = await connected((bolt) => {
    bolt.action('choose', async ({ ack, body: sent }) => {
      body = { ...sent };
      await ack();
    });
  });
  const options = ['a', 'b'].map((value) => ({ text: { type: 'plain_text' as const, text: value }, value }));
  const root = await driver.say({ user: 'ana', channel: '#general', text: 'hi' });
  const { ts } = await app.client.chat.postMessage({
    channel: root.channel,
    thread_ts: root.ts,
    text: 'pick',
    blocks: [
      {
        type: 'input',
        block_id: 'note',
        label: { type: 'plain_text', text: 'N' },
        element: { type: 'plain_text_input', action_id: 'text' },
      },
      {
        type: 'actions',
        block_id: 'row',
        elements: [{ type: 'static_select', action_id: 'choose', options }],
      },
    ],
  });
  await driver.click({
    user: 'ana',
    channel: root.channel,
    ts: ts ?? '',
    actionId: 'choose',
    value: 'b',
    values: { note: 'because' },
  });
  expect(body).toMatchObject({
    type: 'block_actions',
    user: { id: 'U0ANA', team_id: 'T0NORTHWIND' },
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: 'C0GENERAL',
      thread_ts: root.ts,
      is_ephemeral: false,
    },
    channel: { id: 'C0GENERAL', name: 'general' },
    message: { ts, text: 'pick' },
    state: { values: { note: { text: { type: 'plain_text_input', value: 'because' } } } },
    actions: [
      { type: 'static_select', action_id: 'choose', block_id: 'row', selected_option: { value: 'b' } },
    ],
  });
  await expect(
    driver.click({ user: 'ana', channel: root.channel, ts: ts ?? '', actionId: 'choose', value: 'c' }),
  ).rejects.toThrow('offers no option');
});

test('an ephemeral message is seen by one person, who can press its buttons', async () => {
  const { driver, app } = await connected((bolt) => {
    bolt.action('dismiss', async ({ ack, respond }) => {
      await ack();
      await respond({ delete_original: true });
    });
  });
  await app.client.chat.postEphemeral({
    channel: 'C0CHURN',
    user: 'U0ANA',
    text: 'only you',
    blocks: [{ type: 'actions', elements: [button('dismiss') as never] }],
  });
  const shown = await driver.waitForEphemeral('ana');
  expect(driver.ephemerals('ben')).toEqual([]);
  expect(driver.messages({ channel: 'C0CHURN' })).toEqual([]);
  await expect(driver.click({ user: 'ben', message: shown, actionId: 'dismiss' })).rejects.toThrow(
    'does not see',
  );
  await driver.click({ user: 'ana', message: shown, actionId: 'dismiss' });
  await expect.poll(() => driver.ephemerals('ana')).toEqual([]);
});

test('guests and people from another workspace see only the channels that they are in', async () => {
  const { driver, app } = await connected();
  const { ts } = await app.client.chat.postMessage({
    channel: 'C0GENERAL',
    text: 'x',
    blocks: [{ type: 'actions', elements: [button('go') as never] }],
  });
  const press = { channel: 'C0GENERAL', ts: ts ?? '', actionId: 'go' };
  await expect(driver.click({ user: 'gus', ...press })).rejects.toThrow('does not see');
  await expect(driver.click({ user: 'eve', ...press })).rejects.toThrow('does not see');
  await expect(driver.say({ user: 'gus', channel: '#general', text: 'hi' })).rejects.toThrow(
    'is not in #general',
  );
});

test('a message from another workspace says so, and hides its files until they are asked for', async () => {
  const bodies: Record<string, unknown>[] = [];
  const { driver, app } = await connected((bolt) => {
    bolt.event(
      'app_mention',
      async ({ event, body }) => void bodies.push({ event, shared: body.is_ext_shared_channel }),
    );
  });
  const sent = await driver.mention({
    user: 'eve',
    channel: '#acme-partners',
    text: 'look',
    files: [{ name: 'x.csv', bytes: 'a,b\n1,2\n' }],
  });
  await expect.poll(() => bodies.length).toBe(1);
  expect(bodies[0]).toMatchObject({
    shared: true,
    event: { user_team: 'T0ACME', files: [{ file_access: 'check_file_info' }] },
  });
  const info = await app.client.files.info({ file: sent.files?.[0].id ?? '' });
  expect(info.file).toMatchObject({ name: 'x.csv', filetype: 'csv' });
});

test('opening the home tells the app, and publishing shows it to that person', async () => {
  const { driver } = await connected((app) => {
    app.event('app_home_opened', async ({ event, client }) => {
      if (event.tab !== 'home') return;
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Your runs' } }] },
      });
    });
  });
  driver.openHome('ana');
  const home = await driver.waitForHome('ana');
  expect(home.blocks[0]).toMatchObject({ text: { text: 'Your runs' } });
  expect(driver.homeOf('ben')).toBeUndefined();
});

test('a slash command is acknowledged with an answer that only its sender sees', async () => {
  const { driver } = await connected((app) => {
    app.command('/modelwright', async ({ ack, command }) => ack(`you said ${command.text}`));
  });
  const sent = await driver.command({
    user: 'ana',
    channel: '#general',
    command: '/modelwright',
    text: 'status',
  });
  expect(sent.acked).toBe(true);
  expect((await driver.waitForEphemeral('ana')).text).toBe('you said status');
});

test('sayStream writes one message piece by piece', async () => {
  const { driver } = await connected((app) => {
    app.event('app_mention', async ({ sayStream }) => {
      const stream = sayStream({ buffer_size: 1 });
      await stream.append({ markdown_text: 'one ' });
      await stream.append({ chunks: [{ type: 'task_update', id: 't', title: 'Train', status: 'complete' }] });
      await stream.stop({ markdown_text: 'two' });
    });
  });
  const { ts } = await driver.mention({ user: 'ana', channel: '#general', text: 'explain' });
  const done = await driver.waitForMessage((m) => m.streaming_state === 'completed', { thread: ts });
  expect(done.text).toBe('one two');
  expect(done.blocks?.map((block) => block.type)).toEqual(['task_card', 'markdown']);
});

test("Slack's stop button ends the open streams of a thread and tells the app", async () => {
  const stopped: Record<string, unknown>[] = [];
  const { driver, app } = await connected((bolt) => {
    bolt.event(
      'agent_session_stopped' as 'app_mention',
      async ({ event }) => void stopped.push({ ...event }),
    );
  });
  const root = await driver.say({ user: 'ana', channel: '#general', text: 'hi' });
  const place = { channel: root.channel, thread_ts: root.ts };
  const { ts } = await app.client.chat.startStream({
    ...place,
    recipient_user_id: 'U0ANA',
    recipient_team_id: 'T0NORTHWIND',
    markdown_text: 'a',
  });
  driver.stop({ user: 'ana', channel: root.channel, thread: root.ts });
  await expect.poll(() => stopped.length).toBe(1);
  expect(stopped[0]).toMatchObject({ user: 'U0ANA', thread_ts: root.ts, streaming_message_ts: [ts] });
  await expect(
    app.client.chat.appendStream({ channel: root.channel, ts: ts ?? '', markdown_text: 'b' }),
  ).rejects.toThrow('stopped_by_user');
});

test('waiting for a message that never comes fails with the latest messages', async () => {
  const { driver } = await connected();
  await driver.say({ user: 'ana', channel: '#general', text: 'is anybody there?' });
  await expect(driver.waitForMessage((m) => m.text === 'no', { timeoutMs: 30 })).rejects.toThrow(
    'ana: is anybody there?',
  );
});
