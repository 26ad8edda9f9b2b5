import { WebClient } from '@slack/web-api';
import { afterEach, expect, it, vi } from 'vitest';
import { People } from '../../src/slack/people.ts';
import { SILENT, workspaceForTest } from '../playground/support.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function openPeople() {
  const { apiUrl, botToken, driver } = await workspaceForTest({
    users: [{ id: 'U0BOT', name: 'otherbot', is_bot: true }],
  });
  const people = new People(
    new WebClient(botToken, { slackApiUrl: apiUrl, logger: SILENT, retryConfig: { retries: 0 } }),
  );
  const asked = () => driver.apiCalls.filter((call) => call.method === 'users.info').length;
  return { people, asked, driver };
}

it('tells members, guests, bots and people from elsewhere apart', async () => {
  const { people } = await openPeople();
  const find = (id: string) => people.find(id, 'T0NORTHWIND');
  expect(await find('U0ANA')).toEqual({
    id: 'U0ANA',
    workspace: 'T0NORTHWIND',
    home: 'T0NORTHWIND',
    isBot: false,
    isGuest: false,
  });
  expect(await find('U0GUS')).toMatchObject({ isGuest: true });
  expect(await find('U0EVE')).toMatchObject({ home: 'T0ACME' });
  expect(await find('U0BOT')).toMatchObject({ isBot: true });
});

it('asks once in five minutes, and anew for a decision that matters', async () => {
  const { people, asked } = await openPeople();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  await people.find('U0ANA', 'T0NORTHWIND');
  await people.find('U0ANA', 'T0NORTHWIND');
  expect(asked()).toBe(1);
  await people.find('U0ANA', 'T0NORTHWIND', true);
  expect(asked()).toBe(2);
  vi.advanceTimersByTime(5 * 60_000 + 1);
  await people.find('U0ANA', 'T0NORTHWIND');
  expect(asked()).toBe(3);
});

it('does not take a person of one workspace for one of another', async () => {
  const { people, asked } = await openPeople();
  await people.find('U0ANA', 'T0NORTHWIND');
  expect(await people.find('U0ANA', 'T0ELSEWHERE')).toMatchObject({ workspace: 'T0ELSEWHERE' });
  expect(asked()).toBe(2);
});

it('lets nobody in when Slack does not say who they are', async () => {
  const { people, driver } = await openPeople();
  driver.faults.failNext('users.info', { error: 'user_not_found' });
  await expect(people.find('U0ANA', 'T0NORTHWIND')).rejects.toThrow('user_not_found');
  expect(await people.find('U0ANA', 'T0NORTHWIND')).toMatchObject({ id: 'U0ANA' });
});
