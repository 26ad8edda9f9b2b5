import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { takeRows } from '../../../src/ml/data/table.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { Judgement } from '../../../src/ml/judgement.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { judge } from '../../../src/ml/search/judge.ts';
import { restorePredictor } from '../../../src/ml/search/predictor.ts';
import { refit } from '../../../src/ml/search/refit.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import type { Family } from '../../../src/ml/tuning/trial.ts';
import { finish } from './finish.ts';
import { countingClock, quickSpec, shopExperiment, shopTable } from './small-experiment.ts';

const table = shopTable();
const clock = countingClock();

const finalOf = (family: Family, experiment: Experiment, data = table) =>
  finish(data, experiment, [quickSpec(family)]);

describe.each(['baseline', 'linear', 'gbdt', 'mlp'] as const)('a final %s', (family) => {
  it.each(['binary', 'multiclass', 'regression'] as const)(
    'is judged in %s, in a form that survives JSON',
    async (task) => {
      const experiment = shopExperiment(task);
      const { judgement } = await finalOf(family, experiment);
      expect(Judgement.parse(JSON.parse(JSON.stringify(judgement)))).toEqual(judgement);
      const { split } = splitTable(table, experiment);
      expect(judgement.holdoutRows).toBe(split.holdout.length);
      expect(judgement.trainingRows).toBe(split.training.length);
      expect(judgement.droppedRows).toBe(task === 'binary' ? 26 : 0);
      const { value, low, high } = judgement.holdout[experiment.metric] as {
        value: number;
        low: number;
        high: number;
      };
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      if (family === 'baseline') expect(judgement.gain.value).toBe(0);
      else expect(judgement.gain.low).toBeGreaterThan(0);
      expect(judgement.importance.map((one) => one.column).sort()).toEqual([...experiment.features].sort());
      const counted = judgement.confusion?.counts.flat().reduce((sum, count) => sum + count, 0);
      expect(task === 'regression' ? judgement.residuals?.actual.length : counted).toBe(split.holdout.length);
    },
  );
});

describe('the end of a run', () => {
  it('ranks the columns that matter first', async () => {
    const { judgement } = await finalOf('gbdt', shopExperiment('regression'));
    expect(
      judgement.importance
        .slice(0, 2)
        .map((one) => one.column)
        .sort(),
    ).toEqual(['age', 'plan']);
    expect(judgement.importance[1].low).toBeGreaterThan(judgement.importance[2].mean);
  });

  it('trains on every training row, for the steps that the folds kept on average, and more on more rows', async () => {
    const experiment = shopExperiment('binary');
    const trial = await evaluateTrial(table, experiment, quickSpec('gbdt'), { clock });
    const steps = async (which: 'training' | 'all') =>
      (await refit(table, experiment, quickSpec('gbdt'), trial.folds, which, { clock }))?.bestStep ?? 0;
    const mean = trial.folds.reduce((sum, fold) => sum + fold.bestStep, 0) / trial.folds.length;
    expect(await steps('training')).toBeGreaterThan(mean);
    expect(await steps('training')).toBeLessThan(2 * mean);
    expect(await steps('all')).toBeGreaterThanOrEqual(await steps('training'));
  });

  it('combines trials that know different things, and says what that gains', async () => {
    const experiment = shopExperiment('regression');
    const specs = (['gbdt', 'linear'] as const).map((family, number) => ({ ...quickSpec(family), number }));
    const { judgement, model } = await finish(table, experiment, specs);
    const { ensemble } = judgement;
    if (!ensemble) throw new Error('expected a proposal');
    expect(ensemble.candidates).toBe(2);
    expect(ensemble.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(model.members.length).toBe(ensemble.kept ? ensemble.members.length : 1);
    expect(ensemble.holdoutGain === null).toBe(!ensemble.kept);
    expect(Judgement.parse(JSON.parse(JSON.stringify(judgement)))).toEqual(judgement);
  });

  it('keeps the best trial alone when the other only adds noise, or when a person wants one model', async () => {
    const specs = (['gbdt', 'baseline'] as const).map((family, number) => ({ ...quickSpec(family), number }));
    const { judgement, model } = await finish(table, shopExperiment('regression'), specs);
    expect(judgement.ensemble?.kept).toBe(false);
    expect(model.members.map(({ family, weight }) => [family, weight])).toEqual([['gbdt', 1]]);
    const single = await finish(table, shopExperiment('regression', { finish: 'single' }), specs);
    expect(single.judgement.ensemble).toBeNull();
    expect(single.model.members).toHaveLength(1);
  });

  it('gives away a model of every row, or of the judged rows alone where the plan says so', async () => {
    const all = await finalOf('linear', shopExperiment('binary'));
    expect(all.judgement.shippedRows).toBe(all.judgement.trainingRows + all.judgement.holdoutRows);
    const judged = await finalOf('linear', shopExperiment('binary', { refit: 'training' }));
    expect(judged.judgement.shippedRows).toBe(judged.judgement.trainingRows);
    expect(judged.judgement.holdout).toEqual(all.judgement.holdout);
    expect(judged.model.members).not.toEqual(all.model.members);
  });

  it('decides by the threshold that the metric is best at', async () => {
    const experiment = shopExperiment('binary', { metric: 'f1' });
    const { judgement, model } = await finalOf('linear', experiment);
    expect(judgement.threshold).not.toBeNull();
    expect(model.threshold).toBe(judgement.threshold);
    expect((await finalOf('linear', shopExperiment('binary'))).model.threshold).toBeNull();
  });

  it('never looks at the holdout while fitting', async () => {
    // A random split does not look at the outcomes, so wrong ones leave every row where it is.
    const experiment = shopExperiment('regression', { split: { kind: 'random' }, refit: 'training' });
    const spend = table.columns[table.columns.length - 1];
    if (spend?.type !== 'numeric') throw new Error('expected the number that is to be predicted');
    const values = spend.values.slice();
    for (const row of splitTable(table, experiment).split.holdout) values[row] = -1e6;
    const wrong = { ...table, columns: [...table.columns.slice(0, -1), { ...spend, values }] };
    const a = await finalOf('gbdt', experiment);
    const b = await finalOf('gbdt', experiment, wrong);
    expect(b.model).toEqual(a.model);
    expect(b.judgement.holdout).not.toEqual(a.judgement.holdout);
  });

  it('ends with null when asked to stop', async () => {
    const experiment = shopExperiment('binary');
    const trial = await evaluateTrial(table, experiment, quickSpec('linear'), { clock });
    const stop = { clock, shouldStop: () => true };
    expect(await refit(table, experiment, quickSpec('linear'), trial.folds, 'all', stop)).toBeNull();
    const fitted = await refit(table, experiment, quickSpec('linear'), trial.folds, 'training', { clock });
    if (!fitted) throw new Error('expected a model');
    const selection = {
      members: [{ trial: 0, weight: 1 }],
      stacker: null,
      threshold: null,
      singleThreshold: null,
      ensemble: null,
    };
    const judged = {
      selection,
      members: [fitted.member],
      single: null,
      families: { 0: 'linear' as const },
      curve: fitted,
      trainingRows: 1,
      shippedRows: 1,
      seconds: 0,
      cpuSeconds: 0,
    };
    expect(await judge(table, experiment, judged, stop)).toBeNull();
  });

  it('judges grouped rows by group', async () => {
    const experiment = shopExperiment('binary', { split: { kind: 'group', column: 'customer' } });
    const { judgement } = await finalOf('linear', experiment);
    expect(judgement.holdout.roc_auc?.value).toBeGreaterThan(0.9);
  });
});

describe('a restored predictor', () => {
  it('predicts new rows without the target, in their order, unseen categories and gaps included', async () => {
    const { model } = await finalOf('gbdt', shopExperiment('multiclass'));
    const predictor = await restorePredictor(structuredClone(model));
    const fresh = shopTable(20, 99);
    const columns = fresh.columns.filter(
      ({ name }) => !['segment', 'leaves', 'spend', 'customer'].includes(name),
    );
    const prediction = predictor.predict({ nRows: 20, columns });
    if (prediction.kind !== 'classes') throw new Error('expected classes');
    expect(prediction.labels.length).toBe(20);
    expect(prediction.probabilities.length).toBe(60);
    const reversed = predictor.predict(
      takeRows(
        { nRows: 20, columns },
        Array.from({ length: 20 }, (_, i) => 19 - i),
      ),
    );
    if (reversed.kind !== 'classes') throw new Error('expected classes');
    expect([...reversed.labels].reverse()).toEqual(prediction.labels);
  });

  it('names what is missing from a table, and refuses a form that it does not know', async () => {
    const { model } = await finalOf('linear', shopExperiment('regression'));
    const predictor = await restorePredictor(model);
    expect(() => predictor.predict({ nRows: 1, columns: [] })).toThrowError(/age, plan, since, note/);
    await expect(restorePredictor({ ...model, format: 'x' })).rejects.toMatchObject({
      code: 'MODEL_FORMAT_UNKNOWN',
    });
  });

  it.each(['linear', 'gbdt', 'mlp'] as const)(
    'predicts the same to the last bit in another process (%s)',
    async (family) => {
      const { model } = await finalOf(family, shopExperiment('binary'));
      const prediction = (await restorePredictor(model)).predict(shopTable(30, 7));
      if (prediction.kind !== 'classes') throw new Error('expected classes');
      const folder = mkdtempSync(join(tmpdir(), 'predictor-'));
      try {
        const file = join(folder, 'model');
        writeFileSync(file, serialize(model));
        const there = execFileSync(
          process.execPath,
          ['--import', 'tsx', 'test/ml/search/predict-elsewhere.ts', file],
          {
            encoding: 'utf8',
          },
        );
        expect(there).toBe(Buffer.from(prediction.probabilities.buffer).toString('base64'));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
