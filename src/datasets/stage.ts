/** Brings a file of unknown content to where DuckDB may read it: hashed, unpacked, in UTF-8, under a name of ours.
 *  DuckDB expands `*` and `?` in paths, so it never sees the name that a person chose. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ModelwrightError } from '../errors/errors.ts';
import { detectEncoding, transcode } from './encoding.ts';
import { isZip, looksLikeHtml, sniffContainer, sniffJson } from './format.ts';

export type DatasetFormat = 'csv' | 'tsv' | 'jsonl' | 'json' | 'parquet' | 'zip';

export interface StagedFile {
  /** In `directory`, readable by DuckDB. */
  readonly path: string;
  readonly directory: string;
  /** SHA-256 of the file as it came, hex. */
  readonly hash: string;
  /** Size of the file as it came. */
  readonly bytes: number;
  readonly content: 'delimited' | 'jsonl' | 'json' | 'parquet' | 'zip';
  /** The first megabyte of text ('' for Parquet and zip), and whether that is all of it. */
  readonly head: string;
  readonly headIsAll: boolean;
  readonly notes: readonly string[];
}

const HEAD_BYTES = 1 << 20;

/** Stages `filePath`, hands it to `use`, and removes what was staged, however `use` ends.
 *  @param maxInflatedBytes cap on what a gzip file may unpack to. */
export async function withStagedFile<T>(
  filePath: string,
  { name, maxBytes, maxInflatedBytes }: { name: string; maxBytes: number; maxInflatedBytes: number },
  use: (staged: StagedFile) => Promise<T>,
): Promise<T> {
  const bytes = await sizeOf(filePath, name);
  if (bytes === 0) throw new ModelwrightError('DATA_EMPTY', { name });
  if (bytes > maxBytes) throw new ModelwrightError('DATA_TOO_LARGE', { name, limit: megabytes(maxBytes) });
  const directory = await mkdtemp(join(tmpdir(), `modelwright-data-${process.pid}-`));
  try {
    const notes: string[] = [];
    const hash = await sha256File(filePath);
    let source = resolve(filePath);
    let container = sniffContainer(await readHead(source, 64), name);
    if (container === 'gzip') {
      source = await inflate(source, join(directory, 'inflated'), name, maxInflatedBytes);
      container = sniffContainer(await readHead(source, 64), name);
      if (container === 'gzip') {
        throw new ModelwrightError('DATA_UNSUPPORTED', { name, kind: 'a gzip file inside a gzip file' });
      }
    }
    const common = { directory, hash, bytes, notes };
    if (container === 'zip') {
      return await use({ ...common, path: source, content: 'zip', head: '', headIsAll: false });
    }
    if (container === 'parquet') {
      const path = join(directory, 'table.parquet');
      await symlink(source, path);
      return await use({ ...common, path, content: 'parquet', head: '', headIsAll: false });
    }
    const text = await stageText(source, directory, name, notes);
    return await use({ ...common, ...text });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Whether the file is a zip archive, by its first bytes; false where there is no such file. */
export async function isZipFile(path: string): Promise<boolean> {
  const head = await readHead(path, 4).catch(() => null);
  return head !== null && isZip(head);
}

/** A size for people: "500 MB". */
export function megabytes(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KB` : `${Math.round(bytes / 1_048_576)} MB`;
}

async function stageText(
  source: string,
  directory: string,
  name: string,
  notes: string[],
): Promise<Pick<StagedFile, 'path' | 'content' | 'head' | 'headIsAll'>> {
  const encoding = await detectEncoding(source, await readHead(source, 1 << 16), name);
  const path = join(directory, 'table.txt');
  if (encoding === 'utf-8') {
    await symlink(source, path);
  } else {
    await transcode(source, encoding, path);
    const label = encoding === 'windows-1252' ? 'Windows-1252 (Latin)' : 'UTF-16';
    notes.push(`The file is not UTF-8; I read it as ${label}. Please check accented letters.`);
  }
  const headBytes = await readHead(path, HEAD_BYTES);
  const headIsAll = (await stat(path)).size <= headBytes.length;
  const head = new TextDecoder().decode(headBytes, { stream: !headIsAll });
  if (head.trim() === '' && headIsAll) throw new ModelwrightError('DATA_EMPTY', { name });
  if (looksLikeHtml(head)) throw new ModelwrightError('DATA_HTML', { name });
  return { path, content: sniffJson(head) ?? 'delimited', head, headIsAll };
}

async function sizeOf(path: string, name: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new ModelwrightError('DATA_FILE_NOT_FOUND', { name });
  return found.size;
}

async function readHead(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Hex. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function inflate(source: string, destination: string, name: string, maxBytes: number): Promise<string> {
  let inflated = 0;
  const capped = new Transform({
    transform(chunk: Uint8Array, _, done) {
      inflated += chunk.length;
      if (inflated <= maxBytes) done(null, chunk);
      else done(new ModelwrightError('DATA_INFLATED_TOO_LARGE', { name, limit: megabytes(maxBytes) }));
    },
  });
  try {
    await pipeline(createReadStream(source), createGunzip(), capped, createWriteStream(destination));
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('Z_')) throw error;
    throw new ModelwrightError('DATA_GZIP_DAMAGED', { name, detail: error.message }, { cause: error });
  }
  if (inflated === 0) throw new ModelwrightError('DATA_EMPTY', { name });
  return destination;
}
