/** A pretrained network in a run: planned, tried against a network that starts anew, kept by hash, needed to predict. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPlanFile } from '../../src/plan/plan-file.ts';
import { fewOfEach, readDigits } from '../ml/neural/backbones/digits.ts';
import { writeDigits, writeNetwork } from '../support/pretrained.ts';
import { modelwright } from '../support/processes.ts';

const NETWORK = 'net#normalisation=unit';
const DATA = ['digits', '--target', 'label', '--seed', '1'];

let folder: string;
const inFolder = (...names: string[]) => join(folder, ...names);
const run = (words: string[], home = 'home') =>
  modelwright(folder, words, { MODELWRIGHT_HOME: inFolder(home) });
async function succeed(words: string[], home?: string): Promise<string> {
  const { code, stdout, stderr } = await run(words, home);
  if (code !== 0) throw new Error(`modelwright ${words.join(' ')}: ${stderr}`);
  return stdout;
}
const readJson = async (...names: string[]) => JSON.parse(await readFile(inFolder(...names), 'utf8'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-pretrained-'));
  await writeNetwork(inFolder('net'));
  const { few, others } = fewOfEach(readDigits(5, 10, 1), 12, 100);
  await writeDigits(inFolder('digits'), few, 5);
  await writeDigits(inFolder('new'), others, 5);
  await succeed(['plan', ...DATA, '--backbone', NETWORK, '--budget', '120s', '--out', 'planned']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes the plan with one trial of each of these families in two folds, which is enough work for a test. */
async function planOf(name: string, families: readonly string[], finish: string): Promise<string> {
  const file = await readJson('planned', 'plan.json');
  const known = file.plan.candidates;
  const [usual] = known.filter(({ family }: { family: string }) => family === 'backbone');
  const candidates = families.map((family) => {
    const found = known.find((one: { family: string }) => one.family === family);
    return { ...(found ?? { ...usual, family, defaults: [QUICK[family]] }), trials: 1 };
  });
  const experiment = { ...file.plan.experiment, folds: 2, finish };
  const plan = { ...file.plan, candidates, experiment };
  await writeFile(inFolder(name), formatPlanFile(plan, inFolder('digits')));
  return name;
}

/** A machine that is busy may have left it out. */
const QUICK: Readonly<Record<string, object>> = {
  cnn: { height: 12, width: 12, channels: 1, maxSteps: 30, numericTransform: 'common' },
  backbone_tuned: {
    ...{ pictures: 'whole', height: 12, width: 12, channels: 1 },
    ...{ maxSteps: 4, trainedBlocks: 1, patience: 0 },
  },
};

const shareRight = (csv: string) => {
  const lines = csv.trimEnd().split('\n').slice(1);
  const right = lines.filter((line) => line.split(',')[0]?.includes(`${line.split(',')[1]}/`));
  return right.length / lines.length;
};

describe('a pretrained network', () => {
  it('is in the plan, with its reason, its cost and its hash', async () => {
    const { plan } = await readJson('planned', 'plan.json');
    const families = plan.candidates.map(({ family }: { family: string }) => family);
    expect(families).toEqual(expect.arrayContaining(['backbone', 'gbdt']));
    expect(plan.backbone).toEqual({
      id: expect.stringMatching(/^net#normalisation=unit&sha256=[0-9a-f]{64}$/),
      column: 'picture',
    });
    expect(plan.versions['pretrained network']).toBe(plan.backbone.id);
    expect(plan.estimate.calibration.pictures).toMatchObject({
      name: 'net',
      pictures: 60,
      features: 64,
      isTrainable: true,
    });
    const reason = plan.reasons.find(({ choice }: { choice: string }) => choice === 'Pretrained network');
    expect(reason.reason).toContain('gives 64 numbers for each of yours; looking at 60 pictures once');
  });

  it('learns from a dozen pictures of each class what a network that starts anew does not', async () => {
    const plan = await planOf('plan.json', ['cnn', 'backbone', 'backbone_tuned'], 'ensemble');
    await succeed(['train', '--plan', plan, '--out', 'first', '--json']);
    const report = await readJson('first', 'report.json');
    const scoreOf = (family: string) =>
      report.trials.find((trial: { family: string }) => trial.family === family).score.value;
    expect(scoreOf('backbone')).toBeLessThan(scoreOf('cnn') - 0.2);
    expect(scoreOf('backbone_tuned')).toBeLessThan(scoreOf('cnn'));
  });

  it('is recorded with the model by its hash, and missed where it is not', async () => {
    const { plan } = await readJson('planned', 'plan.json');
    const [column] = (await readJson('first', 'model', 'model.json')).columns;
    expect(column).toMatchObject({ name: 'picture', reader: plan.backbone.id });
    expect(await readFile(inFolder('first', 'model', 'card.md'), 'utf8')).toContain(
      'shown to the pretrained network net',
    );
    const words = ['predict', 'first', 'new', '--out', 'predicted.csv'];
    const { code, stderr } = await run(words, 'elsewhere');
    expect(code).toBe(1);
    expect(stderr).toContain('The pretrained network net is needed, and it is not here: its SHA-256 is');
    await succeed([...words, '--backbone', NETWORK], 'elsewhere');
    expect(shareRight(await readFile(inFolder('predicted.csv'), 'utf8'))).toBeGreaterThan(0.6);
  });
});
