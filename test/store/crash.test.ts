import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openStore } from '../../src/store/store.ts';

// Each of these starts a process that creates or opens a database.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let directory: string;
let writer: ChildProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mw-crash-'));
  directory = join(folder, 'db');
  await (await openStore({ directory })).close();
});
afterEach(() => void writer?.kill('SIGKILL'));
afterAll(() => rm(folder, { recursive: true }));

/** Starts the writer and waits until it has written `count` rows. */
async function startWriter(count: number): Promise<{ kill(): Promise<number> }> {
  const script = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  writer = child;
  let last = -1;
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      last = Number(line);
      if (last >= count) resolve();
    });
  });
  return {
    async kill() {
      child.kill('SIGKILL');
      await Promise.all([once(child, 'exit'), once(lines, 'close')]);
      return last;
    },
  };
}

it('keeps everything that was written before a kill -9, twice over', async () => {
  for (const round of [1, 2]) {
    const { kill } = await startWriter(200 * round);
    const last = await kill();
    const store = await openStore({ directory });
    const kept = new Set((await store.inbox.pending()).map(({ eventId }) => eventId));
    await store.inbox.forgetOlderThan(0);
    await store.close();
    expect(Array.from({ length: last + 1 }, (_, i) => `Ev${i}`).filter((event) => !kept.has(event))).toEqual(
      [],
    );
  }
  expect(await readdir(folder)).toEqual(['db']);
});

it('is not opened by a second process while the first lives', async () => {
  const { kill } = await startWriter(0);
  await expect(openStore({ directory })).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
  await kill();
  await (await openStore({ directory })).close();
});

it('is not opened twice by one process', async () => {
  const store = await openStore({ directory });
  await expect(openStore({ directory })).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
  await store.close();
  await (await openStore({ directory })).close();
});
