import { readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type DownloadOptions, downloadDataset } from '../../src/datasets/download-dataset.ts';
import { makeFolder, sentenceOf } from './files.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** @returns `host:port` of a server on the loopback address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function refusal(
  url: string,
  options: DownloadOptions = {},
): Promise<{ sentence: string; left: string[] }> {
  const folder = await makeFolder();
  const sentence = await sentenceOf(downloadDataset(url, folder, options));
  return { sentence, left: await readdir(folder) };
}

describe('downloadDataset', () => {
  it('saves what a trusted server sends, following its redirects', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/data.csv' }).end();
      else response.end('a,b\n1,2\n');
    });
    const path = await downloadDataset(`http://${host}/`, await makeFolder(), { trustedHosts: [host] });
    expect(await readFile(path, 'utf8')).toBe('a,b\n1,2\n');
  });

  it.each([
    'https://127.0.0.1/x.csv',
    'https://localhost/x.csv',
    'https://10.1.2.3/x.csv',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/x.csv',
    'https://[::ffff:10.0.0.1]/x.csv',
    'https://2130706433/x.csv',
    'https://0x7f.1/x.csv',
    'http://192.168.0.1/x.csv',
    'https://100.64.0.1/x.csv',
    'https://0.0.0.0/x.csv',
  ])('does not open the private address of %s', async (url) => {
    const { sentence } = await refusal(url);
    expect(sentence).toMatch(
      /^The link leads to a private network address \(.+\), which I do not open\. Please upload the file here instead\.$/,
    );
  });

  it('does not follow a redirect from a trusted server to a private address', async () => {
    const inner = await serve((_, response) => response.end('secret,file\n'));
    const host = await serve((_, response) =>
      response.writeHead(302, { location: `http://${inner}/` }).end(),
    );
    const { sentence, left } = await refusal(`http://${host}/`, { trustedHosts: [host] });
    expect(sentence).toMatch(/^The link leads to a private network address \(127\.0\.0\.1\)/);
    expect(left).toEqual([]);
  });

  it.each([
    'ftp://example.org/x.csv',
    'file:///etc/hosts',
    'data.csv',
    'https://me:secret@example.org/x.csv',
  ])('takes only plain https links, not %s', async (url) => {
    expect((await refusal(url)).sentence).toBe(
      'I can only fetch data from a plain https link (without a user name or password in it). Please check the link, or upload the file here.',
    );
  });

  it('gives up on a server that does not answer in time, or stops in the middle', async () => {
    const silent = await serve(() => undefined);
    const { sentence } = await refusal(`http://${silent}/`, { trustedHosts: [silent], timeoutMs: 200 });
    expect(sentence).toBe(
      `${silent} did not deliver the file within 1 seconds. Please try again, or upload the file here.`,
    );
    const slow = await serve((_, response) => response.write('a,b\n'));
    const stuck = await refusal(`http://${slow}/`, { trustedHosts: [slow], timeoutMs: 300 });
    expect(stuck.sentence).toMatch(/did not deliver the file within/);
    expect(stuck.left).toEqual([]);
  });

  it('refuses a web page, declared or not', async () => {
    const sentence = (host: string) =>
      `The link to ${host} opens a web page, not a data file. Please send the direct download link ("raw" on GitHub), or upload the file here.`;
    const declared = await serve((_, response) =>
      response.setHeader('content-type', 'text/html; charset=utf-8').end('<p>'),
    );
    expect((await refusal(`http://${declared}/`, { trustedHosts: [declared] })).sentence).toBe(
      sentence(declared),
    );
    const hidden = await serve((_, response) => response.end('  <!doctype html><title>Sign in</title>'));
    expect((await refusal(`http://${hidden}/`, { trustedHosts: [hidden] })).sentence).toBe(sentence(hidden));
  });

  it('stops at the size limit, declared or not, and leaves nothing behind', async () => {
    const expected =
      'The file behind the link is larger than 1 MB, the most that I read. Please send a sample of the rows, or a Parquet or gzip file.';
    const declared = await serve((_, response) =>
      response.setHeader('content-length', 2_147_483_648).write('x'),
    );
    const options = { maxBytes: 1_048_576 };
    expect((await refusal(`http://${declared}/`, { ...options, trustedHosts: [declared] })).sentence).toBe(
      expected,
    );
    const endless = await serve((_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(300_000, 'a')), 1);
      response.on('close', () => clearInterval(timer));
    });
    const { sentence, left } = await refusal(`http://${endless}/`, { ...options, trustedHosts: [endless] });
    expect(sentence).toBe(expected);
    expect(left).toEqual([]);
  });

  it('says what the server answered, and stops endless redirects', async () => {
    const missing = await serve((_, response) => response.writeHead(404).end());
    expect((await refusal(`http://${missing}/`, { trustedHosts: [missing] })).sentence).toBe(
      `${missing} answered with status 404 instead of the file. Please check that the link is public, or upload the file here.`,
    );
    const circle = await serve((_, response) => response.writeHead(302, { location: '/again' }).end());
    expect((await refusal(`http://${circle}/`, { trustedHosts: [circle] })).sentence).toBe(
      'The link redirects more than 5 times without reaching a file. Please send the final link, or upload the file here.',
    );
  });

  it('says when a host does not exist', async () => {
    expect((await refusal('https://no-such-host.invalid/x.csv')).sentence).toBe(
      'I could not reach no-such-host.invalid. Please check the link, or upload the file here.',
    );
  });
});
