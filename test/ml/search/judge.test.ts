import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { takeRows } from '../../../src/ml/data/table.ts';
import { Evidence } from '../../../src/ml/evidence.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { Judgement } from '../../../src/ml/judgement.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { judge } from '../../../src/ml/search/judge.ts';
import { restorePredictor, type SerialisedPredictor } from '../../../src/ml/search/predictor.ts';
import { type RefitResult, refit } from '../../../src/ml/search/refit.ts';
import { selectEnsemble } from '../../../src/ml/search/select-ensemble.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import type { Family } from '../../../src/ml/tuning/trial.ts';
import { countingClock, quickSpec, shopExperiment, shopTable } from './small-experiment.ts';

const table = shopTable();
const clock = countingClock();

interface Final {
  readonly judgement: Judgement;
  readonly evidence: Evidence;
  readonly model: SerialisedPredictor;
}

/** What a run does at its end, for a run of one trial. */
async function finalOf(family: Family, experiment: Experiment, data = table): Promise<Final> {
  const spec = quickSpec(family);
  const predictions: Float32Array[] = [];
  const onFold = (_: unknown, prediction: Float32Array) => predictions.push(prediction);
  const trial = await evaluateTrial(data, experiment, spec, { clock, onFold });
  const rows = splitTable(data, experiment);
  const selection = selectEnsemble(experiment, rows, [{ trial: 3, family, predictions }]);
  const refitted = (await refit(data, experiment, spec, trial.folds, 'training', { clock })) as RefitResult;
  const judged = await judge(data, experiment, selection, [{ ...refitted, trial: 3 }], { clock });
  if (!judged?.evidence) throw new Error('nobody asked to stop');
  const { evidence, ...judgement } = judged;
  const { stacker, threshold } = selection;
  const members = [{ ...refitted.member, weight: 1 }];
  return {
    judgement,
    evidence,
    model: { format: 'modelwright-predictor-2', experiment, members, stacker, threshold },
  };
}

describe.each(['baseline', 'linear', 'gbdt', 'mlp'] as const)('a final %s', (family) => {
  it.each(['binary', 'multiclass', 'regression'] as const)(
    'is judged in %s, in a form that survives JSON',
    async (task) => {
      const experiment = shopExperiment(task);
      const { judgement, evidence } = await finalOf(family, experiment);
      expect(Judgement.parse(JSON.parse(JSON.stringify(judgement)))).toEqual(judgement);
      expect(Evidence.parse(JSON.parse(JSON.stringify(evidence)))).toEqual(evidence);
      expect(evidence.heldOut?.rows).toHaveLength(judgement.holdoutRows);
      const { split } = splitTable(table, experiment);
      expect(judgement.holdoutRows).toBe(split.holdout.length);
      expect(judgement.trainingRows).toBe(split.training.length);
      expect(judgement.shippedRows).toBe(task === 'binary' ? 234 : 260);
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

describe('judging', () => {
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

  it('never looks at the holdout while fitting', async () => {
    // A random split does not look at the outcomes, so wrong ones leave every row where it is.
    const experiment = shopExperiment('regression', { split: { kind: 'random' } });
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
    const spec = quickSpec('linear');
    const stopped = { clock, shouldStop: () => true };
    expect(await refit(table, experiment, spec, [], 'training', stopped)).toBeNull();
    const refitted = (await refit(table, experiment, spec, [], 'training', { clock })) as RefitResult;
    const selection = {
      best: 3,
      members: [{ trial: 3, family: 'linear' as const, weight: 1 }],
      stacker: null,
      threshold: null,
      singleThreshold: null,
      ensemble: null,
    };
    expect(await judge(table, experiment, selection, [{ ...refitted, trial: 3 }], stopped)).toBeNull();
    await expect(judge(table, experiment, selection, [], { clock })).rejects.toThrow(
      /trial 3 was not trained/,
    );
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
