import { setTimeout as sleep } from 'node:timers/promises';
import { App } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningWorkspace, WorkspaceOptions } from '../../playground/server/server.ts';
import { DurableReceiver, type Inbox } from '../../src/slack/durable-receiver.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { button, SILENT, workspaceForTest } from '../playground/support.ts';

/** Long enough for a second delivery to have come, if there were one. */
const SETTLED_MS = 400;

describe('the durable receiver', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ memory: true });
  });
  afterAll(() => store.close());

  function connect(workspace: RunningWorkspace, inbox: Inbox, listen: (app: App) => void) {
    const clientOptions = { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } };
    const receiver = new DurableReceiver(inbox, {
      appToken: workspace.appToken,
      logger: SILENT,
      installerOptions: { clientOptions },
    });
    const app = new App({
      token: workspace.botToken,
      receiver,
      logger: SILENT,
      convoStore: false,
      clientOptions,
    });
    listen(app);
    return { receiver, start: () => app.start() };
  }

  async function open(
    listen: (app: App) => void,
    inbox: Inbox = store.inbox,
    options: WorkspaceOptions = {},
  ) {
    const workspace = await workspaceForTest(options);
    const { receiver, start } = connect(workspace, inbox, listen);
    await start();
    return { workspace, driver: workspace.driver, receiver };
  }

  it('handles an event once although Slack sends it again', async () => {
    const slow: Inbox = {
      done: (eventId) => store.inbox.done(eventId),
      pending: () => store.inbox.pending(),
      record: async (...event) => {
        await sleep(250); // longer than Slack waits for an acknowledgement
        return store.inbox.record(...event);
      },
    };
    const heard: string[] = [];
    const { driver, receiver } = await open(
      (app) => app.event('message', async ({ event }) => void heard.push((event as { text: string }).text)),
      slow,
      { ackTimeoutMs: 100, retryDelaysMs: [0, 0] },
    );
    await driver.say({ user: 'ana', channel: 'general', text: 'once, please' });
    await expect.poll(() => driver.ackTimes.filter((ack) => !ack.acked).length).toBeGreaterThan(0);
    await expect.poll(() => heard.length).toBe(1);
    await sleep(SETTLED_MS);
    expect(heard).toEqual(['once, please']);
    await receiver.drain();
  });

  it('handles a mention once although Slack also tells of it as a message', async () => {
    const heard: string[] = [];
    const { driver, receiver } = await open((app) => {
      app.event('app_mention', async ({ event }) => void heard.push(event.text));
      app.event('message', async ({ event }) => void heard.push((event as { text: string }).text));
    });
    await driver.mention({ user: 'ana', channel: 'general', text: 'train' });
    await driver.mention({ user: 'ana', channel: 'general', text: 'and once more' });
    await expect.poll(() => driver.ackTimes.length).toBe(4);
    await sleep(SETTLED_MS);
    expect(heard).toHaveLength(2);
    expect(new Set(driver.ackTimes.map((ack) => ack.name))).toEqual(new Set(['app_mention', 'message']));
    await receiver.drain();
  });

  it('replays after a crash what was recorded and not finished, and only that', async () => {
    const heard: string[] = [];
    let die: (reason: Error) => void = () => {};
    const { driver, workspace, receiver } = await open((app) =>
      app.event('message', ({ event }) => {
        heard.push((event as { text: string }).text);
        return heard.length === 1 ? Promise.resolve() : new Promise<void>((_, reject) => (die = reject));
      }),
    );
    await driver.say({ user: 'ana', channel: 'general', text: 'finished' });
    await driver.say({ user: 'ana', channel: 'general', text: 'cut short' });
    await expect.poll(() => heard.length).toBe(2);
    await receiver.client.disconnect();

    const afterRestart: string[] = [];
    const next = connect(workspace, store.inbox, (app) =>
      app.event('message', async ({ event }) => void afterRestart.push((event as { text: string }).text)),
    );
    expect(await next.receiver.replayPending()).toBe(1);
    expect(afterRestart).toEqual(['cut short']);
    expect(await next.receiver.replayPending()).toBe(0);
    die(new Error('the old process is gone'));
  });

  it('counts a click once, and two clicks twice', async () => {
    let clicks = 0;
    const { driver, workspace, receiver } = await open((app) =>
      app.action('press', async ({ ack }) => {
        await ack();
        clicks++;
      }),
    );
    const { WebClient } = await import('@slack/web-api');
    const client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl });
    const blocks = [{ type: 'actions', elements: [button('press')] }] as never;
    const { ts } = await client.chat.postMessage({ channel: 'C0GENERAL', text: 'press', blocks });
    const message = { channel: 'C0GENERAL', ts: ts as string };
    for (const user of ['ana', 'ana', 'ben']) await driver.click({ user, message, actionId: 'press' });
    await expect.poll(() => clicks).toBe(3);
    await receiver.drain();
  });

  it('takes a form again after the app found an error in it', async () => {
    let submissions = 0;
    const { driver, workspace, receiver } = await open((app) => {
      app.action('open', async ({ ack, body, client }) => {
        await ack();
        const input = {
          type: 'input',
          block_id: 'name',
          label: { type: 'plain_text', text: 'Name' },
          element: { type: 'plain_text_input', action_id: 'value' },
        } as const;
        const title = { type: 'plain_text', text: 'Form' } as const;
        const view = { type: 'modal', callback_id: 'form', title, submit: title, blocks: [input] } as const;
        await client.views.open({
          trigger_id: (body as { trigger_id: string }).trigger_id,
          view: view as never,
        });
      });
      app.view('form', async ({ ack }) => {
        submissions++;
        if (submissions > 1) return ack();
        return ack({ response_action: 'errors', errors: { name: 'Please choose another name.' } });
      });
    });
    const { WebClient } = await import('@slack/web-api');
    const client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl });
    const blocks = [{ type: 'actions', elements: [button('open')] }] as never;
    const { ts } = await client.chat.postMessage({ channel: 'C0GENERAL', text: 'open', blocks });
    await driver.click({ user: 'ana', channel: 'C0GENERAL', ts: ts as string, actionId: 'open' });
    const form = await driver.waitForModal('ana');
    const send = (name: string) => driver.submitModal({ user: 'ana', viewId: form.id, values: { name } });
    expect(await send('bad')).toMatchObject({ outcome: 'errors', errors: { name: expect.any(String) } });
    expect(await send('good')).toMatchObject({ outcome: 'closed' });
    expect(submissions).toBe(2);
    await receiver.drain();
  });

  it('waits for what is being handled when it is drained', async () => {
    let isDone = false;
    let isBegun = false;
    const { driver, receiver } = await open((app) =>
      app.event('message', async () => {
        isBegun = true;
        await sleep(300);
        isDone = true;
      }),
    );
    await driver.say({ user: 'ana', channel: 'general', text: 'hello' });
    await expect.poll(() => isBegun).toBe(true);
    await receiver.drain();
    expect(isDone).toBe(true);
    expect(await store.inbox.pending()).toEqual([]);
  });
});
