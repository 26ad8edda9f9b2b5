import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolderArtifacts } from '../../src/artifacts/folder.ts';
import { describeArtifacts } from '../contracts/artifacts.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mw-folder-'));
});
afterAll(() => rm(folder, { recursive: true }));

describeArtifacts('artifacts in a folder', () => openFolderArtifacts(join(folder, 'contract')));

describe('the folder', () => {
  it('is clean of what a crash left behind a day ago, and keeps what is being written', async () => {
    const drafts = join(folder, 'crashed', '.drafts');
    await mkdir(drafts, { recursive: true });
    await writeFile(join(drafts, 'old'), 'x');
    await writeFile(join(drafts, 'new'), 'x');
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
    await utimes(join(drafts, 'old'), twoDaysAgo, twoDaysAgo);
    await openFolderArtifacts(join(folder, 'crashed'));
    expect(await readdir(drafts)).toEqual(['new']);
  });

  it('leaves no draft behind when a file cannot be taken in', async () => {
    const artifacts = await openFolderArtifacts(join(folder, 'failing'));
    await expect(artifacts.putFile('t1/x', join(folder, 'no such file'))).rejects.toThrow(/ENOENT/);
    expect(await readdir(join(folder, 'failing', '.drafts'))).toEqual([]);
    expect(await artifacts.list('')).toEqual([]);
  });
});
