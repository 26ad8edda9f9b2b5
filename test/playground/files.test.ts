import { expect, test } from 'vitest';
import { connected, pngHeader } from './support.ts';

test('an upload is shared in the thread once it was processed, and can be read back with the token', async () => {
  const { driver, app, workspace } = await connected();
  const root = await driver.say({ user: 'ana', channel: '#churn-project', text: 'hi' });
  const uploaded = await app.client.filesUploadV2({
    channel_id: root.channel,
    thread_ts: root.ts,
    initial_comment: 'Training curves',
    file_uploads: [
      { file: pngHeader(800, 600), filename: 'curves.png', title: 'Curves', alt_text: 'Loss per epoch' },
      { file: Buffer.from('a,b\n1,2\n'), filename: 'trials.csv' },
    ],
  });
  const [picture, table] = (uploaded.files as { files: { id: string; mimetype: string }[] }[])[0].files;
  expect(picture.mimetype).toBe('');
  const shared = await driver.waitForMessage((m) => m.files?.length === 2, { thread: root.ts });
  expect(shared).toMatchObject({ text: 'Training curves', subtype: 'file_share', bot_id: 'B0MODELWRIGHT' });
  const info = (await app.client.files.info({ file: picture.id })).file;
  expect(info).toMatchObject({
    mimetype: 'image/png',
    filetype: 'png',
    title: 'Curves',
    alt_txt: 'Loss per epoch',
    original_w: 800,
    thumb_360_h: 270,
    shares: { public: { C0CHURN: [{ ts: shared.ts, thread_ts: root.ts }] } },
  });
  const address = (await app.client.files.info({ file: table.id })).file?.url_private_download ?? '';
  const read = await fetch(address, { headers: { authorization: `Bearer ${workspace.botToken}` } });
  expect(read.headers.get('content-type')).toBe('text/csv');
  expect(await read.text()).toBe('a,b\n1,2\n');
  expect((await driver.fileBytes(table.id)).toString()).toBe('a,b\n1,2\n');
});

test('a download without the right token answers 200 with a sign-in page', async () => {
  const { driver } = await connected();
  const { files } = await driver.say({
    user: 'ana',
    channel: '#general',
    text: '',
    files: [{ name: 'secret.csv', bytes: 'a\n1\n' }],
  });
  const answer = await fetch(files?.[0].url_private_download ?? '', {
    headers: { authorization: 'Bearer xoxb-wrong' },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/html');
  expect(await answer.text()).toContain('Sign in');
});

test('a picture posted before it was processed is an invalid block, afterwards it is not', async () => {
  const { driver, app } = await connected(undefined, { fileProcessingMs: 60 });
  const uploaded = await app.client.filesUploadV2({ filename: 'a.png', file: pngHeader(10, 10) });
  const id = (uploaded.files as { files: { id: string }[] }[])[0].files[0].id;
  const post = () =>
    app.client.chat.postMessage({
      channel: 'C0CHURN',
      text: 'picture',
      blocks: [{ type: 'image', alt_text: 'a', slack_file: { id } }],
    });
  await expect(post()).rejects.toMatchObject({
    data: { error: 'invalid_blocks', errors: ['invalid slack file [json-pointer:/blocks/0/slack_file]'] },
  });
  await new Promise<void>((resolve) => {
    driver.on('change', (change) => change.type === 'file' && resolve());
  });
  expect((await post()).ok).toBe(true);
});

test('files that a person shares arrive with the mention and as a file_share message', async () => {
  const events: Record<string, unknown>[] = [];
  const { driver } = await connected((app) => {
    app.event('app_mention', async ({ event }) => void events.push({ ...event }));
    app.event('message', async ({ event }) => void events.push({ ...event }));
    app.event('file_shared', async ({ event }) => void events.push({ ...event }));
  });
  await driver.mention({
    user: 'ana',
    channel: '#general',
    text: 'train',
    files: [{ name: 'd.csv', bytes: 'a\n' }],
  });
  await expect.poll(() => events.length).toBe(3);
  const of = (type: string) => events.find((event) => event.type === type);
  expect(of('message')).toMatchObject({
    subtype: 'file_share',
    files: [{ name: 'd.csv', mimetype: 'text/csv', size: 2 }],
  });
  expect(of('app_mention')).toMatchObject({ files: [{ name: 'd.csv' }] });
  expect(of('app_mention')).not.toHaveProperty('subtype');
  expect(of('file_shared')).toMatchObject({ user_id: 'U0ANA', channel_id: 'C0GENERAL' });
});

test('a file can claim to be larger than anybody wants to make', async () => {
  const { driver } = await connected();
  const file = await driver.upload({ user: 'ana', name: 'huge.csv', bytes: 'a\n1\n', size: 2 * 1024 ** 3 });
  expect(file.size).toBe(2_147_483_648);
});

test('a deleted file is gone from its message, from files.info and from disk', async () => {
  const { driver, app } = await connected();
  await app.client.filesUploadV2({ channel_id: 'C0GENERAL', filename: 'a.txt', content: 'a' });
  const shared = await driver.waitForMessage((m) => m.files?.length === 1);
  const id = shared.files?.[0].id ?? '';
  await app.client.files.delete({ file: id });
  expect(driver.messages({ channel: 'C0GENERAL' })[0].files).toBeUndefined();
  await expect(app.client.files.info({ file: id })).rejects.toThrow('file_not_found');
});

test('an upload address takes bytes once, and a file without bytes cannot be completed', async () => {
  const { app } = await connected();
  const { upload_url, file_id } = await app.client.files.getUploadURLExternal({
    filename: 'a.txt',
    length: 1,
  });
  await expect(
    app.client.files.completeUploadExternal({ files: [{ id: file_id ?? '', title: 'a' }] }),
  ).rejects.toThrow('file_not_found');
  const send = () => fetch(upload_url ?? '', { method: 'POST', body: 'a' });
  expect(await (await send()).text()).toBe('OK - 1');
  expect((await send()).status).toBe(404);
});
