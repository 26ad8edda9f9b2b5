/** A data set behind an https link, streamed to disk. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent, type Dispatcher, request } from 'undici';
import { ModelwrightError } from '../errors/errors.ts';
import { looksLikeHtml } from './format.ts';
import { resolvePublicAddress } from './public-address.ts';
import { megabytes } from './stage.ts';

export interface DownloadOptions {
  /** Default 512 MB. */
  readonly maxBytes?: number;
  /** Wall clock for the whole download, redirects included. Default 120 000. */
  readonly timeoutMs?: number;
  /** `host:port` of servers that may be reached over http and at a private address: the local workspace. Redirects
   *  that leave them are checked like any other. */
  readonly trustedHosts?: readonly string[];
}

const MAX_REDIRECTS = 5;

/** Downloads to a new file in `directory`. Every hop must be https without credentials and resolve to public
 *  addresses only; the connection goes to the very address that was checked.
 *  @returns the file's path; its name is ours, not the server's.
 *  @throws URL_* for the link, DATA_TOO_LARGE; nothing is left on disk then. */
export async function downloadDataset(
  url: string,
  directory: string,
  options: DownloadOptions = {},
): Promise<string> {
  const { maxBytes = 512 * 1_048_576, timeoutMs = 120_000, trustedHosts = [] } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  const path = join(directory, `download-${randomUUID()}`);
  let hop = parseUrl(url);
  try {
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const next = await visit(hop, path, { maxBytes, signal, trustedHosts });
      if (next === null) return path;
      hop = parseUrl(next);
    }
    throw new ModelwrightError('URL_REDIRECTS', { host: hop.host, limit: MAX_REDIRECTS });
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof ModelwrightError) throw error;
    const { host } = hop;
    if (signal.aborted)
      throw new ModelwrightError('URL_TIMEOUT', { host, seconds: Math.ceil(timeoutMs / 1000) });
    throw new ModelwrightError('URL_UNREACHABLE', { host, detail: String(error) }, { cause: error });
  }
}

interface VisitOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly trustedHosts: readonly string[];
}

/** One request. @returns where it redirects to, or null once the body is saved. */
async function visit(
  url: URL,
  path: string,
  { maxBytes, signal, trustedHosts }: VisitOptions,
): Promise<string | null> {
  const agent = trustedHosts.includes(url.host) ? new Agent() : await pinnedAgent(url, signal);
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      signal,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'modelwright' },
    });
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      return new URL(String(headers.location), url).href;
    }
    if (statusCode !== 200) throw new ModelwrightError('URL_REFUSED', { host: url.host, status: statusCode });
    if (/text\/html|application\/xhtml/i.test(String(headers['content-type']))) {
      throw new ModelwrightError('URL_HTML', { host: url.host });
    }
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    await save(body, path, url.host, maxBytes, signal);
    return null;
  } finally {
    await agent.destroy();
  }
}

/** An agent that connects to the address that was checked, whatever the name resolves to by then. The address is
 *  judged before the protocol, so that a link into our network is called that. */
async function pinnedAgent(url: URL, signal: AbortSignal): Promise<Dispatcher> {
  const { address, family } = await orAborted(resolvePublicAddress(url.hostname), signal);
  if (url.protocol !== 'https:')
    throw new ModelwrightError('URL_INVALID', { detail: `protocol ${url.protocol}` });
  return new Agent({
    connect: {
      lookup: (_, options, done) =>
        options.all ? done(null, [{ address, family }]) : done(null, address, family),
    },
  });
}

async function save(
  body: Readable,
  path: string,
  host: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<void> {
  let bytes = 0;
  const checked = new Transform({
    transform(chunk: Uint8Array, _, done) {
      const isFirst = bytes === 0;
      bytes += chunk.length;
      if (isFirst && looksLikeHtml(new TextDecoder().decode(chunk.subarray(0, 4096)))) {
        done(new ModelwrightError('URL_HTML', { host }));
      } else if (bytes > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
  await pipeline(body, checked, createWriteStream(path), { signal });
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ModelwrightError('URL_INVALID', { detail: 'not an https URL' });
  if (url.username || url.password)
    throw new ModelwrightError('URL_INVALID', { detail: 'it holds credentials' });
  return url;
}

function tooLarge(maxBytes: number): ModelwrightError {
  return new ModelwrightError('DATA_TOO_LARGE', {
    name: 'The file behind the link',
    limit: megabytes(maxBytes),
  });
}

/** Name resolution knows no signal of its own. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
  ]);
}
