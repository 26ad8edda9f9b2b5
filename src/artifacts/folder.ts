/** Artifacts in a folder: each is a file of its name. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Artifacts } from '../thread/ports.ts';
import { checkName, checkPrefix } from './names.ts';

/** Where files are written before they get their names; no artifact's name begins with a dot. */
const DRAFTS = '.drafts';

/** A draft this old was left by a process that died. */
const ABANDONED_MS = 24 * 3600 * 1000;

/** Opens the folder, creating it when absent. Several processes may share it. A file has its name only when all of
 *  its bytes are on the disk, so a reader, or a crash, never meets half an artifact. */
export async function openFolderArtifacts(folder: string): Promise<Artifacts> {
  const root = resolve(folder);
  const drafts = join(root, DRAFTS);
  await mkdir(drafts, { recursive: true });
  await removeAbandoned(drafts);

  async function publish(name: string, write: (draft: string) => Promise<void>): Promise<void> {
    const path = pathOf(root, name);
    const draft = join(drafts, randomUUID());
    try {
      await write(draft);
      await sync(draft);
      await mkdir(dirname(path), { recursive: true });
      await rename(draft, path);
      await sync(dirname(path));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  return {
    put: (name, bytes) =>
      publish(name, async (draft) => {
        const file = await open(draft, 'wx');
        await file.writeFile(bytes);
        await file.close();
      }),

    /** Copies, sharing the blocks where the file system can. */
    putFile: (name, path) => publish(name, (draft) => copyFile(path, draft, constants.COPYFILE_FICLONE)),

    async get(name) {
      return orNull(readFile(pathOf(root, name)));
    },

    async localPath(name) {
      const path = pathOf(root, name);
      const found = await orNull(stat(path));
      return found?.isFile() ? path : null;
    },

    async list(prefix) {
      checkPrefix(prefix);
      const directory = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const entries = await orNull(readdir(join(root, directory), { recursive: true, withFileTypes: true }));
      return (entries ?? [])
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .filter((name) => name.startsWith(prefix) && !name.startsWith(`${DRAFTS}/`))
        .sort();
    },

    async remove(name) {
      await rm(pathOf(root, name), { force: true });
    },
  };
}

function pathOf(root: string, name: string): string {
  checkName(name);
  return join(root, name);
}

/** Null where nothing has the name, and where it is part of a longer one. */
async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    throw error;
  }
}

/** Waits until the file, or the list of names of the folder, is on the disk. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeAbandoned(drafts: string): Promise<void> {
  for (const name of await readdir(drafts)) {
    const draft = join(drafts, name);
    const found = await orNull(stat(draft));
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(draft, { force: true });
  }
}
