import { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import type { RunningWorkspace } from '../../playground/server/server.ts';
import type { WireMessage } from '../../playground/server/types.ts';
import { openLiveVoice } from '../../src/slack/live-voice.ts';
import { threadPlace } from '../../src/thread/events.ts';
import type { Voice } from '../../src/thread/voice.ts';
import { SILENT, workspaceForTest } from '../playground/support.ts';
import { backendOf, wordsOf } from '../support/app.ts';

const LONG = 'x'.repeat(200);

interface Spoken {
  readonly workspace: RunningWorkspace;
  readonly voice: Voice;
  said(): WireMessage[];
  where: { channel: string; thread: string };
}

async function speak(
  timing: { streamLifeMs?: number; fewestCharacters?: number } = {},
  options: Parameters<typeof workspaceForTest>[0] = {},
): Promise<Spoken> {
  const workspace = await workspaceForTest(options);
  const { driver } = workspace;
  const root = await driver.say({ user: 'ana', channel: 'churn-project', text: 'hello' });
  const client = new WebClient(workspace.botToken, {
    slackApiUrl: workspace.apiUrl,
    logger: SILENT,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  const team = backendOf(driver).workspace.team.id;
  const place = threadPlace(team, root.channel, root.ts);
  const recipient = { user: 'U0ANA', team };
  const voice = openLiveVoice(client, place, recipient, SILENT, {
    streamLifeMs: 240_000,
    fewestCharacters: 1,
    ...timing,
  });
  const where = { channel: root.channel, thread: root.ts };
  return { workspace, voice, where, said: () => driver.messages(where).filter(({ bot_id }) => bot_id) };
}

describe('an answer that is shown while it is thought', () => {
  it('grows in one message, with its steps as tasks', async () => {
    const { voice, said } = await speak();
    await voice.status('thinking');
    await voice.say('First. ');
    await voice.step('a', 'Asking the data', 'in_progress');
    await voice.step('a', 'Asking the data', 'complete');
    await voice.say('Second.');
    expect(await voice.end()).toBe('');
    expect(said()).toHaveLength(1);
    expect(said()[0]?.text).toBe('First. Second.');
    expect(wordsOf(said()[0] as WireMessage)).toMatch(/"title":"Asking the data","status":"complete"/);
  });

  it('waits with short pieces for the next one, and keeps none', async () => {
    const { voice, said } = await speak({ fewestCharacters: 100 });
    await voice.say('Short. ');
    expect(said()).toEqual([]);
    expect(await voice.end()).toBe('');
    expect(said()[0]?.text).toBe('Short. ');
  });

  it('goes on in a new message before Slack closes the old one', async () => {
    const { voice, said } = await speak({ streamLifeMs: -1 });
    for (const words of ['One. ', 'Two. ', 'Three.']) await voice.say(words);
    expect(await voice.end()).toBe('');
    expect(said().map(({ text }) => text)).toEqual(['One. ', 'Two. ', 'Three.']);
  });

  it('goes on in a new message when Slack has closed the old one already', async () => {
    const { voice, said } = await speak({}, { streamLifeMs: 0 });
    await voice.say('One. ');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await voice.say('Two.');
    expect(await voice.end()).toBe('');
    expect(said().map(({ text }) => text)).toEqual(['One. ', 'Two.']);
  });

  it('is handed back whole where nothing can be streamed', async () => {
    const { voice, said, workspace } = await speak();
    workspace.driver.faults.failNext('chat.startStream', { error: 'channel_type_not_supported' });
    await voice.say('One. ');
    await voice.say('Two.');
    expect(await voice.end()).toBe('One. Two.');
    expect(said()).toEqual([]);
  });

  it('is handed back from where a stream has failed on', async () => {
    const { voice, said, workspace } = await speak();
    await voice.say(`One. ${LONG}`);
    workspace.driver.faults.failNext('chat.appendStream', { error: 'internal_error' });
    await voice.say('Two. ');
    await voice.say('Three.');
    expect(await voice.end()).toBe('Two. Three.');
    expect(said().map(({ text }) => text)).toEqual([`One. ${LONG}`]);
  });

  it('ends where a person stops it', async () => {
    const { voice, workspace, where } = await speak();
    await voice.say('One. ');
    workspace.driver.stop({ user: 'ana', ...where });
    await voice.say('Two.');
    expect(voice.stopped.aborted).toBe(true);
  });
});
