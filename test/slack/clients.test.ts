import { expect, it } from 'vitest';
import { clientOptions, createClients } from '../../src/slack/clients.ts';
import { SILENT, workspaceForTest } from '../playground/support.ts';

it('never carries headers, and always its own retries', () => {
  for (const kind of ['interactive', 'background'] as const) {
    const options = clientOptions({ slackApiUrl: null }, kind);
    expect(options).not.toHaveProperty('headers');
    expect(options).not.toHaveProperty('slackApiUrl');
    expect(options.retryConfig?.retries).toBeLessThanOrEqual(10);
    expect(options.timeout).toBeGreaterThan(0);
  }
});

async function openClients() {
  const { apiUrl, botToken, driver } = await workspaceForTest();
  return { ...createClients(botToken, { slackApiUrl: apiUrl, logger: SILENT }), driver };
}

it('tells a person at once that Slack is busy, and waits where nobody does', async () => {
  const { interactive, background, driver } = await openClients();
  driver.faults.failNext('auth.test', { rateLimitedSeconds: 1 }, 2);
  await expect(interactive.auth.test()).rejects.toThrow(/rate-limit/);
  const startedMs = Date.now();
  expect((await background.auth.test()).ok).toBe(true);
  expect(Date.now() - startedMs).toBeGreaterThan(900);
});

it('outlives a hiccup of the network', async () => {
  const { interactive, background, driver } = await openClients();
  driver.faults.failNext('auth.test', { hangUp: true });
  expect((await interactive.auth.test()).ok).toBe(true);
  driver.faults.failNext('auth.test', { status: 503 }, 2);
  expect((await background.auth.test()).ok).toBe(true);
});
