/** Pretrained networks from the command line. */
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelwright } from '../support/processes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-cli-'));
  await copyFile('test/oracles/neural/backbone.onnx', join(folder, 'small.onnx'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const backbone = (...words: string[]) =>
  modelwright(folder, ['backbone', ...words], { MODELWRIGHT_HOME: join(folder, 'home') });

describe('modelwright backbone', () => {
  it('says what a network reads and gives, and keeps it', async () => {
    const { code, stdout } = await backbone('small.onnx#normalisation=imagenet', '--json');
    expect(code).toBe(0);
    const { sha256, ...described } = JSON.parse(stdout);
    expect(described).toEqual({
      name: 'small.onnx',
      format: 'onnx',
      input: { height: 8, width: 6, channels: 3, normalisation: 'imagenet' },
      nFeatures: 5,
      isTrainable: false,
    });
    expect(await readdir(join(folder, 'home/artifacts/backbones'))).toEqual([sha256]);
    const text = await backbone(`gone.onnx#sha256=${sha256}`);
    expect(text.stdout).toContain('colour images of 6 by 8 pixels');
    expect(text.stdout).toContain(sha256);
  });

  it('says in one sentence what is wrong', async () => {
    const missing = await backbone('nowhere.onnx');
    expect(missing.code).not.toBe(0);
    expect(missing.stderr.trim().split('\n')).toHaveLength(1);
    expect(missing.stderr).toContain('The pretrained network nowhere.onnx cannot be read');
  });
});
