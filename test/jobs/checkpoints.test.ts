import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CheckpointShelf, createCheckpointShelf } from '../../jobs/checkpoints.ts';
import { openFolderArtifacts } from '../../src/artifacts/folder.ts';
import type { Artifacts } from '../../src/thread/ports.ts';

const FIT = 't1/checkpoints/run/3/';

let root: string;
let artifacts: Artifacts;
let shelf: CheckpointShelf;
let warnings: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mw-checkpoints-'));
  artifacts = await openFolderArtifacts(root);
  warnings = [];
  shelf = createCheckpointShelf(artifacts, (sentence) => warnings.push(sentence));
});
afterEach(() => rm(root, { recursive: true }));

const state = (step: number) => ({
  json: { step, none: null },
  arrays: { weights: Float32Array.of(step, 1 / 3), random: Uint32Array.of(step) },
});
const save = (step: number, loss?: number, fold = 1) =>
  shelf.save(FIT, { fold, state: state(step), ...(loss !== undefined && { loss }) });
const objects = async () => (await artifacts.list(FIT)).filter((name) => !name.endsWith('/pointer'));
const pointer = async () =>
  JSON.parse(new TextDecoder().decode((await artifacts.get(`${FIT}pointer`)) as Uint8Array));
/** Flips a bit of what was kept under that hash. */
async function damage(sha256: string): Promise<void> {
  const bytes = Uint8Array.from((await artifacts.get(FIT + sha256)) as Uint8Array);
  bytes[bytes.length - 1] ^= 1;
  await artifacts.put(FIT + sha256, bytes);
}

describe('the checkpoints of a fit', () => {
  it('lie under the hash of their bytes and come back to the last bit', async () => {
    await save(5, 0.5);
    const [name = ''] = await objects();
    const bytes = (await artifacts.get(name)) as Uint8Array;
    expect(name).toBe(FIT + createHash('sha256').update(bytes).digest('hex'));
    expect(await shelf.find(FIT)).toEqual({ fold: 1, state: state(5) });
    expect(await shelf.find('t1/checkpoints/run/4/')).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('are the last one and the best one; others are removed', async () => {
    for (const [step, loss] of [0.9, 0.4, 0.6, 0.5].entries()) await save(step, loss);
    expect(await objects()).toHaveLength(2);
    expect(await pointer()).toMatchObject({ last: { loss: 0.5 }, best: { loss: 0.4 } });
    expect(await shelf.find(FIT)).toEqual({ fold: 1, state: state(3) });
    await save(4, 0.3);
    expect(await objects()).toHaveLength(1);
    expect(await pointer()).toMatchObject({ last: { loss: 0.3 }, best: null });
  });

  it('of an earlier fold are removed, however good', async () => {
    await save(9, 0.1, 0);
    await save(1, 0.7, 1);
    expect(await objects()).toHaveLength(1);
    expect(await shelf.find(FIT)).toEqual({ fold: 1, state: state(1) });
  });

  it('that are damaged are not used: the best one takes the place of the last, then nothing does', async () => {
    await save(1, 0.4);
    await save(2, 0.6);
    const { last, best } = await pointer();
    await damage(last.sha256);
    expect(await shelf.find(FIT)).toEqual({ fold: 1, state: state(1) });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${last.sha256} is not used`);
    await artifacts.remove(FIT + best.sha256);
    expect(await shelf.find(FIT)).toBeNull();
    await artifacts.put(`${FIT}pointer`, Uint8Array.of(1, 2, 3));
    expect(await shelf.find(FIT)).toBeNull();
    expect(warnings.at(-1)).toContain('pointer cannot be read');
    await save(3, 0.5);
    expect(await shelf.find(FIT)).toEqual({ fold: 1, state: state(3) });
    expect(await objects()).toHaveLength(1);
  });

  it('survive a death between any two writes', async () => {
    await save(1, 0.5);
    for (const dies of ['state', 'pointer', 'prune'] as const) {
      const dead = () => Promise.reject(new Error('killed'));
      const dying: Artifacts = {
        ...artifacts,
        put: (name, bytes) =>
          name.endsWith('pointer') === (dies === 'pointer') && dies !== 'prune'
            ? dead()
            : artifacts.put(name, bytes),
        remove: dead,
      };
      const step = { state: 2, pointer: 3, prune: 4 }[dies];
      const killed = createCheckpointShelf(dying, () => undefined);
      await killed.save(FIT, { fold: 1, state: state(step), loss: 0.3 }).catch(() => undefined);
      expect(await shelf.find(FIT)).toEqual({ fold: 1, state: state(dies === 'prune' ? 4 : 1) });
    }
    await save(5, 0.2);
    expect(await objects()).toHaveLength(1);
  });

  it('that are saved at the same time come one after the other', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((step) => save(step, step === 2 ? 0.1 : 0.5)));
    expect(await shelf.find(FIT)).toEqual({ fold: 1, state: state(5) });
    expect(await pointer()).toMatchObject({ best: { loss: 0.1 } });
    expect(await objects()).toHaveLength(2);
    await shelf.remove(FIT);
    expect(await artifacts.list(FIT)).toEqual([]);
  });
});
