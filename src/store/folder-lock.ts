/** Keeps two processes out of one database folder. PGlite has no lock of its own, and two of it in one folder destroy
 *  the data. The lock is a file beside the folder that names its owner; it outlives a killed owner, so a lock counts
 *  only while the process that wrote it lives. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ModelwrightError } from '../errors/errors.ts';

const Owner = z.object({
  pid: z.number().int(),
  /** Ticks since boot at which the process started: a number that a later process of the same pid does not share.
   *  Null where the system does not tell. */
  startedAt: z.string().nullable(),
  /** Names this one lock, so that one process cannot open the folder twice either. */
  lock: z.string(),
});
type Owner = z.infer<typeof Owner>;

/** Sweeping takes a millisecond; whoever has taken this long died at it. */
const BROOM_LIFE_MS = 10_000;

const heldHere = new Set<string>();

/** Takes the lock or throws.
 *  @param folder of the database; the lock is the file `<folder>.lock`, its parent must exist.
 *  @returns gives the lock back.
 *  @throws ModelwrightError DATABASE_IN_USE while another owner lives. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = `${folder}.lock`;
  const me: Owner = { pid: process.pid, startedAt: await startTime(process.pid), lock: randomUUID() };
  heldHere.add(me.lock); // before the file exists, or a second caller here would find it without an owner
  try {
    while (!(await create(path, me))) {
      const text = await readFile(path, 'utf8').catch(() => null);
      if (text === null) continue; // given back in between
      const owner = parse(text);
      if (owner && (await isAlive(owner))) {
        throw new ModelwrightError('DATABASE_IN_USE', { folder, pid: owner.pid });
      }
      await removeStale(path, text);
    }
  } catch (error) {
    heldHere.delete(me.lock);
    throw error;
  }
  return async () => {
    heldHere.delete(me.lock);
    await rm(path, { force: true });
  };
}

/** @returns whether the file is ours; false where there was one already. */
async function create(path: string, owner: Owner): Promise<boolean> {
  // Written beside and linked, so that nobody ever reads half a lock.
  const draft = `${path}.${owner.lock}`;
  const file = await open(draft, 'wx');
  await file.writeFile(JSON.stringify(owner));
  await file.close();
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes the lock whose content is `staleText`. One process at a time may do so: two that both found it stale could
 *  otherwise remove, the second one, the lock that the first had taken by then. */
async function removeStale(path: string, staleText: string): Promise<void> {
  const broom = `${path}.broom`;
  try {
    await mkdir(broom);
  } catch {
    const { mtimeMs } = await stat(broom).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > BROOM_LIFE_MS) await rmdir(broom).catch(() => undefined);
    await delay(10);
    return;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => null)) === staleText) await rm(path);
  } finally {
    await rmdir(broom);
  }
}

function parse(text: string): Owner | null {
  try {
    return Owner.parse(JSON.parse(text));
  } catch {
    return null; // not a lock of ours, or torn by a full disk
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  // In a container every start has the same pid: our own pid means an earlier life, unless we hold that very lock.
  if (owner.pid === process.pid) return heldHere.has(owner.lock);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return owner.startedAt === null || owner.startedAt === (await startTime(owner.pid));
}

/** Null on systems without /proc, and for a process that is gone or dead but not yet collected by its parent. */
async function startTime(pid: number): Promise<string | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (line === null) return null;
  // The second field, the command in parentheses, may itself hold spaces and parentheses: start at the third.
  const [state, ...fields] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : fields[18];
}
