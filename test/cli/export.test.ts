import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallCsv } from '../support/app.ts';

const PROGRAM = resolve('bin/modelwright.js');
const run = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' });

let folder: string;
let project: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-export-'));
  project = join(folder, 'project');
  await writeFile(join(folder, 'small.csv'), smallCsv(120));
  const out = join(folder, 'trained');
  const trained = run(
    PROGRAM,
    'train',
    join(folder, 'small.csv'),
    '--target',
    'label',
    '--budget',
    '60s',
    '--single',
    '--out',
    out,
  );
  expect(trained.status, trained.stderr).toBe(0);
  const exported = run(PROGRAM, 'export', out, '--out', project);
  expect(exported.stdout, exported.stderr).toContain(`The project is in ${project}.`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an exported project', () => {
  it('does the same again with one command and prints the same metrics', async () => {
    await copyFile(join(folder, 'small.csv'), join(project, 'small.csv'));
    const again = run(join(project, 'reproduce.mjs'), join(project, 'small.csv'), PROGRAM);
    const { holdout } = JSON.parse(await readFile(join(project, 'expected.json'), 'utf8'));
    expect(again.stdout, again.stderr).toContain(
      `roc_auc: ${holdout.roc_auc.value} (reported: ${holdout.roc_auc.value})`,
    );
    expect(again.stdout).toContain('Every metric is the reported one.');
    expect(again.status).toBe(0);
  });

  it('says when a metric differs, and takes no other file', async () => {
    const path = join(project, 'expected.json');
    const text = await readFile(path, 'utf8');
    const expected = JSON.parse(text);
    expected.holdout.roc_auc.value += 0.01;
    await writeFile(path, JSON.stringify(expected));
    const differs = run(join(project, 'reproduce.mjs'), join(folder, 'small.csv'), PROGRAM);
    expect(differs.stderr).toContain('1 of the metrics differ');
    expect(differs.status).toBe(1);
    await writeFile(join(folder, 'other.csv'), smallCsv(130));
    const other = run(join(project, 'reproduce.mjs'), join(folder, 'other.csv'), PROGRAM);
    expect(other.stderr).toContain('is another file than the run was trained on');
  });

  it('says how to run it, and pins what it was made with', async () => {
    const readme = await readFile(join(project, 'README.md'), 'utf8');
    expect(readme).toMatch(/npm run reproduce/);
    expect(readme).toMatch(/seed 1/);
    const { dependencies, scripts } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
    expect(dependencies).toEqual({ modelwright: JSON.parse(await readFile('package.json', 'utf8')).version });
    expect(scripts).toEqual({ reproduce: 'node reproduce.mjs' });
  });
});

it('needs a folder that train has written', () => {
  const failed = run(PROGRAM, 'export', folder);
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain('plan.json');
});
