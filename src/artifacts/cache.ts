/** Objects from afar as files: each version is fetched once by a machine and kept by the hash of its name and version,
 *  while there is room. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { ModelwrightError } from '../errors/errors.ts';

export interface CacheOptions {
  /** Where objects that were asked for as files are kept. Several processes may share it. */
  readonly folder: string;
  /** Of all of them; what was not used for longest goes first. */
  readonly maxBytes: number;
}

export interface Cache {
  /** A file with the bytes of that version. Askers of the same version wait for one fetch.
   *  @throws ModelwrightError ARTIFACT_DAMAGED where the name is the hash of other bytes than came. */
  path(name: string, version: string, fetch: () => Promise<ReadableStream>): Promise<string>;
}

/** Whoever was given a path may not have opened it yet, so a file is left alone for so long after it was asked for. */
const IN_USE_MS = 10 * 60_000;
/** A draft this old was left by a process that died. */
const ABANDONED_MS = 24 * 3_600_000;
const DRAFT = '.draft';

export async function openCache({ folder, maxBytes }: CacheOptions): Promise<Cache> {
  const root = resolve(folder);
  await mkdir(root, { recursive: true });
  const fetching = new Map<string, Promise<string>>();

  async function fetchTo(path: string, name: string, fetch: () => Promise<ReadableStream>): Promise<string> {
    const draft = `${path}.${randomUUID()}${DRAFT}`;
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    try {
      await pipeline(Readable.fromWeb(await fetch()), hashing, createWriteStream(draft));
      const expected = /(?:^|\/)([0-9a-f]{64})$/.exec(name)?.[1];
      const found = hash.digest('hex');
      if (expected !== undefined && expected !== found)
        throw new ModelwrightError('ARTIFACT_DAMAGED', { name, found });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await makeRoom(root, maxBytes, path);
    return path;
  }

  return {
    async path(name, version, fetch) {
      const key = createHash('sha256').update(`${name}\0${version}`).digest('hex');
      const path = join(root, key);
      const now = new Date();
      const isThere = await utimes(path, now, now).then(
        () => true,
        () => false,
      );
      if (isThere) return path;
      const known = fetching.get(key);
      if (known) return known;
      const fetched = fetchTo(path, name, fetch).finally(() => fetching.delete(key));
      fetching.set(key, fetched);
      return fetched;
    },
  };
}

/** Removes what was not asked for lately until the rest fits. @param newest is kept. */
async function makeRoom(root: string, maxBytes: number, newest: string): Promise<void> {
  const files: { path: string; size: number; usedMs: number }[] = [];
  for (const name of await readdir(root)) {
    const path = join(root, name);
    const found = await stat(path).catch(() => null); // another process may have removed it
    if (found) files.push({ path, size: found.size, usedMs: found.mtimeMs });
  }
  const nowMs = Date.now();
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size, usedMs } of files.sort((a, b) => a.usedMs - b.usedMs)) {
    const leftAlone = path.endsWith(DRAFT) ? ABANDONED_MS : IN_USE_MS;
    if (path === newest || nowMs - usedMs < leftAlone) continue;
    if (bytes <= maxBytes && !path.endsWith(DRAFT)) continue;
    await rm(path, { force: true });
    bytes -= size;
  }
}
