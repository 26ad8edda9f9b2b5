/** What the commands say when they cannot do what was asked: one sentence, an exit status, never a stack. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelwright } from '../support/processes.ts';

const PENGUINS = resolve('examples/data/penguins.csv');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-cli-'));
  await writeFile(join(folder, 'notes.json'), '{"hash": 1}');
  await writeFile(join(folder, 'small.csv'), 'a,b\n1,2\n3,4\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const words = (line: string) => line.split(' ').map((word) => (word === 'PENGUINS' ? PENGUINS : word));

describe('what is not understood ends with 2', () => {
  it.concurrent.each([
    ['frobnicate', 'there is no command "frobnicate"'],
    ['profile', 'profile needs a data file'],
    ['profile PENGUINS another', 'profile does not know what to do with "another"'],
    ['plan PENGUINS', 'plan needs --target, the column to predict'],
    ['train PENGUINS', 'train needs --target, the column to predict'],
    ['train', 'train needs a data file'],
    ['train PENGUINS --target species --budget soon', '"soon" is not a budget between 10s and 24h'],
    ['train PENGUINS --target species --budget 5', '"5" is not a budget between 10s and 24h'],
    ['train PENGUINS --target species --seed 1.5', '"1.5" is not a seed from 0 to 4294967295'],
    ['train PENGUINS --target species --metric beauty', '"beauty" is not a metric; there are roc_auc'],
    ['train PENGUINS --target species --frob', "Unknown option '--frob'"],
    ['train PENGUINS --target', "Option '--target <value>' argument missing"],
    ['churn PENGUINS', 'churn needs --out, the file to write'],
    ['churn PENGUINS --horizon soon --out t.csv', '"soon" is not a horizon between 1 and 3650 days'],
    ['predict model PENGUINS', 'predict needs a model folder, a data file and --out'],
  ])('%s', async (line, sentence) => {
    const { code, stdout, stderr } = await modelwright(folder, words(line));
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('modelwright --help');
    expect([code, stdout]).toEqual([2, '']);
  });
});

describe('what cannot be done ends with 1', () => {
  it.concurrent.each([
    ['profile nowhere.csv', 'I cannot find the file nowhere.csv'],
    [
      'profile PENGUINS --target wings',
      'There is no column "wings" in the data. The columns are species, island',
    ],
    ['plan small.csv --target b', 'small.csv has only 2 rows'],
    ['train PENGUINS --target wings', 'There is no column "wings" in the data'],
    ['train --plan nowhere.json', 'The plan file nowhere.json cannot be used: there is no such file'],
    ['train --plan notes.json', 'The plan file notes.json cannot be used: '],
    ['train --plan small.csv', 'The plan file small.csv cannot be used: it is not JSON'],
    ['churn PENGUINS --out t.csv', 'penguins.csv does not look like transactions to me'],
    ['predict nowhere PENGUINS --out p.csv', 'There is no model here: model.json is missing'],
  ])('%s', async (line, sentence) => {
    const { code, stdout, stderr } = await modelwright(folder, words(line));
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([code, stdout]).toEqual([1, '']);
  });
});

describe('what is asked first', () => {
  it('is answered by --help, and without any words', async () => {
    const [help, nothing] = await Promise.all([modelwright(folder, ['--help']), modelwright(folder, [])]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^modelwright: .*\n\n {2}modelwright profile FILE/);
    expect(nothing.stdout).toBe(help.stdout);
  });

  it('is what is in a file, for people and for programs', async () => {
    const [text, json] = await Promise.all([
      modelwright(folder, ['profile', PENGUINS, '--target', 'species']),
      modelwright(folder, ['profile', PENGUINS, '--json']),
    ]);
    expect(text.stdout).toContain('penguins.csv: 344 rows, 7 columns');
    expect(text.stdout).toContain('Target species: multiclass.');
    const { profile, target } = JSON.parse(json.stdout);
    expect(profile.rows).toBe(344);
    expect(target).toBeNull();
  });
});
