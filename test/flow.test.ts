/** The main job, over a real socket, with real parts: from a mention to a report. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireMessage } from '../playground/server/types.ts';
import { buttonsOf, openApp, picturesOf, smallCsv, type TestApp, wordsOf } from './support/app.ts';

const CHANNEL = 'churn-project';

describe('a conversation', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());

  const inThread = (thread: string) => ({ channel: CHANNEL, thread });
  const withButton = (id: string) => (message: WireMessage) => buttonsOf(message).includes(id);

  it('goes from a mention with a file to an approved, trained and judged model', async () => {
    const { driver } = app;
    const request = await driver.mention({
      user: 'ana',
      channel: CHANNEL,
      text: 'train a model to predict label, use 8 trials',
      files: [{ bytes: smallCsv(), name: 'small.csv' }],
    });
    const here = inThread(request.ts);
    const reading = await driver.waitForMessage((m) => /Reading small\.csv/.test(m.text), here);
    expect(reading.thread_ts).toBe(request.ts);

    const profile = await driver.waitForMessage(withButton('assumptions_accept'), here);
    expect(picturesOf(profile)).toHaveLength(1);
    await driver.click({ user: 'ana', message: profile, actionId: 'requirements_open' });
    const form = await driver.waitForModal('ana', { callbackId: 'requirements_submit' });
    const sent = await driver.submitModal({ user: 'ana', viewId: form.id, values: { budget: '60' } });
    expect(sent.outcome).toBe('closed');

    const plan = await driver.waitForMessage(withButton('plan_approve'), here);
    await driver.click({ user: 'gus', message: plan, actionId: 'plan_approve' });
    const refusal = await driver.waitForEphemeral('gus');
    expect(refusal.text).toContain('full members');
    expect(
      withButton('plan_approve')(driver.messages(here).find((m) => m.ts === plan.ts) as WireMessage),
    ).toBe(true);

    // A double click by one person, and a late click by another.
    await Promise.all([
      driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' }),
      driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' }),
    ]);
    const decided = await driver.waitForUpdate(plan, (m) => !withButton('plan_approve')(m));
    expect(wordsOf(decided)).toContain('<@U0BEN>');

    const report = await driver.waitForMessage((m) => picturesOf(m).length >= 4, here);
    expect(report.text).toMatch(
      /AUC 0\.\d{3} \[0\.\d{3}, [01]\.\d{3}\] (on 48 held-out|in nested cross-validation over 240) rows/,
    );
    const runs = driver.messages(here).filter((m) => m.text.startsWith('Run 1'));
    expect(runs).toHaveLength(1);
    await driver.waitForUpdate(runs[0] as WireMessage, (m) => m.text.includes('finished'));

    // A chapter of the report, by its button: once for a click, however often Slack delivers it.
    await driver.click({ user: 'ana', message: report, actionId: 'chapter_open_explain' });
    const chapter = (m: WireMessage) => m.text.startsWith('What the model leans on');
    const explained = await driver.waitForMessage(chapter, here);
    expect(picturesOf(explained).length).toBeGreaterThan(0);
    expect(wordsOf(explained)).toContain('"data_table"');
    expect(wordsOf(explained)).toContain('colour');
    // One that this run does not have says why, and what to do.
    await driver.click({ user: 'ben', message: report, actionId: 'chapter_open_fairness' });
    const missing = await driver.waitForMessage((m) => m.text.startsWith('Fairness, run 1'), here);
    expect(missing.text).toContain('make a plan once more');
    // And in words.
    await driver.reply({ user: 'ana', channel: CHANNEL, thread: request.ts, text: 'explain the model' });
    await driver.waitForMessage((m) => chapter(m) && m.ts !== explained.ts, here);
    expect(driver.messages(here).filter(chapter)).toHaveLength(2);

    // Every trial comes as a file too.
    await driver.click({ user: 'ana', message: report, actionId: 'chapter_open_trials' });
    const named = (name: string) => (m: WireMessage) => m.files?.some((file) => file.name === name) ?? false;
    await driver.waitForMessage(named('run-1-trials.csv'), here);

    await driver.reply({ user: 'ana', channel: CHANNEL, thread: request.ts, text: 'status' });
    await driver.waitForMessage((m) => m.text.startsWith('Run 1 has finished'), here);
    expect(driver.ackTimes.every((ack) => ack.acked)).toBe(true);

    // The next plan goes on from what this run has shown, and waits for an approval like any other.
    await driver.reply({ user: 'ana', channel: CHANNEL, thread: request.ts, text: 'improve it' });
    const next = await driver.waitForMessage((m) => withButton('plan_approve')(m) && m.ts !== plan.ts, here);
    expect(wordsOf(next)).toContain('What run 1 showed, and what changes');
    expect(wordsOf(next)).toContain('look number 2');
  });

  it('answers a bad file with a sentence and waits for a better one', async () => {
    const { driver } = app;
    const request = await driver.mention({
      user: 'ana',
      channel: CHANNEL,
      text: 'predict y',
      files: [{ bytes: '', name: 'nothing.csv' }],
    });
    const here = inThread(request.ts);
    await driver.waitForMessage((m) => /nothing\.csv is empty/.test(m.text), here);
    await driver.reply({
      user: 'ana',
      channel: CHANNEL,
      thread: request.ts,
      text: 'sorry, this one',
      files: [{ bytes: smallCsv(60), name: 'better.csv' }],
    });
    await driver.waitForMessage((m) => picturesOf(m).length === 1, here);
  });
});
