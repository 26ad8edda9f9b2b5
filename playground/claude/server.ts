/** A server that speaks Anthropic's Messages API over a real socket and answers with a model that somebody wrote: for
 *  development without a key, and for tests of everything that a model and a network can do wrong. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { problemOf } from './check-request.ts';
import type { MessagesRequest } from './messages.ts';
import { PromptCache } from './prompt-cache.ts';
import { type Answer, eventsOf } from './stream-events.ts';

/** @param request as it came. @param turn counts requests from 0. */
export type PlayedModel = (request: MessagesRequest, turn: number) => Answer | Promise<Answer>;

export interface FakeClaude {
  /** For ANTHROPIC_BASE_URL. */
  readonly url: string;
  /** Every well-formed request so far, with its body as it came. */
  readonly requests: readonly { readonly body: string; readonly request: MessagesRequest }[];
  /** What was refused, and why. */
  readonly refused: readonly string[];
  /** Requests whose caller has hung up before the end. */
  readonly hungUp: number;
  /** Another model answers from now on. */
  play(model: PlayedModel): void;
  close(): Promise<void>;
}

export async function startFakeClaude(model: PlayedModel, port = 0): Promise<FakeClaude> {
  const cache = new PromptCache();
  const requests: { body: string; request: MessagesRequest }[] = [];
  const refused: string[] = [];
  let current = model;
  let hungUp = 0;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(incoming);
    const refuse = (status: number, type: string, message: string) => {
      if (status === 400) refused.push(message);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: randomUUID() }));
    };
    if (incoming.method !== 'POST' || incoming.url?.split('?')[0] !== '/v1/messages') {
      return refuse(404, 'not_found_error', 'Not found');
    }
    if (!incoming.headers.authorization && !incoming.headers['x-api-key'])
      return refuse(401, 'authentication_error', 'no key was sent');
    if (!incoming.headers['anthropic-version']) {
      return refuse(400, 'invalid_request_error', 'anthropic-version: header is required');
    }
    const request = JSON.parse(body) as MessagesRequest;
    const problem =
      problemOf(request) ?? (request.stream === true ? null : 'stream: only streams are played here');
    if (problem) return refuse(400, 'invalid_request_error', problem);
    requests.push({ body, request });
    let isDone = false;
    response.on('close', () => {
      if (!isDone) hungUp++;
    });
    const played = await current(request, requests.length - 1);
    if ('error' in played) {
      isDone = true;
      return refuse(played.error.status, played.error.type, played.error.type);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.flushHeaders();
    if ('silent' in played) return; // until the caller hangs up
    for (const event of eventsOf(played, request.model, cache.count(request))) {
      if (response.destroyed) return;
      if (event === 'cut') {
        isDone = true;
        response.destroy();
        return;
      }
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      // Each event is a packet of its own, as from a model that thinks.
      await new Promise((resolve) => setImmediate(resolve));
      if ('pauseMs' in played && event.type === 'content_block_delta') {
        await new Promise((resolve) => setTimeout(resolve, played.pauseMs));
      }
    }
    isDone = true;
    response.end();
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      process.stderr.write(`the played model failed: ${String(error)}\n`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    requests,
    refused,
    get hungUp() {
      return hungUp;
    },
    play: (next) => {
      current = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
