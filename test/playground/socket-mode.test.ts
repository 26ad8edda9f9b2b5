import { SocketModeReceiver } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { RunningWorkspace } from '../../playground/server/server.ts';
import { boltAppForTest, connected, SILENT, workspaceForTest } from './support.ts';

/** A bare Socket Mode client: it acknowledges only what the test acknowledges. */
async function client(workspace: RunningWorkspace): Promise<SocketModeClient> {
  const socket = new SocketModeClient({
    appToken: workspace.appToken,
    clientOptions: { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } },
    clientPingTimeout: 400,
    logger: SILENT,
  });
  await socket.start();
  onTestFinished(() => socket.disconnect());
  return socket;
}

test('an event that is not acknowledged comes again with the same event id, at most three times', async () => {
  const workspace = await workspaceForTest({
    ackTimeoutMs: 20,
    retryDelaysMs: [0, 5, 5],
    events: ['app_mention'],
  });
  const socket = await client(workspace);
  const seen: { attempt: number; reason: string; id: string }[] = [];
  socket.on('app_mention', ({ retry_num, retry_reason, body }) => {
    seen.push({ attempt: retry_num, reason: retry_reason, id: body.event_id });
  });
  await workspace.driver.mention({ user: 'ana', channel: '#general', text: 'hi' });
  await expect.poll(() => workspace.driver.ackTimes.length).toBe(4);
  expect(seen.map(({ attempt, reason }) => [attempt, reason])).toEqual([
    [0, ''],
    [1, 'timeout'],
    [2, 'timeout'],
    [3, 'timeout'],
  ]);
  expect(new Set(seen.map((event) => event.id)).size).toBe(1);
});

test('a redelivery that is acknowledged is the last one', async () => {
  const workspace = await workspaceForTest({
    ackTimeoutMs: 20,
    retryDelaysMs: [0, 0, 0],
    events: ['app_mention'],
  });
  const socket = await client(workspace);
  socket.on('app_mention', ({ ack, retry_num }) => retry_num === 1 && ack());
  await workspace.driver.mention({ user: 'ana', channel: '#general', text: 'hi' });
  await expect.poll(() => workspace.driver.ackTimes.map((a) => a.acked)).toEqual([false, true]);
});

test('events wait while no socket is open and arrive as retries', async () => {
  const workspace = await workspaceForTest();
  const retries: unknown[] = [];
  const { ts } = await workspace.driver.mention({ user: 'ana', channel: '#general', text: 'anybody?' });
  const app = await boltAppForTest(workspace, (bolt) => {
    bolt.event('app_mention', async ({ event, context, say }) => {
      retries.push([context.retryNum, context.retryReason]);
      await say({ text: 'late, but here', thread_ts: event.ts });
    });
  });
  expect(app).toBeDefined();
  await workspace.driver.waitForMessage((m) => m.text === 'late, but here', { thread: ts });
  expect(retries).toEqual([[1, 'connection_failed']]);
});

test('an event in flight on a socket that breaks goes to another one', async () => {
  const workspace = await workspaceForTest({ events: ['app_mention'] });
  const first = await client(workspace);
  const got = new Promise<void>((resolve) => first.on('app_mention', () => resolve()));
  await workspace.driver.mention({ user: 'ana', channel: '#general', text: 'hi' });
  await got;
  const second = await client(workspace);
  const attempt = await new Promise((resolve) => {
    second.on('app_mention', async ({ ack, retry_num }) => {
      await ack();
      resolve(retry_num);
    });
    void first.disconnect();
  });
  expect(attempt).toBe(1);
});

test('each envelope goes to one of several sockets', async () => {
  const workspace = await workspaceForTest({ events: ['app_mention'] });
  const sockets = [await client(workspace), await client(workspace)];
  const counts = [0, 0];
  sockets.forEach((socket, index) => {
    socket.on('app_mention', ({ ack }) => {
      counts[index] += 1;
      return ack();
    });
  });
  for (let i = 0; i < 6; i += 1)
    await workspace.driver.mention({ user: 'ana', channel: '#general', text: `${i}` });
  await expect.poll(() => counts[0] + counts[1]).toBe(6);
  expect(counts).toEqual([3, 3]);
});

test('an app that is asked to reconnect comes back, and hears what happened meanwhile', async () => {
  const workspace = await workspaceForTest();
  const texts: string[] = [];
  const clientOptions = { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } };
  const receiver = new SocketModeReceiver({
    appToken: workspace.appToken,
    clientPingTimeout: 400,
    logger: SILENT,
    installerOptions: { clientOptions },
  });
  await boltAppForTest(
    workspace,
    (bolt) => bolt.event('app_mention', async ({ event }) => void texts.push(event.text)),
    { receiver, clientOptions },
  );
  workspace.driver.requestReconnect();
  await expect.poll(() => workspace.driver.connections).toBe(0);
  await workspace.driver.mention({ user: 'ana', channel: '#general', text: 'while you were away' });
  await workspace.driver.waitForApp();
  await expect.poll(() => texts).toEqual(['<@U0MODELWRIGHT> while you were away']);
});

test('a press fails at once when no app is connected', async () => {
  const { driver, app } = await connected();
  const { ts } = await app.client.chat.postMessage({
    channel: 'C0GENERAL',
    text: 'x',
    blocks: [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }],
      },
    ],
  });
  await app.stop();
  await expect.poll(() => driver.connections).toBe(0);
  expect(await driver.click({ user: 'ana', channel: 'C0GENERAL', ts: ts ?? '', actionId: 'go' })).toEqual({
    acked: false,
  });
});

test('connecting takes an app-level token, and an address works once', async () => {
  const workspace = await workspaceForTest();
  const open = async (token: string) => {
    const answer = await fetch(`${workspace.apiUrl}apps.connections.open`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    return (await answer.json()) as { ok: boolean; error?: string; url: string };
  };
  expect(await open('xapp-wrong')).toMatchObject({ ok: false, error: 'invalid_auth' });
  expect(await open(workspace.botToken)).toMatchObject({ ok: false, error: 'not_allowed_token_type' });
  const { url } = await open(workspace.appToken);
  const connect = () =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(url);
      socket.onmessage = ({ data }) => {
        resolve(JSON.parse(String(data)).type);
        socket.close();
      };
      socket.onerror = () => resolve('refused');
    });
  expect(await connect()).toBe('hello');
  expect(await connect()).toBe('refused');
});
