/** Recordings in a conversation, over a real socket: asked for in words, planned as one row each, approved, judged. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireMessage } from '../playground/server/types.ts';
import { buttonsOf, openApp, picturesOf, type TestApp, wordsOf } from './support/app.ts';
import { waveRows } from './support/recordings.ts';

const CHANNEL = 'churn-project';

function wavesCsv(): string {
  const rows = waveRows(90).map(
    ({ id, t, x, y, kind }) => `${id},${t},${x.toFixed(3)},${y.toFixed(3)},${kind}`,
  );
  return `recording_id,t,x,y,kind\n${rows.join('\n')}\n`;
}

describe('recordings in a conversation', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());

  it('are noticed, planned as one prediction each, and judged on recordings that were held out', async () => {
    const { driver } = app;
    const request = await driver.mention({
      user: 'ana',
      channel: CHANNEL,
      text: 'predict kind, use 6 trials',
      files: [{ bytes: wavesCsv(), name: 'waves.csv' }],
    });
    const here = { channel: CHANNEL, thread: request.ts };
    const reply = (text: string) => driver.reply({ user: 'ana', channel: CHANNEL, thread: request.ts, text });
    const withButton = (id: string) => (message: WireMessage) => buttonsOf(message).includes(id);
    const profile = await driver.waitForMessage((m) => /90 recording_id has one kind/.test(wordsOf(m)), here);
    expect(wordsOf(profile)).toMatch(/say .{1,3}one prediction for each recording_id/);

    await reply('one prediction for each recording_id, ordered by t');
    await driver.waitForMessage((m) => /are one recording, in the order of .?t/.test(m.text), here);
    await reply('plan');
    const plan = await driver.waitForMessage(withButton('plan_approve'), here);
    expect(wordsOf(plan)).toMatch(/one prediction for each of 90 recording_id/);
    expect(wordsOf(plan)).toMatch(/Sequence network/);

    await driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' });
    const report = await driver.waitForMessage((m) => picturesOf(m).length >= 3, here);
    expect(report.text).toMatch(/18 held-out recordings/);
  });

  it('are understood from the request itself', async () => {
    const { driver } = app;
    const request = await driver.mention({
      user: 'ana',
      channel: CHANNEL,
      text: 'classify each recording by its id, predict kind',
      files: [{ bytes: wavesCsv(), name: 'waves.csv' }],
    });
    const here = { channel: CHANNEL, thread: request.ts };
    const profile = await driver.waitForMessage((m) => buttonsOf(m).includes('assumptions_accept'), here);
    expect(wordsOf(profile)).toMatch(/One prediction is made for each `?recording_id/);
    // Nothing is asked about columns of rows that are no rows any more.
    expect(buttonsOf(profile)).not.toContain('column_drop');
  });
});
