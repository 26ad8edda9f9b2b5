/** Small files for the tests of `datasets`, each in a folder that is removed afterwards. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { ModelwrightError } from '../../src/errors/errors.ts';

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelwright-test-'));
  folders.push(folder);
  return folder;
}

/** @returns the path of a new file with that content. */
export async function makeFile(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await makeFolder(), name);
  await writeFile(path, content);
  return path;
}

/** A header and one line per row. */
export function csv(header: string, nRows: number, line: (row: number) => string): string {
  return [header, ...Array.from({ length: nRows }, (_, row) => line(row)), ''].join('\n');
}

/** The sentence for the person that the promise fails with. */
export async function sentenceOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ModelwrightError) return error.person;
    throw error;
  }
  throw new Error('nothing was refused');
}
