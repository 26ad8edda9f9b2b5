import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Files } from './files.ts';
import { parseParts, readBody } from './request.ts';
import type { StoredFile } from './types.ts';
import type { Workspace } from './workspace.ts';

const SIGN_IN_PAGE =
  '<!DOCTYPE html><html lang="en"><head><title>Sign in | Local workspace</title></head>' +
  '<body><h1>Sign in to the workspace to see this file</h1></body></html>';

/** The addresses from which and to which file bytes travel. */
export class FileRoutes {
  private readonly workspace: Workspace;
  private readonly files: Files;

  constructor(workspace: Workspace, files: Files) {
    this.workspace = workspace;
    this.files = files;
  }

  /** `POST /upload/v1/<ticket>`: the bytes as they are, or as any one part of a form. */
  async upload(ticket: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = this.files.redeemUploadAddress(ticket);
    if (!file) {
      response.writeHead(404).end('upload_url_not_found');
      return;
    }
    const type = request.headers['content-type'] ?? '';
    await this.files.receive(
      file,
      type.startsWith('multipart/form-data') ? await partOf(request, type) : request,
    );
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`OK - ${file.size}`);
  }

  /** `GET /files-pri/<team>-<file>/…`: the bytes for the app's token, Slack's sign-in page (with status 200) for anyone else. */
  async download(fileId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = this.workspace.files.get(fileId);
    const isSignedIn = request.headers.authorization === `Bearer ${this.workspace.app.bot_token}`;
    if (!isSignedIn || !file || file.state === 'awaiting_bytes') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(SIGN_IN_PAGE);
      return;
    }
    await this.send(file, response);
  }

  /** `GET /page/file/<file>`: the bytes for the page. */
  async show(fileId: string, response: ServerResponse): Promise<void> {
    const file = this.workspace.files.get(fileId);
    if (!file || file.state === 'awaiting_bytes') response.writeHead(404).end();
    else await this.send(file, response);
  }

  private async send(file: StoredFile, response: ServerResponse): Promise<void> {
    const { bytes, size } = await this.files.read(file);
    response.writeHead(200, {
      'content-length': size,
      'content-type': file.mimetype || 'application/octet-stream',
      'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      // An uploaded page must not run in the workspace's own origin.
      'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
      'x-content-type-options': 'nosniff',
    });
    await pipeline(bytes, response);
  }
}

async function partOf(request: IncomingMessage, contentType: string): Promise<Uint8Array> {
  const parts = await parseParts(await readBody(request), contentType);
  for (const value of parts.values()) {
    return typeof value === 'string' ? Buffer.from(value) : new Uint8Array(await value.arrayBuffer());
  }
  return new Uint8Array();
}
