import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockFolder } from '../../src/store/folder-lock.ts';

let parent: string;
let folder: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'mw-lock-'));
  folder = join(parent, 'db');
});
afterAll(() => rm(parent, { recursive: true }));

const NOBODY = { pid: 2 ** 22 + 1, startedAt: null, lock: 'of a process that is gone' };

it('is held by one at a time and leaves nothing behind', async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: 'DATABASE_IN_USE',
    details: { pid: process.pid },
  });
  await unlock();
  expect(await readdir(parent)).toEqual([]);
});

it.each([
  ['of a process that is gone', NOBODY],
  ['of an earlier life with our pid, as in a container', { ...NOBODY, pid: process.pid }],
  ['of a process whose pid now belongs to another', { ...NOBODY, pid: process.ppid, startedAt: '1' }],
  ['that is torn', 'no owner'],
])('does not respect the lock %s', async (_, stale) => {
  await writeFile(`${folder}.lock`, JSON.stringify(stale));
  await (await lockFolder(folder))();
});

it('respects a live process of which nothing but the pid is known', async () => {
  await writeFile(`${folder}.lock`, JSON.stringify({ ...NOBODY, pid: process.ppid }));
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
  await rm(`${folder}.lock`);
});

it('passes from a dead process to one of many that want it at once', async () => {
  for (let round = 0; round < 30; round++) {
    await writeFile(`${folder}.lock`, JSON.stringify(NOBODY));
    const attempts = await Promise.allSettled(Array.from({ length: 6 }, () => lockFolder(folder)));
    const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await winners[0].value();
    expect(await readdir(parent)).toEqual([]);
  }
});
