/** A model on the command line: planned, trained, used in another process, made again to the last bit. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDataset } from '../../src/datasets/read-dataset.ts';
import type { Prediction } from '../../src/ml/search/predictor.ts';
import { loadModel } from '../../src/models/load-model.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { formatPlanFile } from '../../src/plan/plan-file.ts';
import { type Ended, modelwright } from '../support/processes.ts';

const PENGUINS = resolve('examples/data/penguins.csv');
const TELCO = resolve('examples/data/telco_churn.csv');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const inFolder = (name: string) => join(folder, name);
const lines = (text: string) => text.trimEnd().split('\n');

/** Without the column at that position; the example files have no quoted commas. */
const withoutColumn = (csv: string, position: number) =>
  lines(csv)
    .map((line) => line.split(',').toSpliced(position, 1).join(','))
    .join('\n');

async function predictHere(model: string, data: string): Promise<Prediction> {
  const { predictor } = await loadModel({ get: (file) => readFile(join(model, file)) });
  const { table } = await readDataset(data, { name: 'data' });
  return predictor.predict(table);
}

/** A command that must succeed. */
async function succeed(...[cwd, words, environment]: Parameters<typeof modelwright>): Promise<Ended> {
  const ended = await modelwright(cwd, words, environment);
  if (ended.code !== 0) throw new Error(`modelwright ${words.join(' ')}: ${ended.stderr}`);
  return ended;
}

/** Keeps one core busy while `use` runs. */
async function besideABusyLoop<T>(use: () => Promise<T>): Promise<T> {
  const loop = spawn(process.execPath, ['-e', 'for (;;);']);
  try {
    return await use();
  } finally {
    loop.kill('SIGKILL');
  }
}

describe('a model of three classes', () => {
  beforeAll(async () => {
    const words = ['train', PENGUINS, '--target', 'species', '--budget', '20s', '--seed', '7', '--json'];
    const { stdout, stderr } = await succeed(folder, words);
    expect(stderr).toMatch(/\d+ of \d+ trials, best/);
    expect(stderr).toMatch(/^the run has 1\d s of 20 s; the rest is for the data and the report$/m);
    await writeFile(inFolder('result.json'), stdout);
  });
  const model = () => inFolder('out/penguins-species');

  it('is described by one object', async () => {
    const text = await readFile(inFolder('result.json'), 'utf8');
    expect(lines(text)).toHaveLength(1);
    const result = JSON.parse(text);
    expect(Object.keys(result)).toEqual([
      ...['task', 'target', 'metric', 'holdout', 'baseline', 'nested', 'model'],
      ...['ensemble', 'trainedRows', 'trials', 'seconds', 'peakMemoryMb', 'modelDir', 'planFile'],
    ]);
    expect(result).toMatchObject({
      task: 'multiclass',
      target: 'species',
      metric: 'log_loss',
      modelDir: join(model(), 'model'),
      planFile: join(model(), 'plan.json'),
    });
    expect(Object.keys(result.model)).toEqual(['family', 'parameters']);
    for (const scores of [result.holdout, result.baseline]) {
      for (const { value, low, high } of Object.values<Record<string, number>>(scores)) {
        expect(value).toBeGreaterThan((low as number) - 1e-9);
        expect(value).toBeLessThan((high as number) + 1e-9);
      }
    }
    expect(result.holdout.accuracy.value).toBeGreaterThan(0.95);
  });

  it('predicts rows without the target, from elsewhere, as it does in this process', async () => {
    const labelled = await readFile(PENGUINS, 'utf8');
    await writeFile(inFolder('unlabelled.csv'), withoutColumn(labelled, 0));
    const words = ['predict', model(), inFolder('unlabelled.csv'), '--out', inFolder('predictions.csv')];
    const { stdout } = await succeed(tmpdir(), words);
    expect(stdout).toBe(`344 predictions of species written to ${inFolder('predictions.csv')}\n`);

    const here = await predictHere(join(model(), 'model'), PENGUINS);
    if (here.kind !== 'classes') throw new Error('classes were expected');
    const expected = here.labels.map((label, row) =>
      [label, ...here.probabilities.subarray(row * 3, row * 3 + 3)].join(','),
    );
    const predictions = await readFile(inFolder('predictions.csv'), 'utf8');
    expect(lines(predictions)).toEqual(['prediction,p_Adelie,p_Chinstrap,p_Gentoo', ...expected]);
    // The rows are in order: nearly all of them are what the file said.
    const species = lines(labelled).map((line) => line.split(',')[0]);
    const right = here.labels.filter((label, row) => `"${label}"` === species[row + 1]);
    expect(right.length).toBeGreaterThan(335);
  });

  it('predicts a few rows as it does among many', async () => {
    const few = lines(await readFile(inFolder('unlabelled.csv'), 'utf8')).slice(0, 4);
    await writeFile(inFolder('few.csv'), few.join('\n'));
    await succeed(folder, ['predict', model(), 'few.csv', '--out', 'few-predictions.csv']);
    const all = lines(await readFile(inFolder('predictions.csv'), 'utf8'));
    expect(lines(await readFile(inFolder('few-predictions.csv'), 'utf8'))).toEqual(all.slice(0, 4));
  });

  it.each([
    ['cut short', (path: string) => truncate(join(path, 'weights.bin'), 100), /damaged.*weights\.bin/],
    ['without weights', (path: string) => rm(join(path, 'weights.bin')), /damaged.*weights\.bin/],
    [
      'of another kind',
      (path: string) => writeFile(join(path, 'model.json'), '{"format": "onnx"}'),
      /different version/,
    ],
  ])('refuses a folder that is %s, in a sentence', async (what, harm, sentence) => {
    const damaged = inFolder(what.replaceAll(' ', '-'));
    await cp(join(model(), 'model'), damaged, { recursive: true });
    await harm(damaged);
    const words = ['predict', damaged, inFolder('few.csv'), '--out', inFolder('never.csv')];
    const { code, stderr } = await modelwright(folder, words);
    expect(stderr).toMatch(sentence);
    expect(lines(stderr)).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('is not made again from other data', async () => {
    const words = ['train', TELCO, '--plan', join(model(), 'plan.json')];
    const { code, stderr } = await modelwright(folder, words);
    expect(stderr).toMatch(/telco_churn\.csv/);
    expect(lines(stderr)).toHaveLength(1);
    expect(code).toBe(1);
  });
});

describe('a plan', () => {
  it('gives the same model to the last bit beside a busy process and on fewer threads', async () => {
    const customers = lines(await readFile(TELCO, 'utf8')).slice(0, 1201);
    await writeFile(inFolder('customers.csv'), customers.join('\n'));
    const words = [
      'plan',
      'customers.csv',
      '--target',
      'churn',
      '--budget',
      '60s',
      '--out',
      'churn',
      '--json',
    ];
    const planned = await succeed(folder, words);
    expect(Object.keys(JSON.parse(planned.stdout))).toEqual(['plan', 'planFile']);
    const { plan }: { plan: Plan } = JSON.parse(planned.stdout);
    // One trial of a kind shows as much as a full budget of them.
    const candidates = plan.candidates.map((one) => ({ ...one, trials: 1 }));
    await writeFile(
      inFolder('churn/plan.json'),
      formatPlanFile({ ...plan, candidates }, inFolder('customers.csv')),
    );
    const again = async (out: string, threads: string) => {
      const words = ['train', '--plan', 'churn/plan.json', '--out', out, '--json'];
      const { stdout } = await succeed(folder, words, { MODELWRIGHT_THREADS: threads });
      const { seconds, peakMemoryMb, modelDir, planFile, ...numbers } = JSON.parse(stdout);
      return { numbers, weights: await readFile(join(modelDir, 'weights.bin')) };
    };
    const first = await again('first', '2');
    const second = await besideABusyLoop(() => again('second', '1'));
    expect(second.numbers).toEqual(first.numbers);
    expect(second.weights.equals(first.weights)).toBe(true);
    expect(first.numbers.holdout.roc_auc.value).toBeGreaterThan(0.8);
  });
});

describe('a model of numbers', () => {
  it('is trained, judged and used', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => {
      const [area, age] = [40 + ((i * 37) % 160), (i * 53) % 71];
      return {
        price: 1000 * area - 700 * age + ((i * 7919) % 5000),
        row: `${area},${age},${i % 3 ? 'flat' : 'house'}`,
      };
    });
    const labelled = ['area,age,kind,price', ...rows.map(({ price, row }) => `${row},${price}`)].join('\n');
    await writeFile(inFolder('prices.csv'), labelled);
    await writeFile(inFolder('new.csv'), withoutColumn(labelled, 3));
    const words = [
      'train',
      'prices.csv',
      '--target',
      'price',
      '--budget',
      '20s',
      '--metric',
      'mae',
      '--single',
      '--json',
    ];
    const result = JSON.parse((await succeed(folder, words)).stdout);
    expect(result).toMatchObject({ task: 'regression', metric: 'mae', ensemble: null, trainedRows: 300 });
    expect(result.holdout.r2.value).toBeGreaterThan(0.95);

    await succeed(folder, ['predict', result.modelDir, 'new.csv', '--out', 'prices-out.csv']);
    const [header, ...predicted] = lines(await readFile(inFolder('prices-out.csv'), 'utf8'));
    expect(header).toBe('prediction');
    const here = await predictHere(result.modelDir, inFolder('prices.csv'));
    expect(here.kind === 'values' && [...here.values].map(String)).toEqual(predicted);
    const errors = predicted.map((value, row) => Math.abs(Number(value) - (rows[row]?.price ?? 0)));
    expect(Math.max(...errors)).toBeLessThan(20_000);
  });
});
