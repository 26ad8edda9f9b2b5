/** A forecast in a conversation, over a real socket: asked for in words, planned, approved, told with a picture. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireMessage } from '../playground/server/types.ts';
import { buttonsOf, openApp, picturesOf, type TestApp, wordsOf } from './support/app.ts';

const CHANNEL = 'churn-project';
const DAY = 86_400_000;

/** Half a year of weekly waves. @param more rows whose riders are not known yet. */
function ridersCsv(more = 0): string {
  const rows = Array.from({ length: 190 + more }, (_, i) => {
    const day = new Date(Date.UTC(2024, 0, 1) + i * DAY).toISOString().slice(0, 10);
    const event = (i * 7919) % 13 < 2 ? 'yes' : 'no';
    const riders =
      50 + 12 * Math.sin((2 * Math.PI * i) / 7) + (event === 'yes' ? 15 : 0) + ((i * 31) % 7) / 3;
    return `${day},${i < 190 ? riders.toFixed(2) : ''},${event}`;
  });
  return `day,riders,event\n${rows.join('\n')}\n`;
}

describe('a forecast in a conversation', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());

  it('is understood, planned with rolling origins, and reported with the values to come', async () => {
    const { driver } = app;
    const request = await driver.mention({
      user: 'ana',
      channel: CHANNEL,
      text: 'forecast riders for the next 7 days, use 6 trials',
      files: [{ bytes: ridersCsv(7), name: 'riders.csv' }],
    });
    const here = { channel: CHANNEL, thread: request.ts };
    const withButton = (id: string) => (message: WireMessage) => buttonsOf(message).includes(id);
    await driver.waitForMessage((m) => /the next 7 days are forecast/.test(m.text), here);
    const profile = await driver.waitForMessage(withButton('assumptions_accept'), here);
    expect(wordsOf(profile)).toContain('is a series of 190 days');

    await driver.reply({
      user: 'ana',
      channel: CHANNEL,
      thread: request.ts,
      text: 'the event is known ahead',
    });
    await driver.waitForMessage((m) => /event.? is known beforehand/.test(m.text), here);
    await driver.reply({ user: 'ana', channel: CHANNEL, thread: request.ts, text: 'plan' });
    const plan = await driver.waitForMessage(withButton('plan_approve'), here);
    expect(wordsOf(plan)).toMatch(/7 days ahead.*rolling origins.*the past, the calendar and event/s);

    await driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' });
    const report = await driver.waitForMessage((m) => picturesOf(m).length >= 3, here);
    expect(report.text).toMatch(/MASE .* on \d+ held-out forecasts of 7 days/);
    expect(wordsOf(report)).toMatch(/The values to come: riders .* for 9 Jul 2024/);
    expect(JSON.stringify(picturesOf(report)[0])).toContain('Forecast of riders');
  });
});
