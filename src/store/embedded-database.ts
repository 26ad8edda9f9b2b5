/** PostgreSQL inside this process: the only file that creates a PGlite. See docs/decisions/0003-embedded-database.md
 *  for what was measured. */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { lockFolder } from './folder-lock.ts';

/** 16 MB of buffers instead of 128: the whole database is a few megabytes, and memory belongs to training. */
const START_PARAMETERS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

export interface EmbeddedDatabase {
  readonly engine: PGlite;
  close(): Promise<void>;
}

/** Opens the database in `folder`, creating it when absent, or one in memory when `folder` is null. What was committed
 *  survives the death of the process, but not that of the machine: PGlite never calls fsync.
 *  @throws ModelwrightError DATABASE_IN_USE when another process has the folder open. */
export async function openEmbeddedDatabase(folder: string | null): Promise<EmbeddedDatabase> {
  if (folder === null) {
    const engine = await PGlite.create({ startParams: START_PARAMETERS });
    return { engine, close: () => engine.close() };
  }
  const path = resolve(folder);
  await mkdir(dirname(path), { recursive: true });
  const unlock = await lockFolder(path);
  try {
    if (!(await exists(path))) await createCluster(path);
    const engine = await PGlite.create({ dataDir: path, startParams: START_PARAMETERS });
    return {
      engine,
      close: async () => {
        await engine.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Creates the files of an empty database in a thread of its own, because that takes half a gigabyte which only the
 *  thread's end gives back, and under another name first, so that a kill in the middle leaves no half database. */
async function createCluster(path: string): Promise<void> {
  const draft = `${path}.new`;
  await rm(draft, { recursive: true, force: true });
  const source = `
    const { workerData, parentPort } = require('node:worker_threads');
    import(workerData.module)
      .then(({ PGlite }) => PGlite.create({ dataDir: workerData.draft }))
      .then((engine) => engine.close());`;
  const module = import.meta.resolve('@electric-sql/pglite');
  const thread = new Worker(source, { eval: true, execArgv: [], workerData: { module, draft } });
  await new Promise<void>((done, fail) => {
    thread.once('error', fail);
    thread.once('exit', (code) =>
      code === 0 ? done() : fail(new Error(`creating the database ended with ${code}`)),
    );
  });
  await rename(draft, path);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
