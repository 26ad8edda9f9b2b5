import { describe, expect, it } from 'vitest';
import type { FoldResult, TrialResult, TrialSpec } from '../../src/ml/tuning/trial.ts';
import { Schedule } from '../../src/plan/schedule.ts';
import { scoreOf } from './learned-specs.ts';
import { samplePlan } from './sample-plan.ts';

type Results = Map<number, TrialResult>;

function planOf(pruner: 'none' | 'race', sampler: 'quasi-random' | 'gaussian-process' = 'quasi-random') {
  const { candidates, experiment } = samplePlan({ families: ['gbdt'] });
  const [gbdt] = candidates;
  if (!gbdt) throw new Error('no candidate');
  return { candidates: [{ ...gbdt, trials: 16 }], experiment, sampler, pruner };
}

function foldOf(fold: number, score: number): FoldResult {
  const rows = { rowsTrained: 80, rowsJudged: 20, fitSeconds: 1 };
  return { fold, scores: { roc_auc: score }, bestStep: 1, curve: [], ...rows };
}

function complete(spec: TrialSpec): TrialResult {
  const score = scoreOf(spec);
  const folds = [0, 1, 2].map((fold) => foldOf(fold, score + 0.01 * fold));
  return { number: spec.number, state: 'complete', reason: '', folds, score, seconds: 1, cpuSeconds: 1 };
}

/** Tells results as soon as settings are known, up to so many at once, the newest first. */
function runAll(schedule: Schedule, atOnce: number, resultOf: (spec: TrialSpec) => TrialResult): TrialSpec[] {
  const results: Results = new Map();
  const specs: TrialSpec[] = [];
  while (results.size < schedule.trials.length) {
    const ready = schedule.trials.flatMap(({ number }) =>
      results.has(number) ? [] : (schedule.specOf(number, results) ?? []),
    );
    for (const spec of ready.slice(0, atOnce).reverse()) {
      results.set(spec.number, resultOf(spec));
      specs[spec.number] = spec;
    }
  }
  return specs;
}

describe('a schedule with a pruner', () => {
  it('lets a trial race only against those of its family four turns before it, once there are three', () => {
    const specs = runAll(new Schedule(planOf('race')), 1, complete);
    expect(specs.slice(0, 6).every(({ race }) => race === undefined)).toBe(true);
    expect(specs.slice(6).map(({ race }) => race?.rivals.length)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(specs[6]?.race?.rivals[2]).toEqual(
      complete(specs[2] as TrialSpec).folds.map((f) => f.scores.roc_auc),
    );
  });

  it('gives the same races however many trials compute side by side', () => {
    const one = runAll(new Schedule(planOf('race')), 1, complete);
    expect(runAll(new Schedule(planOf('race')), 3, complete)).toEqual(one);
    expect(runAll(new Schedule(planOf('race')), 16, complete)).toEqual(one);
  });

  it('waits for a rival that a trial must know', () => {
    const schedule = new Schedule(planOf('race'));
    const results: Results = new Map();
    for (const number of [0, 1]) results.set(number, complete(schedule.specOf(number, results) as TrialSpec));
    expect(schedule.specOf(5, results)).not.toBeNull();
    expect(schedule.specOf(6, results)).toBeNull();
    results.set(2, complete(schedule.specOf(2, results) as TrialSpec));
    expect(schedule.specOf(6, results)?.race?.rivals).toHaveLength(3);
  });

  it('has no races without one', () => {
    const specs = runAll(new Schedule(planOf('none')), 4, complete);
    expect(specs.some(({ race }) => race !== undefined)).toBe(false);
  });

  it('tells the sampler of a pruned trial what it would have scored, as its rivals did in the other folds', () => {
    const pruned = (spec: TrialSpec): TrialResult => {
      const whole = complete(spec);
      const isPruned = spec.number === 8 && spec.race;
      return isPruned ? { ...whole, state: 'pruned', score: null, folds: whole.folds.slice(0, 1) } : whole;
    };
    // Folds differ by the same amount in every trial, so that nothing is lost: the later settings are the same.
    const shifted = (spec: TrialSpec): TrialResult => ({ ...complete(spec), score: scoreOf(spec) + 0.01 });
    const told = (resultOf: typeof complete) =>
      runAll(new Schedule(planOf('race', 'gaussian-process')), 1, resultOf)
        .slice(12)
        .map(({ parameters }) => Number(parameters.learningRate));
    const whole = told(shifted);
    const withPruned = told((spec) => ({
      ...pruned(spec),
      score: pruned(spec).state === 'pruned' ? null : scoreOf(spec) + 0.01,
    }));
    for (const [i, rate] of withPruned.entries()) expect(rate).toBeCloseTo(whole[i] as number, 3);
    const failed = told((spec) =>
      spec.number === 8 ? { ...complete(spec), state: 'failed', score: null } : shifted(spec),
    );
    expect(failed).not.toEqual(whole);
  });
});
