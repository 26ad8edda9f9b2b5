/** What people say, where and to whom, and what the app makes of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  backendOf,
  buttonsOf,
  leaksIn,
  mention,
  openApp,
  smallCsv,
  type TestApp,
  TestThread,
  wordsOf,
} from './support/app.ts';

const DATA = { bytes: smallCsv(120), name: 'small.csv' };
/** Long enough for an answer to come, if there were one. */
const SILENCE_MS = 700;

const table = (header: string, rows: number, row: (i: number) => string) =>
  `${header}\n${Array.from({ length: rows }, (_, i) => row(i)).join('\n')}\n`;

describe('talking', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());
  afterEach(() => {
    expect(leaksIn(app)).toEqual([]);
  });

  it('answers a mention', async () => {
    const thread = await mention(app, 'what is AUC?');
    await thread.waitFor(/0\.5 is guessing/);
  });

  it('answers in a direct message, with a thread for each', async () => {
    const said = await app.driver.directMessage({ user: 'ben', text: 'predict label', files: [DATA] });
    const thread = new TestThread(app.driver, said);
    await thread.waitForButton('assumptions_accept');
    expect(thread.said.every((message) => message.thread_ts === said.ts)).toBe(true);
  });

  it('takes what the request says of sensitive columns, once it knows the columns', async () => {
    const thread = await mention(app, 'predict label within 20 seconds. Colour is sensitive.', {
      file: DATA,
    });
    await thread.waitFor(/Noted: .?colour.? is sensitive/);
    await thread.waitForButton('assumptions_accept');
  });

  it('goes on in its own thread without being mentioned, but leaves people to themselves', async () => {
    const thread = await mention(app, 'help');
    await thread.waitFor(/I train models on tables/);
    await thread.reply('ben', '<@U0ANA> is this the new data?');
    await thread.reply('ana', 'status');
    await thread.waitFor(/Nothing is going on in this thread yet/);
    await sleep(SILENCE_MS);
    expect(thread.said).toHaveLength(2);
  });

  it('begins in a thread of others when it is mentioned there, and not before', async () => {
    const root = await app.driver.say({
      user: 'ben',
      channel: 'general',
      text: 'does anybody know about churn?',
    });
    const thread = new TestThread(app.driver, root);
    await thread.reply('ana', 'predict label', DATA);
    await sleep(SILENCE_MS);
    expect(thread.said).toEqual([]);
    await thread.reply('ana', '<@U0MODELWRIGHT> predict label', DATA);
    await thread.waitForButton('assumptions_accept');
  });

  it('hears neither edits nor people who join, nor the same message twice, nor other bots', async () => {
    const { events, workspace } = backendOf(app.driver);
    const thread = await mention(app, 'help');
    await thread.waitFor(/I train models on tables/);
    const place = { channel: thread.channel, channel_type: 'channel', user: 'U0ANA' };
    const text = '<@U0MODELWRIGHT> help';
    // The very mention once more, as if another envelope had brought it.
    events.happened({ type: 'app_mention', ...place, ts: thread.ts, text }, thread.channel);
    const later = { ...place, ts: workspace.ids.timestamp(), thread_ts: thread.ts };
    events.happened(
      { type: 'message', subtype: 'message_changed', ...later, message: { ...later, text } },
      thread.channel,
    );
    const joined = { ...place, ts: workspace.ids.timestamp(), text: '<@U0BEN> has joined the channel' };
    events.happened({ type: 'message', subtype: 'channel_join', ...joined }, thread.channel);
    const bot = { ...later, ts: workspace.ids.timestamp(), text, bot_id: 'B0OTHER' };
    events.happened({ type: 'message', ...bot }, thread.channel);
    await sleep(SILENCE_MS);
    expect(thread.said).toHaveLength(1);
  });

  it('asks which column when several could be meant, and goes on from the button', async () => {
    const bytes = table('x,colour,shape,taste', 90, (i) =>
      [
        (i * 37) % 101,
        ['red', 'blue'][i % 2],
        ['round', 'flat'][(i >> 1) % 2],
        ['sweet', 'sour'][(i >> 2) % 2],
      ].join(','),
    );
    const thread = await mention(app, 'train a model within a minute', {
      file: { bytes, name: 'fruit.csv' },
    });
    const asked = await thread.waitFor((message) => buttonsOf(message).includes('target_choose_1'));
    expect(wordsOf(asked)).toContain('Which column should be predicted?');
    expect(buttonsOf(asked)).not.toContain('assumptions_accept');
    const elements = asked.blocks?.flatMap(
      (block) => (block.elements ?? []) as { action_id?: string; value?: string }[],
    );
    const second = elements?.find((element) => element.action_id === 'target_choose_1');
    const { target } = JSON.parse(second?.value ?? '');
    await app.driver.click({ user: 'ana', message: asked, actionId: 'target_choose_1' });
    const plan = await thread.waitForPlan(1);
    expect(plan.text).toMatch(new RegExp(`^Plan 1: predict ${target}\\.`));
  });

  it('makes no plan before somebody has decided about a column that gives the answer away', async () => {
    const bytes = table('size,leaked_label,noise,label', 300, (i) => {
      const label = (i * 7919) % 13 > 5 ? 'yes' : 'no';
      return `${(i * 37) % 101},${label === 'yes' ? 1 : 0},${(i * 53) % 97},${label}`;
    });
    const thread = await mention(app, 'predict label within a minute', {
      file: { bytes, name: 'leaky.csv' },
    });
    const profile = await thread.waitForButton('column_drop');
    expect(wordsOf(profile)).toContain('`leaked_label` may give the answer away');
    expect(buttonsOf(profile)).not.toContain('assumptions_accept');
    await thread.reply('ana', 'go ahead');
    const asked = await thread.waitFor(/Before I can make a plan: leaked_label may give the answer away/);
    await app.driver.click({ user: 'ben', message: asked, actionId: 'column_drop' });
    await thread.waitFor(/leaked_label is left out \(decided by @U0BEN\)/);
    const ready = await thread.waitFor(/I can make a plan now/);
    await app.driver.click({ user: 'ana', message: ready, actionId: 'assumptions_accept' });
    const plan = await thread.waitForPlan(1);
    expect(wordsOf(plan)).toMatch(/Not used.*`leaked_label`: Dropped by you/);
  });

  it('makes one plan when two people press the button at the same moment', async () => {
    const thread = await mention(app, 'predict label within a minute', { file: DATA });
    const message = await thread.waitForButton('assumptions_accept');
    const press = (user: string) => app.driver.click({ user, message, actionId: 'assumptions_accept' });
    await Promise.all([press('ana'), press('ben'), press('ana')]);
    await thread.waitForPlan(1);
    await sleep(SILENCE_MS);
    expect(thread.said.filter((said) => said.text.startsWith('Plan '))).toHaveLength(1);
    expect(thread.said.some((said) => /Somebody else changed/.test(said.text))).toBe(false);
  });

  it('apologises with a reference when something of ours fails, to the one person and in the thread', async () => {
    const thread = await mention(app, 'predict label within a minute', { file: DATA });
    const message = await thread.waitForButton('requirements_open');
    const apology = (user: string) =>
      app.driver.waitForEphemeral(
        user,
        (whisper) =>
          whisper.thread_ts === thread.ts &&
          /Something went wrong on our side \(reference [0-9a-f]{8}\)/.test(whisper.text),
      );
    app.driver.faults.failNext('views.open', { error: 'internal_error' });
    await app.driver.click({ user: 'ana', message, actionId: 'requirements_open' });
    await apology('ana');
    // A form has no channel of its own, and is closed by the time that its answer fails.
    await app.driver.click({ user: 'ben', message, actionId: 'requirements_open' });
    const form = await app.driver.waitForModal('ben', { callbackId: 'requirements_submit' });
    app.driver.faults.failNext('chat.postMessage', { error: 'internal_error' });
    await app.driver.submitModal({ user: 'ben', viewId: form.id, values: {} });
    await apology('ben');
    await thread.waitForPlan(1); // nothing was lost by it
  });

  it('offers a beginning to whoever opens the conversation with it', async () => {
    app.driver.openHome('ana', 'messages');
    const { prompts } = backendOf(app.driver).workspace;
    await expect.poll(() => JSON.stringify([...prompts.values()])).toContain('Train a model');
  });

  it('acknowledges every click and form', async () => {
    const thread = await mention(app, 'predict label within a minute', { file: DATA });
    const message = await thread.waitForButton('requirements_open');
    const before = app.driver.ackTimes.length;
    for (let i = 0; i < 5; i++) {
      await app.driver.click({ user: 'ana', message, actionId: 'requirements_open' });
      const form = await app.driver.waitForModal('ana', { callbackId: 'requirements_submit' });
      await app.driver.submitModal({ user: 'ana', viewId: form.id, values: { budget: `${60 + i}` } });
      await thread.waitForPlan(i + 1);
    }
    const acks = app.driver.ackTimes.slice(before).filter((ack) => ack.type === 'interactive');
    expect(acks).toHaveLength(10);
    expect(app.driver.ackTimes.every((ack) => ack.acked)).toBe(true);
  });
});
