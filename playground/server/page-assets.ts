import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../ui/dist/', import.meta.url));
const NOT_BUILT =
  'The page of the local workspace has not been built yet. Run `npm run build`, then reload.\n';

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.map': 'application/json',
};

/** Serves the built page; any address without a file behind it shows the page itself, so that permalinks work. */
export async function servePage(pathname: string, response: ServerResponse): Promise<void> {
  const path = (await fileAt(pathname)) ?? (await fileAt('/index.html'));
  if (!path) {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(NOT_BUILT);
    return;
  }
  response.writeHead(200, { 'content-type': CONTENT_TYPES[extname(path)] ?? 'application/octet-stream' });
  await pipeline(createReadStream(path), response);
}

async function fileAt(pathname: string): Promise<string | undefined> {
  const path = normalize(join(DIST, decodeURIComponent(pathname)));
  if (!path.startsWith(DIST.endsWith(sep) ? DIST : DIST + sep)) return undefined;
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? path : undefined;
}
