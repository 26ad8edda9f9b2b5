/** Recordings on the command line: planned, trained, and predicted one by one. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelwright } from '../support/processes.ts';
import { waveRows } from '../support/recordings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-recordings-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const inFolder = (name: string) => join(folder, name);

async function write(name: string, rows: ReturnType<typeof waveRows>, labelled: boolean): Promise<void> {
  const lines = rows.map(({ id, t, x, y, kind }) =>
    [id, t, x.toFixed(3), y.toFixed(3), ...(labelled ? [kind] : [])].join(','),
  );
  await writeFile(inFolder(name), `recording,second,x,y${labelled ? ',kind' : ''}\n${lines.join('\n')}\n`);
}

describe('recordings on the command line', () => {
  it('are trained on as one row each, and new ones are predicted by their names', async () => {
    await write('waves.csv', waveRows(60), true);
    await write('fresh.csv', waveRows(12, 2, 500), false);
    const words = [
      'train',
      'waves.csv',
      '--target',
      'kind',
      '--windows-by',
      'recording',
      '--order',
      'second',
    ];
    const trained = await modelwright(folder, [...words, '--budget', '20s', '--out', 'waves']);
    expect(trained.stderr).not.toContain('Error');
    expect(trained.code).toBe(0);
    expect(trained.stdout).toMatch(/on 12 held-out recordings/);
    const predicted = await modelwright(folder, ['predict', 'waves', 'fresh.csv', '--out', 'out.csv']);
    expect(predicted.stdout).toContain('12 predictions of kind');
    const [header, ...lines] = (await readFile(inFolder('out.csv'), 'utf8')).trimEnd().split('\n');
    expect(header).toBe('recording,prediction,p_falling,p_rising,p_steady');
    expect(lines.map((line) => line.split(',')[0])).toEqual(
      Array.from({ length: 12 }, (_, i) => `r${500 + i}`),
    );
  });

  it.each([
    [['--windows-by', 'second'], 1, /Every second must have one kind/],
    [['--windows-by', 'nope'], 1, /there is no column nope/],
    [['--order', 'second'], 2, /--windows-by too/],
    [['--windows-by', 'recording', '--horizon', '5'], 2, /choose one/],
  ])('are refused with a sentence: %j', async (words, code, sentence) => {
    await write('waves.csv', waveRows(12), true);
    const result = await modelwright(folder, ['plan', 'waves.csv', '--target', 'kind', ...words]);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(sentence);
  });
});
