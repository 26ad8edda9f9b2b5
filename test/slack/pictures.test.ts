import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PictureUploads } from '../../src/slack/pictures.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { threadPlace } from '../../src/thread/events.ts';
import { pngHeader, SILENT, workspaceForTest } from '../playground/support.ts';

const pictureOf = (title: string) => ({
  png: pngHeader(400, 300),
  fileName: `${title}.png`,
  title,
  altText: `what ${title} shows`,
  width: 400,
  height: 300,
});

describe('pictures', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ memory: true });
  });
  afterAll(() => store.close());

  let count = 0;
  async function openUploads(fileProcessingMs: number, patienceMs = 5000) {
    const { apiUrl, botToken, driver } = await workspaceForTest({ fileProcessingMs });
    const client = new WebClient(botToken, {
      slackApiUrl: apiUrl,
      logger: SILENT,
      retryConfig: { retries: 1 },
    });
    const { ts } = await driver.mention({ user: 'ana', channel: 'general', text: 'hello' });
    const place = threadPlace('T0NORTHWIND', 'C0GENERAL', ts);
    const uploads = new PictureUploads(client, store.posts, { pollMs: 20, patienceMs });
    const said = () => driver.messages({ channel: 'general', thread: ts }).slice(1);
    return { uploads, driver, place, said, client, key: `pictures-${count++}` };
  }
  const uploadsOf = (driver: Awaited<ReturnType<typeof openUploads>>['driver']) =>
    driver.apiCalls.filter((call) => call.method === 'files.completeUploadExternal').length;

  it('waits until Slack has processed them, so that a message may show them', async () => {
    const { uploads, place, client, key, said } = await openUploads(150);
    const pictures = ['curves', 'scores'].map(pictureOf);
    const blocks = await uploads.blocks(place, key, pictures);
    expect(blocks.map((block) => block.title?.text)).toEqual(['curves', 'scores']);
    expect(blocks.map((block) => block.alt_text)).toEqual(['what curves shows', 'what scores shows']);
    // Slack refuses a picture that it has not processed, so that it takes this message is the proof.
    await client.chat.postMessage({
      channel: place.channel,
      thread_ts: place.rootTs,
      text: 'pictures',
      blocks,
    });
    expect(said()).toHaveLength(1);
  });

  it('shares a picture as a file when Slack does not finish it in time, once', async () => {
    const { uploads, place, driver, key, said } = await openUploads(400, 100);
    expect(await uploads.blocks(place, key, [pictureOf('slow')])).toEqual([]);
    const shared = await driver.waitForMessage((message) => (message.files ?? []).length > 0);
    expect(shared.thread_ts).toBe(place.rootTs);
    expect(shared.files?.[0]).toMatchObject({ name: 'slow.png' });
    // A job that runs again finds it there, and meanwhile the first upload is ready.
    await uploads.blocks(place, key, [pictureOf('slow')]);
    expect(said()).toHaveLength(1);
  });

  it('uploads nothing twice when a job runs again', async () => {
    const { uploads, place, driver, key } = await openUploads(10);
    const pictures = ['curves', 'scores'].map(pictureOf);
    const first = await uploads.blocks(place, key, pictures);
    expect(await uploads.blocks(place, key, pictures)).toEqual(first);
    expect(uploadsOf(driver)).toBe(2);
  });

  it('outlives a hiccup of the network in the middle of an upload', async () => {
    const { uploads, place, driver, key } = await openUploads(10);
    driver.faults.failNext('files.getUploadURLExternal', { hangUp: true });
    driver.faults.failNext('files.info', { status: 503 });
    expect(await uploads.blocks(place, key, [pictureOf('curves')])).toHaveLength(1);
  });

  it('cuts words that Slack would refuse', async () => {
    const { uploads, place, client, key } = await openUploads(10);
    const wordy = { ...pictureOf('w'), title: 't'.repeat(3000), altText: 'a'.repeat(3000) };
    const blocks = await uploads.blocks(place, key, [wordy]);
    await client.chat.postMessage({ channel: place.channel, text: 'picture', blocks });
  });
});
