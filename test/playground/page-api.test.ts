import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { button, connected, pngHeader, workspaceForTest } from './support.ts';

async function act(url: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/page/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The frames of a live connection, filled as they come. */
async function live(url: string): Promise<Record<string, unknown>[]> {
  const frames: Record<string, unknown>[] = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/page/live`);
  onTestFinished(() => socket.close());
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  await expect.poll(() => frames.length).toBe(1);
  return frames;
}

test('a person talks, uploads, presses and fills in through the page, and sees every change', async () => {
  const { workspace } = await connected((app) => {
    app.event('app_mention', async ({ event, say }) => {
      await say({
        text: 'ready',
        thread_ts: event.ts,
        blocks: [{ type: 'actions', elements: [button('open') as never] }],
      });
    });
    app.action('open', async ({ ack, client, body }) => {
      await ack();
      await client.views.open({
        trigger_id: 'trigger_id' in body ? String(body.trigger_id) : '',
        view: {
          type: 'modal',
          title: { type: 'plain_text', text: 'Plan' },
          submit: { type: 'plain_text', text: 'Save' },
          blocks: [
            {
              type: 'input',
              block_id: 'goal',
              label: { type: 'plain_text', text: 'Goal' },
              element: { type: 'plain_text_input', action_id: 'text' },
            },
          ],
        },
      });
    });
    app.view(/.*/, ({ ack }) => ack());
  });
  const { url } = workspace;
  const frames = await live(url);
  expect(frames[0]).toMatchObject({
    type: 'state',
    state: { app: { connections: 1 }, team: { name: 'Northwind' } },
  });

  const upload = await fetch(`${url}/page/upload?user=U0ANA&name=a.png`, {
    method: 'POST',
    body: pngHeader(3, 2),
  });
  const { file } = (await upload.json()) as { file: { id: string } };
  expect(file).toMatchObject({ mimetype: 'image/png', original_w: 3 });
  const picture = await fetch(`${url}/page/file/${file.id}`);
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(picture.headers.get('content-security-policy')).toContain('sandbox');

  const message = { user: 'U0ANA', channel: 'C0CHURN', text: '@modelwright look', file_ids: [file.id] };
  const { body: sent } = await act(url, 'message', message);
  const answer = await workspace.driver.waitForMessage((m) => m.text === 'ready');
  expect(answer.thread_ts).toBe(sent.ts);

  const press = { user: 'U0BEN', channel: answer.channel, ts: answer.ts, action_id: 'open' };
  expect((await act(url, 'click', press)).body).toMatchObject({ ok: true, acked: true });
  const view = await workspace.driver.waitForModal('ben');
  const submit = (values: unknown) => act(url, 'modal-submit', { user: 'U0BEN', view_id: view.id, values });
  expect((await submit({})).body).toMatchObject({
    ok: true,
    outcome: 'errors',
    errors: { goal: expect.any(String) },
  });
  expect((await submit({ goal: 'churn' })).body).toMatchObject({ outcome: 'closed' });

  const types = frames.map((frame) => frame.type);
  expect(types).toEqual(expect.arrayContaining(['file', 'message', 'modals']));
  expect(frames.at(-1)).toEqual({ type: 'modals', user: 'U0BEN', stack: [] });
});

test('a refused act says why in a sentence', async () => {
  const { url } = await workspaceForTest();
  const stranger = await act(url, 'message', { user: 'U0GUS', channel: 'C0GENERAL', text: 'hi' });
  expect(stranger).toEqual({
    status: 400,
    body: { ok: false, error: 'not_in_channel', message: 'Gus Guest is not in #general.' },
  });
  expect(
    (await act(url, 'click', { user: 'U0ANA', channel: 'C0GENERAL', ts: '1.2', action_id: 'x' })).body.error,
  ).toBe('message_not_found');
  expect((await act(url, 'nothing', {})).status).toBe(404);
  const noJson = await fetch(`${url}/page/message`, { method: 'POST', body: '{' });
  expect(await noJson.json()).toMatchObject({ error: 'invalid_json' });
});

test("another site's page can neither read nor act", async () => {
  const { url } = await workspaceForTest();
  const headers = { origin: 'https://elsewhere.example' };
  expect((await fetch(`${url}/page/state`, { headers })).status).toBe(403);
  expect(
    (await act(url, 'message', { user: 'U0ANA', channel: 'C0GENERAL', text: 'hi' }, headers)).status,
  ).toBe(403);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/page/live`, { headers });
  await expect(
    new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject)),
  ).rejects.toThrow('404');
});

test('the page itself is served, or a sentence that says how to build it', async () => {
  const { url } = await workspaceForTest();
  const root = await fetch(url);
  expect(root.status).toBe(200);
  expect(await root.text()).toMatch(/<!doctype html>|npm run build/i);
  const outside = await fetch(`${url}/..%2f..%2fserver%2fserver.ts`);
  expect(await outside.text()).not.toContain('startWorkspace');
});
