/** A bucket on this machine that speaks S3 as its documentation has it: objects in memory, pages of names, uploads in
 *  parts, and requests signed with version 4 of the signature, which is checked. */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
}

export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What was asked so far: `GET key`. */
  readonly requests: string[];
  /** By key. */
  readonly objects: Map<string, StoredObject>;
  /** The next requests are answered with 503, as a busy server does. */
  refuse(times: number): void;
  close(): Promise<void>;
}

/** Names in one page of a list. */
const PAGE = 3;

export async function startS3Server(): Promise<S3Server> {
  const bucket = 'models';
  const credentials = { accessKeyId: 'TESTKEY', secretAccessKey: randomUUID() };
  const objects = new Map<string, StoredObject>();
  const uploads = new Map<string, Map<number, StoredObject>>();
  const requests: string[] = [];
  let refusals = 0;

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await read(request);
    const key = decodeURIComponent(url.pathname.slice(`/${bucket}/`.length));
    requests.push(`${request.method} ${key}`);
    if (refusals > 0) {
      refusals--;
      return fail(response, 503, 'SlowDown');
    }
    if (!isSigned(request, url, body, credentials)) return fail(response, 403, 'SignatureDoesNotMatch');
    if (url.pathname !== `/${bucket}` && !url.pathname.startsWith(`/${bucket}/`))
      return fail(response, 404, 'NoSuchBucket');
    if (key === '') {
      if (request.method === 'HEAD') return end(response, 200);
      return sendXml(response, listPage(url.searchParams));
    }
    return answerObject(request, response, url.searchParams, key, body);
  });

  function answerObject(
    { method, headers }: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
    key: string,
    body: Buffer,
  ): ServerResponse {
    const uploadId = query.get('uploadId');
    const parts = uploadId === null ? undefined : uploads.get(uploadId);
    if (uploadId !== null && !parts) return fail(response, 404, 'NoSuchUpload');
    if (method === 'POST' && query.has('uploads')) {
      const id = randomUUID();
      uploads.set(id, new Map());
      return sendXml(
        response,
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (method === 'PUT' && parts) {
      const part = stored(body);
      parts.set(Number(query.get('partNumber')), part);
      return end(response, 200, { etag: part.etag });
    }
    if (method === 'POST' && parts && uploadId !== null) {
      const wanted = [...String(body).matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map((match) =>
        Number(match[1]),
      );
      objects.set(key, stored(Buffer.concat(wanted.map((number) => parts.get(number)?.bytes as Buffer))));
      uploads.delete(uploadId);
      return sendXml(response, '<CompleteMultipartUploadResult></CompleteMultipartUploadResult>');
    }
    if (method === 'DELETE' && uploadId !== null) {
      uploads.delete(uploadId);
      return end(response, 204);
    }
    if (method === 'PUT') {
      const object = stored(body);
      objects.set(key, object);
      return end(response, 200, { etag: object.etag });
    }
    if (method === 'DELETE') {
      objects.delete(key);
      return end(response, 204);
    }
    const object = objects.get(key);
    if (!object) return fail(response, 404, 'NoSuchKey');
    if (headers['if-match'] && headers['if-match'] !== object.etag)
      return fail(response, 412, 'PreconditionFailed');
    response.writeHead(200, { etag: object.etag, 'content-length': object.bytes.length });
    return response.end(method === 'HEAD' ? undefined : object.bytes);
  }

  function listPage(query: URLSearchParams): string {
    const after = query.get('continuation-token') ?? '';
    const prefix = query.get('prefix') ?? '';
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, PAGE);
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    const isTruncated = keys.length > page.length;
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents}</ListBucketResult>`;
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    credentials,
    requests,
    objects,
    refuse(times) {
      refusals = times;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function stored(bytes: Buffer): StoredObject {
  return { bytes, etag: `"${createHash('md5').update(bytes).digest('hex')}"` };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function sendXml(response: ServerResponse, xml: string): ServerResponse {
  response.writeHead(200, { 'content-type': 'application/xml' });
  return response.end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): ServerResponse {
  return response.writeHead(status, headers).end();
}

function fail(response: ServerResponse, status: number, code: string): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/xml' });
  return response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  );
}

/** "Authenticating requests: using the Authorization header (AWS Signature Version 4)". */
function isSigned(
  { method = '', headers }: IncomingMessage,
  url: URL,
  body: Buffer,
  { accessKeyId, secretAccessKey }: S3Server['credentials'],
): boolean {
  const [, scope = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const [keyId, date = '', region = '', service = '', end = ''] = scope.split('/');
  const bodyHash = String(headers['x-amz-content-sha256']);
  if (keyId !== accessKeyId || bodyHash !== sha256(body)) return false;
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, url.pathname, query, signed.join(''), names, bodyHash].join('\n');
  const text = [
    'AWS4-HMAC-SHA256',
    headers['x-amz-date'],
    [date, region, service, end].join('/'),
    sha256(canonical),
  ];
  const key = [date, region, service, end].reduce<Buffer | string>(
    (k, part) => hmac(k, part),
    `AWS4${secretAccessKey}`,
  );
  return hmac(key, text.join('\n')).toString('hex') === signature;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
