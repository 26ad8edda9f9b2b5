import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetWork, runJournal } from '../../jobs/journal.ts';
import { openFolderArtifacts } from '../../src/artifacts/folder.ts';
import type { FoldResult } from '../../src/ml/tuning/trial.ts';
import type { RunJournal } from '../../src/run/ports.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { Artifacts } from '../../src/thread/ports.ts';

let folder: string;
let store: Store;
let artifacts: Artifacts;
let journal: RunJournal;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mw-journal-'));
  store = await openStore({ memory: true });
  artifacts = await openFolderArtifacts(folder);
  await store.threads.open({ id: 'T1-C1-1.1', team: 'T1', channel: 'C1', rootTs: '1.1' }, 'U1');
  for (const id of ['run-a', 'run-ab'])
    await store.runs.create(id, 'T1-C1-1.1', 'T1', '2026-01-31T12:00:00.000Z');
  journal = runJournal({ runs: store.runs, artifacts }, 'T1');
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const fold = (number: number): FoldResult => ({
  fold: number,
  scores: { roc_auc: 0.8 },
  bestStep: 3,
  curve: [],
  fitSeconds: 0.1,
  rowsTrained: 10,
  rowsJudged: 4,
});

describe('what a probe showed', () => {
  const probe = { kind: 'columns', without: ['age', 'plan'] } as const;
  const kept = { predictions: [Float32Array.of(0.5, 1), Float32Array.of(2)], cpuSeconds: 1.5 };

  it('comes back as it was, by trial and by what was changed, until the run has ended', async () => {
    const [named, other] = [
      { kind: 'columns' as const, without: [...probe.without] },
      { kind: 'repeat' as const, number: 1 },
    ];
    await journal.saveProbe('run-a', 2, named, kept);
    await journal.saveProbe('run-a', 2, other, { predictions: null, cpuSeconds: 0 });
    expect(await journal.probe('run-a', 2, named)).toEqual(kept);
    expect(await journal.probe('run-a', 2, other)).toEqual({ predictions: null, cpuSeconds: 0 });
    expect(await journal.probe('run-a', 3, named)).toBeNull();
    expect(await journal.probe('run-ab', 2, named)).toBeNull();
    await forgetWork({ artifacts }, 'T1', 'run-a');
    expect(await journal.probe('run-a', 2, named)).toBeNull();
  });

  it('is trained again where its bytes are damaged', async () => {
    const named = { kind: 'repeat' as const, number: 4 };
    await journal.saveProbe('run-ab', 1, named, kept);
    const [name = ''] = await artifacts.list('t1/predictions/run-ab/probe-1');
    await artifacts.put(name, new Uint8Array([1, 2, 3]));
    expect(await journal.probe('run-ab', 1, named)).toBeNull();
    await forgetWork({ artifacts }, 'T1', 'run-ab');
  });
});

describe('the journal of a run', () => {
  it('keeps what a fold predicted to the last bit, wherever the numbers lie', async () => {
    const whole = Float32Array.of(9, 0.1, 1 / 3, 1e-30, -0, 9);
    await journal.saveFold('run-a', 2, fold(0), whole.subarray(1, 5));
    expect(await journal.prediction('run-a', 2, 0)).toEqual(Float32Array.of(0.1, 1 / 3, 1e-30, -0));
    expect(await journal.folds('run-a')).toEqual([{ trialNumber: 2, fold: fold(0) }]);
  });

  it('knows nothing of folds that were not saved', async () => {
    expect(await journal.prediction('run-a', 2, 1)).toBeNull();
  });

  it('has the prediction before it has the fold', async () => {
    const broken = { ...artifacts, put: () => Promise.reject(new Error('the disk is full')) };
    const failing = runJournal({ runs: store.runs, artifacts: broken }, 'T1');
    await expect(failing.saveFold('run-a', 3, fold(0), new Float32Array(4))).rejects.toThrow(
      'the disk is full',
    );
    expect((await journal.folds('run-a')).map(({ trialNumber }) => trialNumber)).toEqual([2]);
  });

  it('keeps how far the fits of each trial have come, its refits beside its folds, until it is saved', async () => {
    const state = (step: number) => ({ json: { step, none: null }, arrays: { w: Float32Array.of(step) } });
    await journal.saveCheckpoint('run-a', 2, { fold: 1, state: state(5) });
    await journal.saveCheckpoint('run-a', 3, { fold: 0, state: state(7) });
    await journal.saveCheckpoint('run-a', 3, { fold: 0, state: state(8) }, 'all');
    expect(await journal.checkpoint('run-a', 2)).toEqual({ fold: 1, state: state(5) });
    expect(await journal.checkpoint('run-a', 3)).toEqual({ fold: 0, state: state(7) });
    expect(await journal.checkpoint('run-a', 3, 'all')).toEqual({ fold: 0, state: state(8) });
    expect(await journal.checkpoint('run-a', 3, 'training')).toBeNull();
    const result = { number: 3, reason: '', folds: [], score: 1, seconds: 1, cpuSeconds: 1 };
    await journal.saveTrial('run-a', { ...result, state: 'complete' });
    expect(await journal.checkpoint('run-a', 3)).toBeNull();
    expect(await journal.checkpoint('run-a', 3, 'all')).toEqual({ fold: 0, state: state(8) });
  });

  it('forgets the predictions and checkpoints of one run alone', async () => {
    await journal.saveFold('run-ab', 0, fold(0), new Float32Array(4));
    await forgetWork({ artifacts }, 'T1', 'run-a');
    expect(await journal.prediction('run-a', 2, 0)).toBeNull();
    expect(await journal.checkpoint('run-a', 2)).toBeNull();
    expect(await journal.prediction('run-ab', 0, 0)).not.toBeNull();
    await forgetWork({ artifacts }, 'T1', 'run-ab');
    await forgetWork({ artifacts }, 'T1', 'run-ab');
    const left = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });
});
