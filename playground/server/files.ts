import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileTypeOf, PICTURE_TYPES } from './file-types.ts';
import { secret } from './ids.ts';
import { imageSize } from './image-size.ts';
import { SlackError } from './slack-error.ts';
import type { Fields, StoredFile } from './types.ts';
import type { Workspace } from './workspace.ts';

/** Enough of a picture to find its frame header behind a colour profile and a preview. */
const HEADER_BYTES = 256 * 1024;

/** Uploads, their bytes on disk, and the processing that comes a moment after an upload was completed. */
export class Files {
  private readonly workspace: Workspace;
  private readonly folder: string;
  private readonly processingMs: number;
  private readonly tickets = new Map<string, string>();
  private readonly timers = new Set<NodeJS.Timeout>();

  /**
   * @param folder where the bytes are kept, one file per id.
   * @param processingMs how long after completion a file gets its type and thumbnails.
   */
  constructor(workspace: Workspace, folder: string, processingMs: number) {
    this.workspace = workspace;
    this.folder = folder;
    this.processingMs = processingMs;
  }

  /** Registers a file that has no bytes yet. */
  begin(draft: Pick<StoredFile, 'user' | 'name' | 'size'> & { alt_txt?: string }): StoredFile {
    const file: StoredFile = {
      ...draft,
      id: this.workspace.ids.next('F'),
      title: draft.name,
      created: Math.floor(Date.now() / 1000),
      mimetype: '',
      filetype: '',
      pretty_type: '',
      shares: [],
      state: 'awaiting_bytes',
    };
    this.workspace.files.set(file.id, file);
    return file;
  }

  /** The address to which the bytes of a file may be posted, once. */
  issueUploadAddress(file: StoredFile): string {
    const ticket = secret();
    this.tickets.set(ticket, file.id);
    return `${this.workspace.origin}/upload/v1/${ticket}`;
  }

  /** The file that an upload address belongs to; undefined when it is unknown or used. */
  redeemUploadAddress(ticket: string): StoredFile | undefined {
    const id = this.tickets.get(ticket);
    this.tickets.delete(ticket);
    return id === undefined ? undefined : this.workspace.files.get(id);
  }

  /** Stores a file's bytes and the size that was seen. */
  async receive(file: StoredFile, bytes: Readable | Uint8Array): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const source = bytes instanceof Uint8Array ? [bytes] : bytes;
    await pipeline(source, createWriteStream(this.path(file.id)));
    file.size = (await stat(this.path(file.id))).size;
    file.state = 'uploaded';
  }

  /** Processes a file after Slack's usual moment; `then` runs afterwards. */
  processLater(file: StoredFile, then: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.process(file).then(then);
    }, this.processingMs);
    this.timers.add(timer);
  }

  /** Gives a file its type and, when it is a picture, its size and thumbnails. */
  async process(file: StoredFile): Promise<void> {
    const { filetype, mimetype, pretty } = fileTypeOf(file.name);
    const size = PICTURE_TYPES.has(filetype) ? imageSize(await this.head(file.id)) : undefined;
    if (!this.workspace.files.has(file.id)) return;
    Object.assign(file, { filetype, mimetype, pretty_type: pretty, state: 'processed' });
    if (size) Object.assign(file, { original_w: size.width, original_h: size.height });
    this.workspace.putFile(file);
  }

  /** Whether an image block may show this `slack_file` already. */
  pictureIsReady(reference: Fields): boolean {
    const id = String(reference.id ?? reference.url).match(/F[A-Z0-9]{6,}/)?.[0] ?? '';
    const file = this.workspace.files.get(id);
    return file?.state === 'processed' && PICTURE_TYPES.has(file.filetype);
  }

  /**
   * A file that exists for the app.
   * @throws SlackError `file_not_found`.
   */
  get(id: string): StoredFile {
    const file = this.workspace.files.get(id);
    if (!file || file.state === 'awaiting_bytes') throw new SlackError('file_not_found');
    return file;
  }

  /** Opens a file's bytes for reading; `size` is their true number, whatever the file claims. */
  async read(file: StoredFile): Promise<{ bytes: Readable; size: number }> {
    const { size } = await stat(this.path(file.id));
    return { bytes: createReadStream(this.path(file.id)), size };
  }

  /** Removes a file everywhere it was shared. */
  async delete(file: StoredFile): Promise<void> {
    this.workspace.files.delete(file.id);
    await rm(this.path(file.id), { force: true });
    for (const share of file.shares) {
      const message = this.workspace.message(share.channel, share.ts);
      if (!message) continue;
      message.file_ids = message.file_ids.filter((id) => id !== file.id);
      this.workspace.putMessage(message);
    }
    this.workspace.announce({ type: 'file_deleted', id: file.id });
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** Where a file's bytes lie. */
  path(id: string): string {
    return join(this.folder, id);
  }

  /** The first bytes; none when the file was deleted while it waited. */
  private async head(id: string): Promise<Buffer> {
    const handle = await open(this.path(id)).catch(() => undefined);
    if (!handle) return Buffer.alloc(0);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  }
}
