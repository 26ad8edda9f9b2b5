import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Driver } from '../../playground/driver.ts';
import { type Message, section } from '../../src/slack/blocks.ts';
import { dataTable } from '../../src/slack/data-table.ts';
import { Outbox, type PostLedger } from '../../src/slack/outbox.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { threadPlace } from '../../src/thread/events.ts';
import { SILENT, workspaceForTest } from '../playground/support.ts';

const say = (text: string): Message => ({ text, blocks: [section(text)] });

describe('the outbox', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ memory: true });
  });
  afterAll(() => store.close());

  let count = 0;
  async function openThread(ledger: PostLedger = store.posts) {
    const { apiUrl, botToken, driver } = await workspaceForTest();
    const client = new WebClient(botToken, {
      slackApiUrl: apiUrl,
      logger: SILENT,
      retryConfig: { retries: 0 },
    });
    const { ts } = await driver.mention({ user: 'ana', channel: 'general', text: 'hello' });
    const place = threadPlace('T0NORTHWIND', 'C0GENERAL', ts);
    const said = () => driver.messages({ channel: 'general', thread: ts }).slice(1);
    const key = `key-${count++}`;
    return { outbox: new Outbox(client, ledger), driver, place, said, key, client };
  }
  const posts = (driver: Driver) => driver.apiCalls.filter((call) => call.method === 'chat.postMessage');

  it('posts a message in its thread, once however often it is asked to', async () => {
    const { outbox, place, said, key } = await openThread();
    await outbox.post(place, key, say('first'));
    await outbox.post(place, key, say('second'));
    await Promise.all([1, 2, 3].map(() => outbox.post(place, key, say('third'))));
    expect(said().map((message) => message.text)).toEqual(['first']);
    expect(said()[0]?.thread_ts).toBe(place.rootTs);
  });

  it('posts a table as text where Slack does not take tables', async () => {
    const { outbox, place, said, key, driver } = await openThread();
    const table = dataTable({ caption: 'Effects', columns: ['Column'], rows: [['age']] });
    driver.faults.failNext('chat.postMessage', { error: 'invalid_blocks' });
    await outbox.post(place, key, { text: 'effects', blocks: [table as NonNullable<typeof table>] });
    expect(said()).toHaveLength(1);
    expect(JSON.stringify(said()[0]?.blocks)).toContain('```\\nColumn\\nage\\n```');
    driver.faults.failNext('chat.postMessage', { error: 'invalid_blocks' });
    await expect(outbox.post(place, `${key}-plain`, say('no table'))).rejects.toThrow('invalid_blocks');
  });

  it('posts once when several ask at the same moment', async () => {
    const { outbox, place, said, key } = await openThread();
    await Promise.all([1, 2, 3, 4].map((i) => outbox.post(place, key, say(`from ${i}`))));
    expect(said()).toHaveLength(1);
  });

  it('adopts a message that a crash left posted but not written down', async () => {
    const dying: PostLedger = {
      ...store.posts,
      find: store.posts.find,
      posted: () => Promise.reject(new Error('the process dies here')),
    };
    const { outbox, place, said, key, client, driver } = await openThread(dying);
    await expect(outbox.post(place, key, say('hello'))).rejects.toThrow('dies');
    const afterRestart = new Outbox(client, store.posts);
    await afterRestart.post(place, key, say('hello'));
    expect(said()).toHaveLength(1);
    expect(await afterRestart.update(key, say('changed'))).toBe(true);
    expect(said()[0]?.text).toBe('changed');
    expect(posts(driver)).toHaveLength(1);
  });

  it('posts what a crash left claimed but not posted', async () => {
    const { outbox, place, said, key } = await openThread();
    await store.posts.claim(key);
    await outbox.post(place, key, say('late but there'));
    expect(said().map((message) => message.text)).toEqual(['late but there']);
  });

  it('finds its message among hundreds of others', async () => {
    const dying: PostLedger = {
      ...store.posts,
      find: store.posts.find,
      posted: () => Promise.reject(new Error('the process dies here')),
    };
    const { outbox, place, said, key, client, driver } = await openThread(dying);
    for (let i = 0; i < 210; i++) {
      await driver.reply({ user: 'ben', channel: 'general', thread: place.rootTs, text: `chat ${i}` });
    }
    await expect(outbox.post(place, key, say('needle'))).rejects.toThrow('dies');
    await new Outbox(client, store.posts).post(place, key, say('needle'));
    expect(said().filter((message) => message.text === 'needle')).toHaveLength(1);
  });

  it('tries again after Slack refused, for whoever waited as well', async () => {
    const { outbox, place, said, key, driver } = await openThread();
    driver.faults.failNext('chat.postMessage', { error: 'internal_error' });
    const [first, second] = await Promise.allSettled([
      outbox.post(place, key, say('hello')),
      outbox.post(place, key, say('hello')),
    ]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect(said()).toHaveLength(1);
  });

  it('has nothing to change before it was posted', async () => {
    const { outbox, key, driver } = await openThread();
    expect(await outbox.update(key, say('too early'))).toBe(false);
    expect(driver.apiCalls.some((call) => call.method === 'chat.update')).toBe(false);
  });

  it('lets no markup into the text of notifications, and cuts what is too much', async () => {
    const { outbox, place, said, key } = await openThread();
    const wild = { text: `<!channel> <@U0BEN> & ${'<'.repeat(5000)}`, blocks: [] };
    await outbox.post(place, key, { ...wild, blocks: Array.from({ length: 80 }, () => section('block')) });
    const [message] = said();
    expect(message?.text).toMatch(/^&lt;!channel&gt; &lt;@U0BEN&gt; &amp; (&lt;)+…$/);
    expect(message?.blocks).toHaveLength(50);
  });
});
