import type { IncomingMessage, ServerResponse } from 'node:http';
import { isFields } from './blocks/rules.ts';
import type { Fields } from './types.ts';

/** More than any Web API call or uploaded file of a demonstration needs. */
const MOST_BODY_BYTES = 1024 ** 3;

/** Reads a request's whole body. */
export async function readBody(
  request: IncomingMessage,
  limit = MOST_BODY_BYTES,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw new RangeError('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A body's fields, whether it came as a form, as JSON or in parts; a query string's fields count too. */
export async function readFields(request: IncomingMessage): Promise<Fields> {
  const query = Object.fromEntries(new URL(request.url ?? '/', 'http://localhost').searchParams);
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) {
    const parsed: unknown = JSON.parse(body.toString('utf8') || '{}');
    return { ...query, ...(isFields(parsed) ? parsed : {}) };
  }
  if (type.startsWith('multipart/form-data')) {
    return { ...query, ...Object.fromEntries(await parseParts(body, type)) };
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) };
}

/** The parts of a `multipart/form-data` body. */
export function parseParts(body: Buffer<ArrayBuffer>, contentType: string): Promise<FormData> {
  return new Response(body, { headers: { 'content-type': contentType } }).formData();
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
