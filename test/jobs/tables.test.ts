import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keepTables, type Tables } from '../../jobs/tables.ts';
import { openFolderArtifacts } from '../../src/artifacts/folder.ts';
import { readDataset } from '../../src/datasets/read-dataset.ts';
import { datasetArtifact } from '../../src/thread/artifact-names.ts';
import type { Artifacts } from '../../src/thread/ports.ts';

const ROWS = 100;
/** Two columns of numbers, and for each a byte that says whether it is there. */
const BYTES = ROWS * 2 * (8 + 1);

let folder: string;
let artifacts: Artifacts;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mw-tables-'));
  artifacts = await openFolderArtifacts(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function store(name: string): Promise<{ hash: string; name: string }> {
  const lines = Array.from({ length: ROWS }, (_, i) => `${i / 2},${Math.sqrt(i)}`);
  const bytes = Buffer.from(`${name}_a,${name}_b\n${lines.join('\n')}\n`);
  const hash = createHash('sha256').update(bytes).digest('hex');
  await artifacts.put(datasetArtifact('T1', hash), bytes);
  return { hash, name: `${name}.csv` };
}

let read: string[];
function tablesOf(maxBytes: number): Tables {
  const table = async (path: string, name: string) => {
    read.push(name);
    return (await readDataset(path, { name })).table;
  };
  return keepTables({ artifacts }, { table }, maxBytes);
}

describe('the tables of a worker', () => {
  beforeEach(() => {
    read = [];
  });

  it('are read once, also by several trials at once', async () => {
    const tables = tablesOf(BYTES);
    const one = await store('one');
    const [a, b] = await Promise.all([tables.read('T1', one), tables.read('T1', one)]);
    expect(a.columns.map(({ name }) => name)).toEqual(['one_a', 'one_b']);
    expect([b, await tables.read('T1', one)]).toEqual([a, a]);
    expect(read).toEqual(['one.csv']);
  });

  it('make room for one another: the one that was used longest ago goes first', async () => {
    const tables = tablesOf(2 * BYTES);
    const [one, two, three] = await Promise.all(['one', 'two', 'three'].map(store));
    for (const dataset of [one, two, one, three, one, two]) await tables.read('T1', dataset);
    expect(read).toEqual(['one.csv', 'two.csv', 'three.csv', 'two.csv']);
  });

  it('are kept one at a time where each is too large', async () => {
    const tables = tablesOf(1);
    const [one, two] = await Promise.all(['one', 'two'].map(store));
    for (const dataset of [one, one, two, one]) await tables.read('T1', dataset);
    expect(read).toEqual(['one.csv', 'two.csv', 'one.csv']);
  });

  it('are not shared between teams', async () => {
    const one = await store('one');
    const tables = tablesOf(BYTES);
    await tables.read('T1', one);
    expect(await tables.has('T1', one)).toBe(true);
    expect(await tables.has('T2', one)).toBe(false);
    await expect(tables.read('T2', one)).rejects.toMatchObject({ code: 'DATASET_EXPIRED' });
  });

  it('are looked for again after they could not be read', async () => {
    const tables = tablesOf(BYTES);
    const four = await store('four');
    await artifacts.remove(datasetArtifact('T1', four.hash));
    await expect(tables.read('T1', four)).rejects.toMatchObject({ code: 'DATASET_EXPIRED' });
    await store('four');
    expect((await tables.read('T1', four)).nRows).toBe(ROWS);
  });
});
