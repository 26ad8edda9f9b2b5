import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadUpTo, rememberPictures } from '../../jobs/read-data.ts';
import { shapeFiles, writeZip } from '../support/pictures.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-read-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('pictures are decoded once, wherever a copy of their zip lies; tables are read each time', async () => {
  const inFolder = (name: string) => join(folder, name);
  const files = await shapeFiles(7, { size: [8, 8] });
  await writeZip(inFolder('a.zip'), files);
  await copyFile(inFolder('a.zip'), inFolder('same.zip'));
  await writeZip(inFolder('other.zip'), files.slice(1));
  const lines = Array.from({ length: 30 }, (_, i) => `${i},${i % 2}`);
  await writeFile(inFolder('table.csv'), `x,y\n${lines.join('\n')}\n`);
  const load = rememberPictures(loadUpTo(2 ** 20));

  const first = await load(inFolder('a.zip'), 'a.zip');
  expect((await load(inFolder('same.zip'), 'a.zip')).table).toBe(first.table);
  const other = await load(inFolder('other.zip'), 'other.zip');
  expect(other.table.nRows).toBe(20);
  const again = await load(inFolder('a.zip'), 'a.zip');
  expect(again.table).not.toBe(first.table);
  expect(again.table).toEqual(first.table);
  const [one, two] = [await load(inFolder('table.csv'), 't'), await load(inFolder('table.csv'), 't')];
  expect(two.table).not.toBe(one.table);
  await expect(load(inFolder('nowhere.zip'), 'nowhere.zip')).rejects.toMatchObject({
    code: 'DATA_FILE_NOT_FOUND',
  });
});
