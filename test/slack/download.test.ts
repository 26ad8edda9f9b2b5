import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadFile } from '../../src/slack/download.ts';
import { SILENT, workspaceForTest } from '../playground/support.ts';

const MB = 1_048_576;

describe('downloading a shared file', () => {
  let directory: string;
  const servers: ReturnType<typeof createServer>[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'download-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await rm(directory, { recursive: true, force: true });
  });

  const clientOf = (token: string, slackApiUrl: string) =>
    new WebClient(token, { slackApiUrl, logger: SILENT, retryConfig: { retries: 0 } });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Downloads from a made-up Slack whose `files.info` names this address; its own host serves `answer`. */
  async function downloadFrom(address: (origin: string) => string, answer: RequestListener) {
    let origin = '';
    origin = await serve((request, response) => {
      if (request.url !== '/api/files.info') return answer(request, response);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ok: true, file: { id: 'F1', url_private_download: address(origin) } }));
    });
    const slackApiUrl = `${origin}/api/`;
    const path = join(directory, 'data.csv');
    await downloadFile(clientOf('xoxb-secret', slackApiUrl), { fileId: 'F1', name: 'data.csv' }, path, {
      token: 'xoxb-secret',
      slackApiUrl,
      maxBytes: MB,
    });
    return readFile(path, 'utf8');
  }

  /** Downloads from the local workspace. */
  async function downloadUpload(
    upload: { bytes: string | Uint8Array; name?: string; size?: number },
    { token, maxBytes = MB }: { token?: string; maxBytes?: number } = {},
  ) {
    const { apiUrl, botToken, driver } = await workspaceForTest();
    const file = await driver.upload({ user: 'ana', name: 'data.csv', ...upload });
    const path = join(directory, 'data.csv');
    const options = { token: token ?? botToken, slackApiUrl: apiUrl, maxBytes };
    await downloadFile(clientOf(botToken, apiUrl), { fileId: file.id, name: file.name }, path, options);
    return readFile(path);
  }

  it('brings the very bytes to disk', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 256);
    expect(await downloadUpload({ bytes })).toEqual(Buffer.from(bytes));
  });

  it('does not take Slack’s sign-in page for the data', async () => {
    await expect(downloadUpload({ bytes: 'a,b\n1,2\n' }, { token: 'xoxb-of-nobody' })).rejects.toMatchObject({
      code: 'FILE_UNAVAILABLE',
    });
  });

  it('refuses a file by the size that Slack claims, before it begins', async () => {
    const claimed = downloadUpload({ bytes: 'a,b\n', size: 2048 * MB });
    await expect(claimed).rejects.toMatchObject({ code: 'DATA_TOO_LARGE' });
    await expect(stat(join(directory, 'data.csv'))).rejects.toThrow('ENOENT');
  });

  it('stops at the cap when there is more than Slack claimed', async () => {
    const bytes = new Uint8Array(300_000);
    await expect(downloadUpload({ bytes, size: 10 }, { maxBytes: 100_000 })).rejects.toMatchObject({
      code: 'DATA_TOO_LARGE',
      person: expect.stringContaining('data.csv is larger than'),
    });
  });

  it('says that a file is gone, whichever way Slack says so', async () => {
    const gone = downloadFrom(
      (origin) => `${origin}/gone`,
      (_, response) => response.writeHead(404).end(),
    );
    await expect(gone).rejects.toMatchObject({ code: 'FILE_UNAVAILABLE' });
    const { apiUrl, botToken } = await workspaceForTest();
    const unknown = downloadFile(clientOf(botToken, apiUrl), { fileId: 'F404', name: 'a.csv' }, directory, {
      token: botToken,
      slackApiUrl: apiUrl,
      maxBytes: MB,
    });
    await expect(unknown).rejects.toMatchObject({ code: 'FILE_UNAVAILABLE', retryable: false });
  });

  it('lets a passing failure of Slack pass, so that the job is tried again', async () => {
    const { apiUrl, botToken, driver } = await workspaceForTest();
    const file = await driver.upload({ user: 'ana', bytes: 'a,b\n', name: 'a.csv' });
    driver.faults.failNext('files.info', { status: 503 });
    const failed = downloadFile(clientOf(botToken, apiUrl), { fileId: file.id, name: 'a.csv' }, directory, {
      token: botToken,
      slackApiUrl: apiUrl,
      maxBytes: MB,
    });
    await expect(failed).rejects.not.toMatchObject({ code: 'FILE_UNAVAILABLE' });
  });

  it('never gives the token to another host', async () => {
    const seen: string[] = [];
    const foreign = await serve((request, response) => {
      seen.push(String(request.headers.authorization));
      response.end('a,b\n');
    });
    const addresses = [
      foreign,
      'http://files.slack.com/data.csv',
      'https://evilslack.com/data.csv',
      'https://files.slack.com.evil.example/data.csv',
      'https://files.slack.com@evil.example/data.csv',
      'file:///etc/hostname',
      'not an address',
    ];
    for (const address of addresses) {
      const answer: RequestListener = (_, response) => response.end();
      await expect(downloadFrom(() => address, answer)).rejects.toMatchObject({ code: 'FILE_UNAVAILABLE' });
    }
    expect(seen).toEqual([]);
  });

  it('follows no redirect with the token', async () => {
    const seen: string[] = [];
    const foreign = await serve((request, response) => {
      seen.push(String(request.headers.authorization));
      response.end('a,b\n');
    });
    const redirected = downloadFrom(
      (origin) => `${origin}/file`,
      (_, response) => response.writeHead(302, { location: foreign }).end(),
    );
    await expect(redirected).rejects.toMatchObject({ code: 'FILE_UNAVAILABLE' });
    expect(seen).toEqual([]);
  });

  it('shows the token to the workspace’s own host only', async () => {
    const seen: string[] = [];
    const text = await downloadFrom(
      (origin) => `${origin}/file`,
      (request, response) => {
        seen.push(String(request.headers.authorization));
        response.setHeader('content-type', 'text/csv');
        response.end('a,b\n1,2\n');
      },
    );
    expect(text).toBe('a,b\n1,2\n');
    expect(seen).toEqual(['Bearer xoxb-secret']);
  });
});
