import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { expect, onTestFinished, test } from 'vitest';
import { startWorkspace } from '../../playground/server/server.ts';

async function stateFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snapshot-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'workspace.json');
}

test('a workspace comes back with its messages, files, tokens, homes and sessions', async () => {
  const path = await stateFile();
  const first = await startWorkspace({ stateFile: path, fileProcessingMs: 5 });
  const client = new WebClient(first.botToken, { slackApiUrl: first.apiUrl });
  const sent = await first.driver.mention({
    user: 'ana',
    channel: '#churn-project',
    text: 'train',
    files: [{ name: 'd.csv', bytes: 'a,b\n1,2\n' }],
  });
  await client.chat.postMessage({ channel: sent.channel, thread_ts: sent.ts, text: 'on it' });
  await client.agents.sessions.setStatus({
    channel_id: sent.channel,
    thread_ts: sent.ts,
    status: 'processing',
    title: 'Churn',
  });
  await client.views.publish({ user_id: 'U0ANA', view: { type: 'home', blocks: [{ type: 'divider' }] } });
  await first.close();

  const second = await startWorkspace({ stateFile: path });
  onTestFinished(() => second.close());
  expect([second.botToken, second.appToken]).toEqual([first.botToken, first.appToken]);
  const messages = second.driver.messages({ channel: '#churn-project' });
  expect(messages.map((m) => m.text)).toEqual(['<@U0MODELWRIGHT> train', 'on it']);
  const file = messages[0].files?.[0];
  expect(file?.url_private).toContain(second.url);
  expect((await second.driver.fileBytes(file?.id ?? '')).toString()).toBe('a,b\n1,2\n');
  expect(second.driver.homeOf('ana')?.blocks[0].type).toBe('divider');
  const later = await second.driver.say({ user: 'ana', channel: '#general', text: 'later' });
  expect(Number(later.ts)).toBeGreaterThan(Number(messages[1].ts));
});

test('an upload that was completed just before the end is processed at the next start', async () => {
  const path = await stateFile();
  const first = await startWorkspace({ stateFile: path, fileProcessingMs: 60_000 });
  const client = new WebClient(first.botToken, { slackApiUrl: first.apiUrl });
  const uploaded = await client.filesUploadV2({ filename: 'a.txt', content: 'a' });
  const id = (uploaded.files as { files: { id: string }[] }[])[0].files[0].id;
  await first.close();
  const second = await startWorkspace({ stateFile: path });
  onTestFinished(() => second.close());
  expect(second.driver.file(id).mimetype).toBe('text/plain');
});

test('the file is whole at every moment and nothing else is left beside it', async () => {
  const path = await stateFile();
  const workspace = await startWorkspace({ stateFile: path });
  for (let i = 0; i < 20; i += 1) {
    await workspace.driver.say({ user: 'ana', channel: '#general', text: `${i}` });
    JSON.parse(await readFile(path, 'utf8'));
  }
  await workspace.close();
  expect(JSON.parse(await readFile(path, 'utf8')).messages).toHaveLength(20);
  expect(await readdir(join(path, '..'))).toEqual(['workspace.json']);
});

test('a file of another version is refused and left as it is', async () => {
  const path = await stateFile();
  await writeFile(path, JSON.stringify({ version: 99 }));
  await expect(startWorkspace({ stateFile: path })).rejects.toThrow('version 99');
  expect(await readFile(path, 'utf8')).toBe('{"version":99}');
});
