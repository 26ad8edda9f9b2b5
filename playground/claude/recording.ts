/** Conversations with the real model on file: one request and the events of its answer per line. Keys are in headers,
 *  and headers are not recorded. */
import { appendFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { type MessagesRequest, textOf } from './messages.ts';
import type { PlayedModel } from './server.ts';
import type { StreamEvent } from './stream-events.ts';

interface Line {
  readonly request: MessagesRequest;
  readonly events: readonly StreamEvent[];
}

/** Plays the answers in the order of the file, whatever is asked. Where the newest message of the request is not the
 *  recorded one, the conversation has taken another way, which is an error. */
export async function replayed(file: string): Promise<PlayedModel> {
  const lines = (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  return (request, turn) => {
    const line = lines[turn];
    if (!line) throw new Error(`the recording has only ${lines.length} answers`);
    const [asked, recorded] = [request, line.request].map(({ messages }) => lastWords(messages));
    if (asked !== recorded) throw new Error(`request ${turn} is not the recorded one: ${asked}`);
    return { events: line.events };
  };
}

/** Of the newest message what a person or a tool has said; ids differ from time to time. */
function lastWords(messages: MessagesRequest['messages']): string {
  const last = messages.at(-1);
  return last ? textOf(last).replace(/<data from="situation">[\s\S]*$/, '') : '';
}

/** Hands requests on to `target` and writes down what comes back. */
export async function startRecorder(
  file: string,
  target: string,
  port = 0,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (incoming, response) => {
    try {
      const body = await readText(incoming);
      const headers = Object.entries(incoming.headers).filter(
        ([name]) =>
          name === 'x-api-key' ||
          name === 'authorization' ||
          name === 'content-type' ||
          name.startsWith('anthropic-'),
      );
      const answer = await fetch(new URL(incoming.url ?? '/', target), {
        method: incoming.method ?? 'POST',
        headers: headers as [string, string][],
        body,
      });
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/json',
      });
      let whole = '';
      const decoder = new TextDecoder();
      for await (const bytes of answer.body ?? []) {
        whole += decoder.decode(bytes, { stream: true });
        response.write(bytes);
      }
      response.end();
      const events = whole
        .split('\n')
        .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
      if (answer.ok) await appendFile(file, `${JSON.stringify({ request: JSON.parse(body), events })}\n`);
    } catch (error) {
      process.stderr.write(`not recorded: ${String(error)}\n`);
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
