import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import type { Checkpoint } from '../../../src/ml/search/fit-checkpoint.ts';
import { type Family, type FoldResult, TrialResult } from '../../../src/ml/tuning/trial.ts';
import { countingClock, quickSpec, shopExperiment, shopTable } from './small-experiment.ts';

const table = shopTable();
const tasks: Experiment['task'][] = ['binary', 'multiclass', 'regression'];
const families: Family[] = ['baseline', 'linear', 'gbdt', 'mlp'];

/** What must be equal between two evaluations: everything but the time they took. */
const numbers = ({ folds, score, state }: TrialResult) => ({
  state,
  score,
  folds: folds.map(({ fitSeconds, ...fold }) => fold),
});

describe.each(families)('a %s trial', (family) => {
  it.each(tasks)('scores every fold of a %s experiment in a form that survives JSON', async (task) => {
    const experiment = shopExperiment(task);
    const told: FoldResult[] = [];
    const result = await evaluateTrial(table, experiment, quickSpec(family), {
      clock: countingClock(),
      onFold: (fold) => told.push(fold),
    });
    expect(result).toMatchObject({ number: 3, state: 'complete', reason: 'all 3 folds scored' });
    expect(result.folds.map((fold) => fold.fold)).toEqual([0, 1, 2]);
    expect(told).toEqual(result.folds);
    const scores = result.folds.map((fold) => fold.scores[experiment.metric] as number);
    expect(result.score).toBeCloseTo((scores[0] + scores[1] + scores[2]) / 3, 12);
    expect(TrialResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });
});

describe('evaluateTrial', () => {
  it('finds what there is to learn: every family beats the baseline', async () => {
    const evaluate = (family: Family, task: Experiment['task']) =>
      evaluateTrial(table, shopExperiment(task), quickSpec(family), { clock: countingClock() });
    for (const family of ['linear', 'gbdt', 'mlp'] as const) {
      expect((await evaluate(family, 'binary')).score).toBeGreaterThan(0.85);
    }
    const still = (await evaluate('baseline', 'regression')).score as number;
    for (const family of ['linear', 'gbdt', 'mlp'] as const) {
      expect((await evaluate(family, 'regression')).score).toBeLessThan(0.6 * still);
    }
  });

  it('gives the same numbers again, and other ones for another seed', async () => {
    const evaluate = async (seed: number) =>
      numbers(
        await evaluateTrial(table, shopExperiment('binary'), quickSpec('gbdt', { seed }), {
          clock: countingClock(),
        }),
      );
    expect(await evaluate(1)).toEqual(await evaluate(1));
    expect((await evaluate(2)).folds).not.toEqual((await evaluate(1)).folds);
  });

  it('sets rows aside for early stopping, none of which it is judged on', async () => {
    const steps = await evaluateTrial(table, shopExperiment('binary'), quickSpec('gbdt'), {
      clock: countingClock(),
    });
    const closed = await evaluateTrial(table, shopExperiment('binary'), quickSpec('linear'), {
      clock: countingClock(),
    });
    steps.folds.forEach((fold, i) => {
      expect(fold.rowsTrained).toBeLessThan(closed.folds[i].rowsTrained);
      expect(fold.curve.every((point) => point.validationLoss !== undefined)).toBe(true);
    });
  });

  it('goes on after the folds that are finished, to the same numbers', async () => {
    const experiment = shopExperiment('binary');
    const whole = await evaluateTrial(table, experiment, quickSpec('gbdt'), { clock: countingClock() });
    const told: number[] = [];
    const resumed = await evaluateTrial(table, experiment, quickSpec('gbdt'), {
      clock: countingClock(),
      finishedFolds: [whole.folds[1]],
      onFold: ({ fold }) => told.push(fold),
    });
    expect(told).toEqual([0, 2]);
    expect(numbers(resumed)).toEqual(numbers(whole));
  });

  /** Every look at the clock is four seconds later than the last. */
  const slowClock = () => {
    let ms = 0;
    return { now: () => (ms += 4000), cpuSeconds: () => ms / 1000 };
  };

  it.each(['gbdt', 'ordered', 'random_forest', 'mlp', 'realmlp', 'tabm'] as const)(
    'goes on in the middle of a %s fold that was killed, to the same numbers',
    async (family) => {
      const experiment = shopExperiment('binary');
      const base = quickSpec(family);
      const patience = 'patience' in base.parameters ? { patience: 0 } : {};
      const spec = { ...base, parameters: { ...base.parameters, ...patience, maxSteps: 30 } };
      const checkpoints: Checkpoint[] = [];
      const whole = await evaluateTrial(table, experiment, spec, {
        clock: slowClock(),
        onCheckpoint: (checkpoint) => checkpoints.push(structuredClone(checkpoint)),
      });
      expect(checkpoints.filter(({ fold }) => fold === 1).length).toBeGreaterThan(2);
      const resumeFrom = checkpoints.filter(({ fold }) => fold === 1)[1];
      const steps: number[] = [];
      const resumed = await evaluateTrial(table, experiment, spec, {
        clock: countingClock(),
        finishedFolds: [whole.folds[0]],
        resumeFrom,
        onStep: (fold, { step }) => fold === 1 && steps.push(step),
      });
      expect(numbers(resumed)).toEqual(numbers(whole));
      // It did not begin anew.
      expect(steps[0]).toBe(7);
    },
  );

  it('saves no fit that is over within seconds, and none of another version is a reason to fail', async () => {
    const experiment = shopExperiment('binary');
    const told: unknown[] = [];
    const whole = await evaluateTrial(table, experiment, quickSpec('mlp'), {
      clock: countingClock(),
      onCheckpoint: (checkpoint) => told.push(checkpoint),
    });
    expect(told).toEqual([]);
    const resumed = await evaluateTrial(table, experiment, quickSpec('mlp'), {
      clock: countingClock(),
      resumeFrom: { fold: 0, state: { json: { format: 'of yesterday' }, arrays: {} } },
    });
    expect(numbers(resumed)).toEqual(numbers(whole));
  });

  it('ends as stopped, with the folds scored so far and no half-trained one', async () => {
    let scored = 0;
    const result = await evaluateTrial(table, shopExperiment('binary'), quickSpec('gbdt'), {
      clock: countingClock(),
      onFold: () => scored++,
      shouldStop: () => scored >= 1,
    });
    expect(result).toMatchObject({ state: 'stopped', score: null, reason: 'stopped after 1 of 3 folds' });
    expect(result.folds.length).toBe(1);
  });

  it('turns a setting that cannot be trained into a failed trial with a sentence', async () => {
    const wrong = quickSpec('gbdt', { parameters: { maxSteps: -5 } });
    const result = await evaluateTrial(table, shopExperiment('binary'), wrong, { clock: countingClock() });
    expect(result).toMatchObject({ state: 'failed', score: null });
    expect(result.reason).toMatch(/fold 1 of 3.*parameters are not legal/s);
    const lost = shopExperiment('binary', { features: ['age', 'gone'] });
    const missing = await evaluateTrial(table, lost, quickSpec('linear'), { clock: countingClock() });
    expect(missing.reason).toContain('gone');
  });

  it('also scores a ranking metric that reports do not show', async () => {
    const experiment = shopExperiment('regression', { metric: 'mape' });
    const result = await evaluateTrial(table, experiment, quickSpec('linear'), { clock: countingClock() });
    expect(result.score).toBeGreaterThan(0);
  });
});

describe('a trial in a race', () => {
  const experiment = shopExperiment('binary');
  const rivals = [0.9999, 0.9998, 0.9997].map((score) => [score, score, score]);
  const spec = quickSpec('gbdt', { race: { pruner: 'race', rivals } });

  it('ends after a fold when it is clearly behind, and says so', async () => {
    const predictions: number[] = [];
    const result = await evaluateTrial(table, experiment, spec, {
      clock: countingClock(),
      onFold: ({ fold }) => predictions.push(fold),
    });
    expect(result).toMatchObject({ state: 'pruned', score: null });
    expect(result.reason).toMatch(
      /^clearly behind after 1 of 3 folds: AUC 0\.\d+ against 0\.9999 of the best/,
    );
    expect(result.folds.map(({ fold }) => fold)).toEqual([0]);
    expect(predictions).toEqual([0]);
    expect(TrialResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it('ends at the same fold when it was interrupted after it', async () => {
    const whole = await evaluateTrial(table, experiment, spec, { clock: countingClock() });
    const again = await evaluateTrial(table, experiment, spec, {
      clock: countingClock(),
      finishedFolds: whole.folds,
      onFold: () => expect.unreachable(),
    });
    expect(numbers(again)).toEqual(numbers(whole));
    expect(again.reason).toBe(whole.reason);
  });

  it('scores the same as without one when it keeps up', async () => {
    const slow = rivals.map((scores) => scores.map((score) => score - 0.5));
    const raced = await evaluateTrial(
      table,
      experiment,
      { ...spec, race: { pruner: 'race', rivals: slow } },
      { clock: countingClock() },
    );
    const alone = await evaluateTrial(table, experiment, quickSpec('gbdt'), { clock: countingClock() });
    expect(numbers(raced)).toEqual(numbers(alone));
  });
});
