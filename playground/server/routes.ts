import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileRoutes } from './file-routes.ts';
import type { PageApi } from './page-api.ts';
import { servePage } from './page-assets.ts';
import { readFields, sendJson } from './request.ts';
import type { ResponseUrls } from './response-urls.ts';
import { SlackError } from './slack-error.ts';
import type { WebApi } from './web-api/index.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The rooms behind the doors. */
interface Routes {
  host: string;
  api: WebApi;
  fileRoutes: FileRoutes;
  page: PageApi;
  responseUrls: ResponseUrls;
}

/** Leads one request to the room that its path names; everything else is the page. */
export async function route(
  routes: Routes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = addressOf(request);
  const [, door, ...rest] = pathname.split('/');
  if (door === 'api') await routes.api.handle(rest.join('/'), request, response);
  else if (door === 'upload' && request.method === 'POST') {
    await routes.fileRoutes.upload(rest[1] ?? '', request, response);
  } else if (door === 'files-pri' || door === 'files-tmb') {
    await routes.fileRoutes.download((rest[0] ?? '').split('-').at(-1) ?? '', request, response);
  } else if (door === 'actions' && request.method === 'POST') {
    await respondThroughUrl(routes.responseUrls, rest.at(-1) ?? '', request, response);
  } else if (door === 'page') {
    if (isOwnPage(request, routes.host)) await routes.page.handle(rest.join('/'), request, response);
    else
      sendJson(response, 403, {
        ok: false,
        error: 'forbidden',
        message: 'This door is for the page of this workspace.',
      });
  } else await servePage(pathname, response);
}

/** Slack answers a `response_url` with the word "ok". */
async function respondThroughUrl(
  responseUrls: ResponseUrls,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    responseUrls.respond(key, await readFields(request));
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    const isGone = error.code === 'used_url' || error.code === 'expired_url';
    sendJson(response, isGone ? 404 : 400, { ok: false, error: error.code, ...error.details });
  }
}

/** Another site's page, or one that reaches us under a foreign name, may not act for the people here. */
export function isOwnPage(request: IncomingMessage, boundHost: string): boolean {
  const { host = '', origin } = request.headers;
  const isTrusted = (name: string) =>
    LOOPBACK.has(boundHost) ? LOOPBACK.has(name) : name === hostName(host);
  return (
    isTrusted(hostName(host)) &&
    (origin === undefined || (URL.canParse(origin) && isTrusted(new URL(origin).hostname)))
  );
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '');
}

/** A request's path and query. */
export function addressOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://localhost');
}
