import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPlanFile, parsePlanFile } from '../../src/plan/plan-file.ts';
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
  // A stored plan is run to its end, whatever the clock says, so that both runs do the same work.
  const planned = run(
    PROGRAM,
    'plan',
    join(folder, 'small.csv'),
    '--target',
    'label',
    '--budget',
    '30s',
    '--out',
    join(folder, 'planned'),
  );
  expect(planned.status, planned.stderr).toBe(0);
  // One quick family is enough to be compared.
  const planFile = join(folder, 'planned', 'plan.json');
  const { plan, data } = parsePlanFile(await readFile(planFile, 'utf8'), 'plan.json');
  const candidates = plan.candidates
    .filter(({ family }) => family === 'linear')
    .map((one) => ({ ...one, trials: 1 }));
  expect(candidates).toHaveLength(1);
  await writeFile(planFile, formatPlanFile({ ...plan, candidates }, data));
  const trained = run(PROGRAM, 'train', '--plan', planFile, '--out', out);
  expect(trained.status, trained.stderr).toBe(0);
  const exported = run(PROGRAM, 'export', out, '--out', project);
  expect(exported.stdout, exported.stderr).toContain(`The project is in ${project}.`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an exported project', () => {
  it('does the same again with one command, and finds the one metric that was tampered with', async () => {
    const path = join(project, 'expected.json');
    const expected = JSON.parse(await readFile(path, 'utf8'));
    const { accuracy, ...others } = expected.holdout;
    accuracy.value += 0.01;
    await writeFile(path, JSON.stringify(expected));
    await copyFile(join(folder, 'small.csv'), join(project, 'small.csv'));
    const again = run(join(project, 'reproduce.mjs'), join(project, 'small.csv'), PROGRAM);
    const lines = again.stdout.split('\n');
    for (const [metric, { value }] of Object.entries<{ value: number }>(others)) {
      expect(lines, again.stderr).toContain(`${metric}: ${value} (reported: ${value})`);
    }
    expect(lines.filter((line) => line.endsWith('DIFFERS'))).toEqual([expect.stringMatching(/^accuracy: /)]);
    expect(again.stderr).toContain('1 of the metrics differ');
    expect(again.status).toBe(1);
  });

  it('takes no other file', async () => {
    await writeFile(join(folder, 'other.csv'), smallCsv(130));
    const other = run(join(project, 'reproduce.mjs'), join(folder, 'other.csv'), PROGRAM);
    expect(other.stderr).toContain('is another file than the run was trained on');
    expect(other.status).toBe(1);
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
