/** Brings a shared file's bytes to disk. The token goes only to the workspace's own file host. */
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FilesInfoResponse, WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { ModelwrightError } from '../errors/errors.ts';

export interface DownloadOptions {
  readonly token: string;
  /** Where the Web API lives when it is not Slack's own; its host may serve files too. */
  readonly slackApiUrl: string | null;
  readonly maxBytes: number;
}

const TIMEOUT_MS = 120_000;

/** Streams the file to `path`.
 *  @throws DATA_TOO_LARGE, FILE_UNAVAILABLE */
export async function downloadFile(
  client: WebClient,
  file: { readonly fileId: string; readonly name: string },
  path: string,
  options: DownloadOptions,
): Promise<void> {
  const unavailable = (detail: string, cause?: unknown) =>
    new ModelwrightError('FILE_UNAVAILABLE', { name: file.name, detail }, cause ? { cause } : undefined);
  // Asked anew every time: in shared channels the event itself only carries the id.
  const { file: info } = await client.files.info({ file: file.fileId }).catch((cause): FilesInfoResponse => {
    // Slack knows of no such file, or not for us: asking again would not help.
    throw cause instanceof WebAPIPlatformError ? unavailable(cause.data.error, cause) : cause;
  });
  if ((info?.size ?? 0) > options.maxBytes) throw tooLarge(file.name, options.maxBytes);
  const url = info?.url_private_download ?? info?.url_private;
  if (!url) throw unavailable('it has no download address');
  if (!mayCarryToken(url, options.slackApiUrl)) throw unavailable('its address is not on the file host');

  let response: Response;
  try {
    response = await fetch(url, {
      headers: { Authorization: `Bearer ${options.token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw unavailable('the download failed', cause);
  }
  // A token without access gets a sign-in page with status 200 instead of an error.
  const isSignInPage =
    (response.headers.get('content-type') ?? '').startsWith('text/html') && !/\.html?$/i.test(file.name);
  if (!response.ok || !response.body || isSignInPage) {
    await response.body?.cancel();
    throw unavailable(`status ${response.status}`);
  }
  await pipeline(
    Readable.fromWeb(response.body as import('node:stream/web').ReadableStream),
    capped(options.maxBytes, () => tooLarge(file.name, options.maxBytes)),
    createWriteStream(path),
  );
}

function tooLarge(name: string, maxBytes: number): ModelwrightError {
  return new ModelwrightError('DATA_TOO_LARGE', { name, limit: `${Math.round(maxBytes / 1048576)} MB` });
}

function mayCarryToken(url: string, slackApiUrl: string | null): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, host } = new URL(url);
  if (slackApiUrl && host === new URL(slackApiUrl).host) return true;
  return protocol === 'https:' && (hostname === 'slack.com' || hostname.endsWith('.slack.com'));
}

function capped(maxBytes: number, error: () => Error): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(error());
      else done(null, chunk);
    },
  });
}
