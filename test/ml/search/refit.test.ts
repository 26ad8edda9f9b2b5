import { describe, expect, it } from 'vitest';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import type { Checkpoint } from '../../../src/ml/search/fit-checkpoint.ts';
import { type RefitResult, refit, refitParameters } from '../../../src/ml/search/refit.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import type { FoldResult } from '../../../src/ml/tuning/trial.ts';
import { countingClock, quickSpec, shopExperiment, shopTable } from './small-experiment.ts';

const fold = (number: number, change: Partial<FoldResult>): FoldResult => ({
  fold: number,
  scores: {},
  bestStep: 10,
  curve: [],
  fitSeconds: 0.1,
  rowsTrained: 100,
  rowsJudged: 50,
  ...change,
});

describe('the setting of a refit', () => {
  it('has the mean best step of the folds, more of them for trees on more rows', () => {
    const folds = [fold(0, { bestStep: 10 }), fold(1, { bestStep: 30 })];
    expect(refitParameters(quickSpec('gbdt'), folds, 400)).toMatchObject({ maxSteps: 40, patience: 0 });
    expect(refitParameters(quickSpec('mlp'), folds, 400)).toMatchObject({ maxSteps: 20, patience: 0 });
  });

  it('has what the folds chose themselves: the middle number, the usual word', () => {
    const chosen = [
      { regularisation: 0.1, kind: 'a' },
      { regularisation: 9, kind: 'b' },
      { regularisation: 0.2, kind: 'b' },
    ];
    const folds = chosen.map((setting, i) => fold(i, { chosen: setting }));
    expect(refitParameters(quickSpec('linear'), folds, 400)).toEqual({ regularisation: 0.2, kind: 'b' });
  });

  it('stays as it is for families without steps', () => {
    expect(refitParameters(quickSpec('linear', { parameters: { l2: 3 } }), [fold(0, {})], 400)).toEqual({
      l2: 3,
    });
  });
});

describe('a refit', () => {
  const table = shopTable();
  const experiment = shopExperiment('binary');
  const clock = countingClock();

  it('is made on the training rows, or on all rows with a known outcome', async () => {
    const rows = splitTable(table, experiment);
    const spec = quickSpec('gbdt');
    const trial = await evaluateTrial(table, experiment, spec, { clock, rows });
    const on = async (which: 'training' | 'all') =>
      (await refit(table, experiment, spec, trial.folds, which, { clock, rows })) as RefitResult;
    const [training, all] = [await on('training'), await on('all')];
    expect(training.rows).toBe(rows.split.training.length);
    expect(all.rows).toBe(rows.target.knownRows.length);
    expect(training.member).not.toEqual(all.member);
    expect((await on('training')).member).toEqual(training.member);
    expect(training.curve.at(-1)?.step).toBe(training.bestStep);
  });

  it.each(['gbdt', 'mlp', 'random_forest'] as const)(
    'of %s that was killed goes on in its middle, to the same bits',
    async (family) => {
      const spec = quickSpec(family, { parameters: { ...quickSpec(family).parameters, maxSteps: 20 } });
      let ms = 0;
      const slowly = { now: () => (ms += 4000), cpuSeconds: () => 0 };
      const states: Checkpoint[] = [];
      const again = (options: object) => refit(table, experiment, spec, [], 'all', { clock, ...options });
      const onCheckpoint = (state: Checkpoint) => states.push(structuredClone(state));
      const whole = await again({ clock: slowly, onCheckpoint });
      expect(states.length).toBeGreaterThan(1);
      const resumed = await again({ resumeFrom: states[0] });
      expect(resumed?.member).toEqual(whole?.member);
      const foreign = { fold: 0, state: { json: { format: 'of yesterday' }, arrays: {} } };
      expect((await again({ resumeFrom: foreign }))?.member).toEqual(whole?.member);
    },
  );

  it('is refused where it would not fit into the memory', async () => {
    const options = { clock, memoryMb: 20 };
    await expect(refit(table, experiment, quickSpec('linear'), [], 'all', options)).rejects.toMatchObject({
      code: 'MEMORY_TOO_SMALL',
    });
  });
});

describe('a fold', () => {
  it('tells what it predicts for its judged rows', async () => {
    const table = shopTable();
    const experiment = shopExperiment('multiclass');
    const rows = splitTable(table, experiment);
    const told = new Map<number, Float32Array>();
    const onFold = ({ fold: number }: FoldResult, prediction: Float32Array) => told.set(number, prediction);
    const spec = quickSpec('linear');
    const { folds } = await evaluateTrial(table, experiment, spec, { clock: countingClock(), onFold, rows });
    for (const { fold: number, rowsJudged } of folds) expect(told.get(number)?.length).toBe(3 * rowsJudged);
    const again = new Map<number, Float32Array>();
    await evaluateTrial(table, experiment, spec, {
      clock: countingClock(),
      finishedFolds: folds.filter((one) => one.fold !== 1),
      onFold: ({ fold: number }, prediction) => again.set(number, prediction),
    });
    expect([...again]).toEqual([[1, told.get(1)]]);
  });
});
